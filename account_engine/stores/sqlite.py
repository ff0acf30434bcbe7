"""An account in one SQLite file.

The file has SQLite's rollback journal, not a write-ahead log, so that a closed account is one file
that can be copied. The verbs stand in `sqlite_resources` and `sqlite_lives`.
"""

from __future__ import annotations

import uuid

from account_engine.position import Instant
from account_engine.stores.port import Identity
from account_engine.stores.schema import TABLES
from account_engine.stores.sqlite_file import FilePath, connect, create, unwritten, written
from account_engine.stores.sqlite_lives import SqliteLives
from account_engine.stores.sqlite_resources import SqliteResources

PATIENCE = 2.0
"""For how many seconds we wait for another process, unless told otherwise."""

_IDENTITY = "id, incarnation, name, features, zone, clock, address"


class SqliteStore(SqliteResources, SqliteLives):
    """A `Store` in one SQLite file."""

    @classmethod
    def create(cls, path: FilePath, identity: Identity, patience: float = PATIENCE) -> SqliteStore:
        """Make a new account's file and open it.

        Args:
            path: Where; nothing may be there yet.
            identity: What the account is.
            patience: For how many seconds to wait for another process.

        Raises:
            AccountFileError: Something is there already, or the file cannot be made.
        """
        row = (
            identity.id,
            identity.incarnation,
            identity.name,
            written(list(identity.features)),
            identity.zone,
            identity.clock,
            identity.address,
        )
        insert = f"INSERT INTO account ({_IDENTITY}) VALUES (?, ?, ?, ?, ?, ?, ?)"
        create(path, TABLES, insert, row)
        return cls.open(path, patience)

    @classmethod
    def open(cls, path: FilePath, patience: float = PATIENCE) -> SqliteStore:
        """Open an account's file.

        Args:
            path: Where it is.
            patience: For how many seconds to wait for another process.

        Raises:
            AccountFileError: There is no file, or it is no account that we can read.
        """
        return cls(connect(path, patience), path)

    def identity(self) -> Identity:
        """See `Store.identity`."""
        (row,) = self._run(f"SELECT {_IDENTITY} FROM account")
        number, incarnation, name, features, zone, clock, address = row
        return Identity(number, incarnation, name, tuple(unwritten(features)), zone, clock, address)

    def set_clock(self, now: Instant) -> None:
        """See `Store.set_clock`."""
        self._run("UPDATE account SET clock = ?", (now,))


def random_id() -> str:
    """Return an id that nobody else has."""
    return uuid.uuid4().hex
