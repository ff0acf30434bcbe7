"""``cpt deprecate``: says that a package should not be chosen any more."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import registry_option


@click.command()
@click.argument("package", metavar="PACKAGE", shell_complete=completion.packages)
@click.option("--reason", help="Why, for those who look at it.")
@click.option("--successor", metavar="PACKAGE", help="What to choose instead.")
@click.option("--undo", is_flag=True, help="Take it back.")
@registry_option
def deprecate(
    package: str, reason: str | None, successor: str | None, undo: bool, registry: str | None
) -> None:
    """Say that PACKAGE should not be chosen any more, and what to choose instead.

    It can be installed as before; whoever looks at it sees the reason.
    """
    from cpt.cli.marketplace import demand_name, find_api
    from cpt.cli.options import tell
    from cpt.errors import UsageError

    name = demand_name(package)
    if undo:
        find_api(registry).undeprecate(name)
        tell(f"{name} is not deprecated any more")
        return
    if not reason:
        raise UsageError("why is it deprecated?", "say it with --reason; its page shows it")
    instead = None if successor is None else demand_name(successor)
    find_api(registry).deprecate(name, reason, instead)
    tell(f"{name} is deprecated" + (f"; its successor is {instead}" if instead else ""))
