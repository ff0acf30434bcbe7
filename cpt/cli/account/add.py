"""``cpt account add``: a name for an account, as git has remotes."""

from __future__ import annotations

import click


@click.command()
@click.argument("name")
@click.argument("location")
def add(name: str, location: str) -> None:
    """Call the account at LOCATION by NAME from now on.

    LOCATION is an account's file, or postgresql://USER@HOST/DATABASE#NAME for one in a database, or
    the address of one that is served. That one is opened by a key, which is taken from
    CPT_ACCOUNT_KEY, or else asked for, and kept in the system's keyring.
    """
    from pathlib import Path

    from account_engine.stores.locations import has_secrets, in_database, without_secrets
    from cpt.accounts.book import AccountBook
    from cpt.cli.options import tell
    from cpt.cli.places import find_embedded, is_served, settings_folder
    from cpt.errors import UsageError

    if in_database(location) and has_secrets(location):
        raise UsageError(
            f"the password in {without_secrets(location)} would be kept for anybody to read",
            "leave it out, and set PGPASSWORD, or write it to ~/.pgpass",
        )
    if is_served(location):
        called, place = _opened(location), location.rstrip("/")
    else:
        with find_embedded(location) as account:
            called = account.info.name
        place = location if in_database(location) else str(Path(location).absolute())
    AccountBook(settings_folder()).add(name, place)
    tell(f"{name} is now the account {called} {'at' if is_served(location) else 'in'} {location}")


def _opened(address: str) -> str:
    """Open an account that is served, keep its key, and return what it is called."""
    from cpt.accounts.credentials import (
        VARIABLE,
        demand_key,
        keep_key,
        key_for,
        refuse_open_way,
    )
    from cpt.accounts.remote.account import RemoteAccount
    from cpt.cli.options import is_interactive, tell
    from cpt.cli.output import ask

    refuse_open_way(address)
    key = key_for(address)
    if key is None and is_interactive():
        key = ask("Its key?", secretly=True).strip()
    key = key or demand_key(address)
    with RemoteAccount(address, key) as account:
        called = account.info.name
    if keep_key(address, key):
        tell("its key is in your keyring")
    else:
        tell(f"there is no keyring here to keep its key in: set {VARIABLE} whenever you use it")
    return called
