"""The verbs by which whoever runs a server's registry keeps it: backups, and what may go.

Nothing but click is imported here before a verb is called: see `registry_server.cli`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from registry_server.cli_options import (
    a_folder,
    counted,
    counting,
    format_option,
    print_json,
    store_at,
    store_options,
)


def _demand_store(folder: Path, database: str | None, otherwise: str) -> None:
    """Refuse a folder without a server's registry; `otherwise` is what a plain folder does."""
    from package_format.registry_folders import Holding, what_is_in
    from registry_server.errors import CannotServeError

    if not (database or what_is_in(folder) is Holding.SERVER):
        raise CannotServeError(
            f"there is no server's registry in {folder}", f"one that is a plain folder {otherwise}"
        )


@click.command(short_help="Back a server's registry up, while it is published to.")
@format_option
@partial(store_options, exists=True)
@click.argument("to", metavar="TO", type=a_folder())
def backup(folder: Path, database: str | None, blobs: str | None, to: Path, format_: str) -> None:
    """Back the registry in DIR up into the folder TO: everything, as it is at one moment.

    Again into the same folder, only what is new is copied. TO/tree is a registry by itself, which
    'cpt registry verify TO/tree' proves. Keep TO to yourself: it says who may publish.
    """
    from registry_server.api.desk import utc_now
    from registry_server.backup import back_up

    _demand_store(folder, database, "is backed up by copying it: 'cpt registry mirror'")
    with store_at(folder, database, blobs) as store, counting("backing up") as begun:
        done = back_up(store, to.resolve(), utc_now(), begun)
    if format_ == "json":
        print_json(
            "registry-backup",
            {"folder": str(to), "versions": done.versions, "archives_copied": done.archives},
        )
        return
    archives = counted(done.archives, "archive")
    click.echo(
        f"{to} has {counted(done.versions, 'version')}; {archives} "
        f"{'was' if done.archives == 1 else 'were'} copied",
        err=True,
    )


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

    from registry_server.collecting import collect as take_away

    _demand_store(folder, database, "keeps nothing that no version lists")
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


@click.command(short_help="Bring a backup back where there is nothing yet.")
@format_option
@store_options
@click.argument("from_", metavar="FROM", type=a_folder(exists=True))
def restore(
    folder: Path, database: str | None, blobs: str | None, from_: Path, format_: str
) -> None:
    """Bring the backup in the folder FROM back into DIR, which has no registry yet.

    The database and the storage may be of another sort than those that were backed up. Every
    archive is proved by its digest on its way; 'cpt registry verify URL' proves all of what is
    served then.
    """
    from registry_server.backup import restore as bring_back

    with store_at(folder, database, blobs) as store:
        done = bring_back(store, from_.resolve())
    if format_ == "json":
        print_json("registry-restore", {"folder": str(folder), "versions": done.versions})
        return
    one = done.versions == 1
    click.echo(
        f"{counted(done.versions, 'version')} {'is' if one else 'are'} back; "
        f"'cpt registry serve' serves {'it' if one else 'them'}",
        err=True,
    )


_ANY = "0 for any number."


@click.command(short_help="Say how much a publisher may have, or show it.")
@click.option("--packages", type=click.IntRange(0), metavar="N", help=f"How many packages; {_ANY}")
@click.option(
    "--bytes",
    "bytes_",
    type=click.IntRange(0),
    metavar="N",
    help=f"How many bytes of archives; {_ANY}",
)
@click.option(
    "--versions",
    type=click.IntRange(0),
    metavar="N",
    help=f"How many versions it may publish in a day; {_ANY}",
)
@format_option
@partial(store_options, exists=True)
@click.argument("publisher", required=False)
def quota(
    folder: Path,
    database: str | None,
    blobs: str | None,
    publisher: str | None,
    packages: int | None,
    bytes_: int | None,
    versions: int | None,
    format_: str,
) -> None:
    """Say how much PUBLISHER may have in the registry in DIR; without one, everybody.

    Without an option, only show it.
    """
    from dataclasses import asdict

    from registry_server.api.desk import utc_now
    from registry_server.catalog.quotas import day_of
    from registry_server.database.quotas import EVERYBODY
    from registry_server.operating import allow, demand_publisher

    name, now = publisher or EVERYBODY, utc_now()
    with store_at(folder, database, blobs) as store:
        if (packages, bytes_, versions) != (None, None, None):
            allow(store, name, now, packages=packages, bytes_=bytes_, versions=versions)
        with store.database.reading() as records:
            demand_publisher(records, name)
            most, used = records.quotas.of(name), records.quotas.used(name, day_of(now))
    if format_ == "json":
        told = {"most": asdict(most), "used": asdict(used) if publisher else None}
        print_json("registry-quota", {"publisher": publisher, **told})
        return
    for one, more, has, may in (
        ("package", "", used.packages, most.packages),
        ("byte", " of archives", used.bytes, most.bytes),
        ("version", " a day", used.versions, most.versions),
    ):
        said = f"{counted(may, one) if may else f'any number of {one}s'}{more}"
        click.echo(f"{has:,} of {said}" if publisher else said)
