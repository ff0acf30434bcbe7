"""``cpt owner decline``: declines an invitation."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("publisher")
@registry_option
def decline(publisher: str, registry: str | None) -> None:
    """Decline an invitation to own PUBLISHER."""
    from cpt.cli.marketplace import demand_publisher, find_api
    from cpt.cli.options import tell

    find_api(registry).decline(demand_publisher(publisher))
    tell(f"the invitation to own {publisher} is declined")
