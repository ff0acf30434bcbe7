"""``cpt registry issuer``: whose word is taken for who a CI's workflow is."""

from __future__ import annotations

from pathlib import Path

import click

from registry_server.cli.options import format_option, store_at, store_options
from registry_server.cli.output import print_json


@click.group(short_help="Whose word is taken for who a CI's workflow is.")
def issuer() -> None:
    """Issuers of OpenID Connect tokens, which let workflows publish without a secret."""


@issuer.command("add", short_help="Take an issuer's word.")
@store_options
@click.argument("address", metavar="URL")
def add_issuer(folder: Path, database: str | None, blobs: str | None, address: str) -> None:
    """Take the word of the issuer at URL in the registry in DIR.

    URL is what the issuer's tokens have as 'iss', to the letter, such as
    https://token.actions.githubusercontent.com or https://gitlab.com.
    """
    from registry_server.api.desk import utc_now
    from registry_server.upkeep.operating import add_issuer as add

    with store_at(folder, database, blobs) as store:
        add(store, address, utc_now())
    click.echo(f"owners can let workflows publish for which {address} vouches", err=True)


@issuer.command("remove", short_help="Take an issuer's word no more.")
@store_options
@click.argument("address", metavar="URL")
def remove_issuer(folder: Path, database: str | None, blobs: str | None, address: str) -> None:
    """Take the word of the issuer at URL in the registry in DIR no more."""
    from registry_server.api.desk import utc_now
    from registry_server.upkeep.operating import remove_issuer as remove

    with store_at(folder, database, blobs) as store:
        remove(store, address, utc_now())
    click.echo(f"nothing is published any more by who {address} vouches for", err=True)


@issuer.command("list", short_help="List the issuers whose word is taken.")
@format_option
@store_options
def list_issuers(folder: Path, database: str | None, blobs: str | None, format_: str) -> None:
    """List the issuers whose word is taken in the registry in DIR."""
    with (
        store_at(folder, database, blobs) as store,
        store.database.reading() as records,
    ):
        issuers = records.workflows.issuers()
    if format_ == "json":
        print_json("registry-issuers", {"issuers": list(issuers)})
        return
    for address in issuers:
        click.echo(address)
