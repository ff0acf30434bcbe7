"""``cpt apply``: a plan that was kept."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option, yes_option


@click.command()
@click.argument("file", type=click.Path())
@yes_option
@account_option
@format_option
def apply(file: str, yes: bool, account: str | None, format_: str) -> int:
    """Apply the plan in FILE, as it was shown, and nothing else.

    If the account has changed in what the plan relies on, it is refused and nothing is changed.
    Applying a plan again does nothing, and says when it was applied.
    """
    from pathlib import Path

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import console, echo
    from cpt.cli.places import find_account
    from cpt.cli.planning import already_applied, apply_plan, print_plan, refuse_shown, tell_secrets
    from cpt.cli.reading import read_text
    from cpt.cli.secret_values import SecretValues
    from cpt.cli.views.plan import show_plan
    from cpt.installer.plan_file import load
    from cpt.installer.planning.agreement import as_it_is

    plan = load(read_text(Path(file)))
    with find_account(account) as found:
        if already_applied(found, plan, format_=format_):
            return int(ExitCode.DONE)
        plan = as_it_is(plan, found)
        secrets = SecretValues(found)
        if format_ == "human":
            show_plan(console(), plan, found.info.zone)
            echo(err=True)
            tell_secrets(secrets.foretold(plan), format_=format_)
        elif not yes:
            print_plan(plan, secrets)
        refuse_shown(plan, format_=format_)
        if not agreed("Apply this?", yes=yes, format_=format_):
            tell("nothing was changed")
            return int(ExitCode.NO)
        apply_plan(found, plan, secrets, format_=format_)
    return int(ExitCode.DONE)
