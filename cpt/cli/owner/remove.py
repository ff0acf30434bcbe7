"""``cpt owner remove``: makes somebody an owner no more."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("publisher")
@click.argument("person")
@registry_option
def remove(publisher: str, person: str, registry: str | None) -> None:
    """Make PERSON an owner of PUBLISHER no more, or take back an invitation."""
    from cpt.cli.marketplace import demand_publisher, find_api
    from cpt.cli.options import tell

    find_api(registry).remove_owner(demand_publisher(publisher), person)
    tell(f"{person} owns {publisher} no more, and is not invited to")
