"""``cpt account add``: a name for an account, as git has remotes."""

from __future__ import annotations

import click


@click.command()
@click.argument("name")
@click.argument("location")
def add(name: str, location: str) -> None:
    """Call the account at LOCATION by NAME from now on.

    LOCATION is an account's file, or postgresql://USER@HOST/DATABASE#NAME for one in a database.
    """
    from pathlib import Path

    from account_engine.stores.locations import has_secrets, in_database, without_secrets
    from cpt.accounts.book import AccountBook
    from cpt.cli.options import tell
    from cpt.cli.places import find_account, settings_folder
    from cpt.errors import UsageError

    if in_database(location) and has_secrets(location):
        raise UsageError(
            f"the password in {without_secrets(location)} would be kept for anybody to read",
            "leave it out, and set PGPASSWORD, or write it to ~/.pgpass",
        )
    with find_account(location) as account:
        called = account.info.name
    place = location if in_database(location) else str(Path(location).absolute())
    AccountBook(settings_folder()).add(name, place)
    tell(f"{name} is now the account {called} in {location}")
