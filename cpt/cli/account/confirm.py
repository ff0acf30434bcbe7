"""``cpt account confirm``: a copied or restored account may deliver."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option, yes_option


@click.command()
@yes_option
@account_option
@format_option
def confirm(yes: bool, account: str | None, format_: str) -> int:
    """Let a copied or restored account deliver from where it is now.

    Look at 'cpt account outbox' before: what is pending there may have been sent already, by the
    original.
    """
    from cpt.accounts.embedded import translated
    from cpt.cli.delivering import witness
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import agreed, tell
    from cpt.cli.output import print_json
    from cpt.cli.places import DELIVERED_THERE, find_embedded
    from cpt.cli.views.delivery import pending
    from cpt.cli.views.words import counted

    with find_embedded(account, DELIVERED_THERE) as found, translated():
        is_copy, waiting = found.is_copy(witness()), pending(found)
        if is_copy:
            tell(f"{counted(waiting, 'delivery', 'deliveries')} would go out from here.")
            question = "Is this the one account that delivers from now on?"
            if not agreed(question, yes=yes, format_=format_):
                tell("nothing was changed")
                return int(ExitCode.NO)
            found.confirm(witness())
    if format_ == "json":
        print_json("confirmed", {"copy": is_copy, "pending": waiting})
    elif is_copy:
        tell("this account delivers from here from now on")
    else:
        tell("this account is no copy: there is nothing to confirm")
    return int(ExitCode.DONE)
