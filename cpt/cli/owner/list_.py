"""``cpt owner list``: who owns a publisher's name."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option


@click.command("list")
@click.argument("publisher")
@registry_option
@format_option
def list_(publisher: str, registry: str | None, format_: str) -> None:
    """Say who owns PUBLISHER, and who is invited to."""
    from cpt.cli.marketplace import demand_publisher, find_api
    from cpt.cli.output import echo, print_json

    found = find_api(registry).owners(demand_publisher(publisher))
    if format_ == "json":
        print_json("owners", found.model_dump(mode="json"))
        return
    for person in found.owners:
        echo(person)
    for invited in found.invited:
        until = invited.expires[:10]
        echo(f"{invited.person} (invited by {invited.invited_by}, until {until})")
