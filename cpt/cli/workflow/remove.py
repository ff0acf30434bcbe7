"""``cpt workflow remove``: lets a workflow publish no more."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("package")
@click.argument("number", metavar="ID", type=click.IntRange(1))
@registry_option
def remove(package: str, number: int, registry: str | None) -> None:
    """Let the workflow with this ID, as 'cpt workflow list' shows it, publish PACKAGE no more."""
    from cpt.cli.marketplace import demand_name, find_api
    from cpt.cli.options import tell

    find_api(registry).forbid_workflow(demand_name(package), number)
    tell(f"workflow {number} publishes {package} no more, and its tokens are good for nothing")
