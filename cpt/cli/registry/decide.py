"""``cpt registry decide``: decides whether a name may be published under."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("publisher")
@click.argument("standing", type=click.Choice(["active", "refused"]))
@click.option("--reason", help="Why, for the registry's log.")
@registry_option
def decide(publisher: str, standing: str, reason: str | None, registry: str | None) -> None:
    """Decide whether PUBLISHER may be published under, as one who runs the registry.

    'cpt registry names' lists what waits for it. A decision can be made otherwise later; what is
    published under a name that is refused stays, and nothing is added to it.
    """
    from cpt.cli.marketplace import demand_publisher, find_api
    from cpt.cli.options import tell
    from cpt.errors import UsageError

    name = demand_publisher(publisher)
    if not reason:
        raise UsageError("why is it decided so?", "say it with --reason; the registry's log has it")
    find_api(registry).decide(name, standing, reason)
    may = "may be published under" if standing == "active" else "may not be published under"
    tell(f"{name} is {standing}: it {may}")
