"""``cpt history``: the account's revisions."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@account_option
@format_option
def history(account: str | None, format_: str) -> None:
    """List the account's revisions, newest first."""
    from cpt.cli.output import console, print_json
    from cpt.cli.places import find_account
    from cpt.cli.views.installed import history_data, show_history

    with find_account(account) as found:
        revisions = found.revisions()
        if format_ == "json":
            print_json("history", history_data(revisions))
        else:
            show_history(console(), revisions, found.info.zone)
