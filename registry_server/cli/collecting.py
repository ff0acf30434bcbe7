"""``cpt registry collect``: archives that no version lists are taken away."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from registry_server.cli.options import demand_store, format_option, store_at, store_options
from registry_server.cli.output import counted, print_json


@click.command(short_help="Take archives away that no version lists.")
@click.option(
    "--hours",
    type=click.IntRange(1),
    default=24,
    show_default=True,
    metavar="N",
    help="Leave what has not been there for so many hours: it may be on its way.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be taken away.")
@click.option("--even-many", is_flag=True, help="Take away more than half of all archives, too.")
@format_option
@partial(store_options, exists=True)
def collect(
    folder: Path,
    database: str | None,
    blobs: str | None,
    hours: int,
    format_: str,
    *,
    dry_run: bool,
    even_many: bool,
) -> None:
    """Take away what is in the storage of the registry in DIR and in none of its versions.

    Publications that were refused at the last moment, or whose server was killed, leave archives
    that nobody can have. Others may go on publishing meanwhile: what they need stays.
    """
    import datetime as dt

    from registry_server.upkeep.collecting import collect as take_away

    demand_store(folder, database, "keeps nothing that no version lists")
    with store_at(folder, database, blobs) as store:
        done = take_away(
            store,
            dt.datetime.now(dt.UTC),
            dt.timedelta(hours=hours),
            only_look=dry_run,
            even_many=even_many,
        )
    if format_ == "json":
        print_json(
            "registry-collection",
            {
                "archives": done.archives,
                "halves": done.halves,
                "looked_at": done.of,
                "dry_run": dry_run,
            },
        )
        return
    archives = f"{counted(done.archives, 'archive')} of {done.of:,}"
    halves = counted(done.halves, "half-written file")
    click.echo(
        f"{archives} and {halves} {'would go' if dry_run else 'are gone'}; what came within the "
        f"last {'hour' if hours == 1 else f'{hours:,} hours'} was not looked at",
        err=True,
    )
