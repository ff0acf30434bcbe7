"""``cpt registry quarantine``: keeps everybody from a package."""

from __future__ import annotations

import click

from cpt.cli.options import registry_option


@click.command()
@click.argument("package", metavar="PACKAGE")
@click.option("--reason", help="Why, for all who look at it or would install it.")
@click.option("--undo", is_flag=True, help="Take it back.")
@registry_option
def quarantine(package: str, reason: str | None, undo: bool, registry: str | None) -> None:
    """Keep everybody from PACKAGE, as one who runs the registry.

    Nothing of it is shown, and nobody can install it; accounts that run it keep what they have.
    """
    from cpt.cli.marketplace import demand_name, find_api
    from cpt.cli.options import tell
    from cpt.errors import UsageError

    if "@" in package:
        raise UsageError(
            "a package is in quarantine as a whole, not in one of its versions",
            "its owners can withdraw one version: 'cpt yank'",
        )
    name = demand_name(package)
    if undo:
        find_api(registry).free(name)
        tell(f"{name} is not in quarantine any more")
        return
    if not reason:
        raise UsageError("why is it in quarantine?", "say it with --reason; everybody is told")
    find_api(registry).quarantine(name, reason)
    tell(f"{name} is in quarantine: who has it keeps it, and nobody gets it anew")
