"""``cpt status``: how an account differs from what its packages want."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@account_option
@format_option
def status(account: str | None, format_: str) -> int:
    """Compare what was installed with what the account holds now, field by field.

    Where a plan had left something to be done by hand, as the account's API cannot do it, it is
    looked at whether it was: what is just so counts as done by the plan from then on. Ends with 1
    if something was changed or deleted since the last revision, or is still to be done by hand.
    """
    import uuid

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.views.status import show_status, status_data
    from cpt.installer.planning.by_hand import seen
    from cpt.installer.status import status as compare

    with find_account(account) as found:
        done = seen(found, uuid.uuid4().hex)
        standing = compare(found)
    if format_ == "json":
        print_json("status", {**status_data(standing), "done_by_hand": list(done)})
    else:
        for address in done:
            tell(f"{address} was done by hand, as it was wanted")
        show_status(console(), standing)
    return int(ExitCode.DONE if standing.is_clean else ExitCode.NO)
