"""``cpt account show``: what an account is and holds, or what one resource of it says."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import account_option, format_option


@click.command()
@click.argument("resource", required=False, shell_complete=completion.resources)
@account_option
@format_option
def show(resource: str | None, account: str | None, format_: str) -> None:
    """Say what an account is and holds, or what RESOURCE says: an address such as email/confirmed.

    A resource is shown as 'cpt account edit' takes it, what it refers to by ids ('#12').
    """
    from account_engine.stores.locations import without_secrets
    from cpt.cli.output import console, print_json
    from cpt.cli.people import address_of, find_resource
    from cpt.cli.places import account_location, find_account
    from cpt.cli.views.account import account_data, show_account
    from cpt.cli.views.resource import resource_data, show_resource

    location = without_secrets(account_location(account))
    with find_account(location) as found:
        if resource is not None:
            stored = find_resource(found, resource)
            address = address_of(found, stored)
            if format_ == "json":
                print_json("resource", resource_data(stored, address))
            else:
                show_resource(console(), stored, address)
        elif format_ == "json":
            print_json("account", {"file": location, **account_data(found)})
        else:
            show_account(console(), found, location)
