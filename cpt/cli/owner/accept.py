"""``cpt owner accept``: accepts an invitation."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("publisher")
@registry_option
def accept(publisher: str, registry: str | None) -> None:
    """Accept an invitation to own PUBLISHER."""
    from cpt.cli.marketplace import demand_publisher, find_api
    from cpt.cli.options import tell

    find_api(registry).accept(demand_publisher(publisher))
    tell(f"you own {publisher} now, and can publish under its name")
