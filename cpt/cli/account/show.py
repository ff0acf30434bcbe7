"""``cpt account show``: what an account is and holds."""

from __future__ import annotations

import click

from cpt.cli.options import account_option, format_option


@click.command()
@account_option
@format_option
def show(account: str | None, format_: str) -> None:
    """Say what an account is and holds."""
    from account_engine.stores.locations import without_secrets
    from cpt.cli.output import console, print_json
    from cpt.cli.places import account_location, find_account
    from cpt.cli.views.account import account_data, show_account

    location = without_secrets(account_location(account))
    with find_account(location) as found:
        if format_ == "json":
            print_json("account", {"file": location, **account_data(found)})
        else:
            show_account(console(), found, location)
