"""``cpt account unsubscribe``: a contact opts out by the link in an email."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("link")
@account_option
@format_option
def unsubscribe(link: str, account: str | None, format_: str) -> int:
    """Let the contact of an unsubscribe LINK opt out of emails.

    For a page of your own behind the courier's setting 'unsubscribe': hand it the whole address, or
    the token at its end. A link that this account did not make ends with 1.
    """
    from cpt.accounts.embedded import translated
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.options import tell
    from cpt.cli.output import print_json
    from cpt.cli.places import DELIVERED_THERE, find_embedded

    with find_embedded(account, DELIVERED_THERE) as found, translated():
        contact = found.unsubscribe(link)
    if format_ == "json":
        print_json("unsubscribed", {"contact": contact})
    elif contact is None:
        tell("this account made no such link")
    else:
        tell(f"contact {contact} gets no emails any more")
    return int(ExitCode.NO if contact is None else ExitCode.DONE)
