"""``cpt workflow list``: the workflows that may publish a package."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option


@click.command("list")
@click.argument("package")
@registry_option
@format_option
def list_(package: str, registry: str | None, format_: str) -> None:
    """List the workflows that may publish PACKAGE, and what is demanded of each."""
    from cpt.cli.marketplace import demand_name, find_api
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json

    found = find_api(registry).workflows(demand_name(package))
    if format_ == "json":
        shown = [workflow.model_dump(mode="json") for workflow in found]
        print_json("workflows", {"workflows": shown})
        return
    if not found:
        tell(f"no workflow may publish {package}; 'cpt workflow add' lets one")
    for workflow in found:
        echo(f"{workflow.id}  {workflow.issuer}, let by {workflow.person}")
        if workflow.audience:
            echo(f"   aud = {workflow.audience}")
        for name, value in sorted(workflow.claims.items()):
            echo(f"   {name} = {value}")
        for name, value in sorted(workflow.pinned.items()):
            echo(f"   {name} = {value}, as when it published first")
