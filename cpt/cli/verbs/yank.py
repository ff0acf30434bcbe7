"""``cpt yank``: withdraws a version."""

from __future__ import annotations

import click

from cpt.cli import completion
from cpt.cli.options import registry_option


@click.command()
@click.argument("version", metavar="PACKAGE@VERSION", shell_complete=completion.packages)
@click.option("--reason", help="Why, for the registry's log.")
@click.option("--undo", is_flag=True, help="Take it back.")
@registry_option
def yank(version: str, reason: str | None, undo: bool, registry: str | None) -> None:
    """Withdraw a version: who has it keeps it, and nobody chooses it anew."""
    from cpt.cli.marketplace import find_api, split_version
    from cpt.cli.options import tell
    from cpt.errors import UsageError

    name, number = split_version(version)
    if undo:
        find_api(registry).unyank(name, number)
        tell(f"{name} {number} can be chosen again")
        return
    if not reason:
        raise UsageError("why is it withdrawn?", "say it with --reason; the registry's log has it")
    find_api(registry).yank(name, number, reason)
    tell(f"{name} {number} is yanked: who has it keeps it, and nobody chooses it anew")
