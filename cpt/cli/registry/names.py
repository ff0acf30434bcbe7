"""``cpt registry names``: the names that wait for a decision."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option


@click.command()
@click.option(
    "--limit",
    type=click.IntRange(1, 200),
    default=50,
    show_default=True,
    help="How many at most.",
)
@registry_option
@format_option
def names(limit: int, registry: str | None, format_: str) -> None:
    """List the names that look like another one and wait for a decision, the oldest first.

    Until 'cpt registry decide' settles it, nothing is published under them.
    """
    from cpt.cli.marketplace import find_api
    from cpt.cli.options import tell
    from cpt.cli.output import console, print_json
    from cpt.cli.views.words import rows

    waiting = find_api(registry).names_waiting(limit)
    if format_ == "json":
        print_json("registry-names", {"names": [name.model_dump(mode="json") for name in waiting]})
        return
    if not waiting:
        tell("no name waits for a decision")
        return
    table = rows("NAME", "LOOKS LIKE", "CLAIMED BY", "ON")
    for name in waiting:
        table.add_row(name.publisher, name.looks_like, ", ".join(name.owners), name.claimed[:10])
    console().print(table)
