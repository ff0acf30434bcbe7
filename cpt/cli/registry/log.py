"""``cpt registry log``: what happened in a registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cpt.cli.options import format_option, registry_option

if TYPE_CHECKING:
    from cpt.registries.answers import Happened


@click.command()
@click.argument("subject", required=False)
@click.option(
    "--before",
    type=click.IntRange(1, 2**31 - 1),
    metavar="NUMBER",
    help="Only what happened before the entry with this number.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 200),
    default=50,
    show_default=True,
    help="How many entries at most.",
)
@registry_option
@format_option
def log(
    subject: str | None, before: int | None, limit: int, registry: str | None, format_: str
) -> None:
    """Say who published, yanked, invited, decided what, and when; the latest first.

    With SUBJECT, only what concerned that package, publisher or person. An entry is a line: its
    number, when it was, whom or what it is about, who did what, and what else there is to say.
    """
    from cpt.cli.marketplace import find_api
    from cpt.cli.options import tell
    from cpt.cli.output import echo, print_json
    from cpt.cli.views.words import typed

    entries = find_api(registry).log(subject, before, limit)
    if format_ == "json":
        print_json(
            "registry-log", {"entries": [entry.model_dump(mode="json") for entry in entries]}
        )
        return
    for entry in entries:
        echo(_line(entry))
    if not entries:
        tell(f"nothing happened to {subject} here" if subject else "nothing happened here")
    elif len(entries) == limit:
        more = ("--before", str(entries[-1].id))
        tell(f"what was before: {typed('cpt', 'registry', 'log', *filter(None, [subject]), *more)}")


def _line(entry: Happened) -> str:
    from cpt.cli.output import one_line

    when = f"{entry.at[:10]} {entry.at[11:19]}"
    more = "; ".join(f"{name} {value}" for name, value in entry.details.items() if value)
    said = f"{entry.id}  {when}  {entry.subject}: {entry.actor} {entry.action}"
    return one_line(f"{said} ({more})" if more else said)
