"""Where accounts are kept: a path is a file, and a URL is an account in a PostgreSQL.

``postgresql://user@host/database#shop`` is the account `shop` in that database: what stands before
the ``#`` is a libpq connection URI, and passwords come from where libpq finds them (``PGPASSWORD``,
``~/.pgpass``, a service file).
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from account_engine.errors import AccountFileError
from account_engine.stores.port import PATIENCE, Store
from account_engine.stores.records import Identity
from account_engine.stores.sqlite import SqliteStore
from account_engine.stores.sqlite_file import FilePath

if TYPE_CHECKING:
    from account_engine.stores.postgres import PostgresStore

_SCHEMES = ("postgresql://", "postgres://")
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def in_database(location: FilePath) -> bool:
    """Return whether a location is an account in a database rather than a file."""
    return os.fspath(location).startswith(_SCHEMES)


def open_store(location: FilePath, *, patience: float = PATIENCE) -> Store:
    """Open the store of an account.

    Args:
        location: Where it is.
        patience: For how many seconds to wait for another process.

    Raises:
        AccountFileError: There is no account, or none that we can read.
        DatabaseError: The database cannot be reached.
    """
    if in_database(location):
        return _postgres().open(*_parts(location), patience)
    return SqliteStore.open(location, patience)


def create_store(location: FilePath, identity: Identity, *, patience: float = PATIENCE) -> Store:
    """Make an account and open its store.

    Args:
        location: Where; nothing may be there yet.
        identity: What the account is.
        patience: For how many seconds to wait for another process.

    Raises:
        AccountFileError: Something is there already, or the account cannot be made.
        DatabaseError: The database cannot be reached.
    """
    if not in_database(location):
        return SqliteStore.create(location, identity, patience)
    with making_store(location, identity, patience=patience) as store:
        return store


@contextmanager
def making_store(
    location: FilePath, identity: Identity, *, patience: float = PATIENCE
) -> Iterator[Store]:
    """Return a context in which an account is made in a database, whole or not at all.

    What is written in the context is the account's too. Its store stays open when the context
    ends, and is closed if it raises.

    Args:
        location: Where; nothing may be there yet.
        identity: What the account is.
        patience: For how many seconds to wait for another process.

    Raises:
        AccountFileError: Something is there already, or the account cannot be made.
        DatabaseError: The database cannot be reached.
    """
    database, handle = _parts(location)
    if not _HANDLE.fullmatch(handle):
        raise AccountFileError(
            f"an account in a database is named after a #, as in {without_secrets(database)}#shop, "
            "by letters, digits, dots, hyphens and underscores"
        )
    with _postgres().making(database, handle, identity, patience) as store:
        yield store


def remove_store(location: FilePath) -> None:
    """Remove an account and everything in it; nobody may have it open.

    Raises:
        AccountFileError: There is none.
        DatabaseError: The database cannot be reached.
    """
    if not in_database(location):
        Path(location).unlink(missing_ok=True)
        return
    store = _postgres().open(*_parts(location))
    try:
        store.remove()
    finally:
        store.close()


def without_secrets(location: str) -> str:
    """Return a location as it may be shown to anybody.

    Rather too much is left out than too little: of what a password may be, all up to the last @.
    """
    database, hash_, handle = location.partition("#")
    address, question, query = database.partition("?")
    address = re.sub(r"(://[^:@]*):.*@", r"\1@", address)
    kept = [part for part in query.split("&") if "password" not in _decoded(part).lower()]
    return f"{address}{question if any(kept) else ''}{'&'.join(kept)}{hash_}{handle}"


def _decoded(text: str) -> str:
    return re.sub("%([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), text)


def has_secrets(location: str) -> bool:
    """Return whether there is a password in a location."""
    return without_secrets(location) != location


def random_id() -> str:
    """Return an id that nobody else has."""
    return uuid.uuid4().hex


def _parts(location: FilePath) -> tuple[str, str]:
    database, _, handle = os.fspath(location).partition("#")
    return database, handle


def _postgres() -> type[PostgresStore]:
    # Whoever only has files never waits for the driver to be imported.
    from account_engine.stores.postgres import PostgresStore  # noqa: PLC0415

    return PostgresStore
