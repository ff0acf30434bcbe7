"""``cpt registry welcome`` and ``quota``: who is known, and how much a publisher may have."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from registry_server.cli.options import format_option, store_at, store_options
from registry_server.cli.output import counted, print_json


@click.command(short_help="Make somebody known, and print a token to log in with.")
@click.option("--operator", is_flag=True, help="They run the registry: they may quarantine.")
@store_options
@click.argument("name")
def welcome(
    folder: Path, database: str | None, blobs: str | None, name: str, *, operator: bool
) -> None:
    """Make NAME known in the registry in DIR, and print a token for 'cpt login'.

    The token is shown once. Somebody who is known already gets another one.
    """
    from registry_server.api.desk import utc_now
    from registry_server.upkeep.operating import welcome as make_known

    with store_at(folder, database, blobs) as store:
        secret = make_known(store, name, operator=operator, now=utc_now())
    click.echo(f"{name} can log in with this token, which is not shown again:", err=True)
    click.echo(secret)


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
    from registry_server.upkeep.operating import allow, demand_publisher

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
