"""``cpt owner invite``: invites somebody to own a publisher."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("publisher")
@click.argument("person")
@registry_option
def invite(publisher: str, person: str, registry: str | None) -> None:
    """Invite PERSON to own PUBLISHER: to publish under its name, and to invite others."""
    from cpt.cli.marketplace import demand_publisher, find_api
    from cpt.cli.options import tell

    invited = find_api(registry).invite(demand_publisher(publisher), person)
    tell(f"{person} can accept until {invited.expires[:10]}: cpt owner accept {publisher}")
