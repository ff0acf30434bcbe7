"""An account in a PostgreSQL, beside others; and the tables there, made and brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from account_engine.errors import AccountFileError
from account_engine.stores.contacts import ContactVerbs
from account_engine.stores.departures import DepartureVerbs
from account_engine.stores.enrolments import EnrolmentVerbs
from account_engine.stores.keys import KeyVerbs
from account_engine.stores.place_migrations import PlaceMigrationVerbs
from account_engine.stores.port import PATIENCE
from account_engine.stores.postgres_server import (
    SCHEMA,
    PostgresServer,
    connect,
    explained,
)
from account_engine.stores.records import Identity
from account_engine.stores.resources import NEW_ACCOUNT, account_values
from account_engine.stores.rows import Access, Row
from account_engine.stores.schema import APPLICATION_ID, SCHEMA_VERSION, table_names, tables
from account_engine.stores.schema_upgrades import upgrades
from account_engine.stores.spans import SpanVerbs
from account_engine.stores.waves import WaveVerbs


class PostgresStore(
    PostgresServer, WaveVerbs, SpanVerbs, PlaceMigrationVerbs, EnrolmentVerbs, ContactVerbs,
    DepartureVerbs, KeyVerbs,
):  # fmt: skip
    """A `Store` in a PostgreSQL database."""

    @classmethod
    @contextmanager
    def making(
        cls, database: str, handle: str, identity: Identity, patience: float = PATIENCE
    ) -> Iterator[PostgresStore]:
        """Return a context in which an account is made, with all that is written in it.

        The tables are made if they are not there. The store stays open when the context ends.

        Args:
            database: A libpq connection URI.
            handle: What the database calls the account.
            identity: What the account is.
            patience: For how many seconds to wait for another process.

        Raises:
            AccountFileError: There is an account of this name.
            DatabaseError: The database cannot be reached, or does not allow it.
        """
        store = cls(connect(database, patience), database, 0, patience)
        try:
            migrate(store._connection)
            with store.receiving():  # nobody else knows the account yet: there is nothing to lock
                store._access = Access.PUBLISH
                store._account = store._made(handle, identity)
                yield store
        except BaseException:
            store.close()
            raise

    def _made(self, handle: str, identity: Identity) -> int:
        """Make the account's row and return its number."""
        made = self.one(
            f"{NEW_ACCOUNT} ON CONFLICT (handle) DO NOTHING RETURNING account",
            **account_values(identity, handle),
        )
        if made is None:
            raise AccountFileError(
                f"there is already an account {handle} in this database; choose another name"
            )
        return int(made[0])

    @classmethod
    def open(cls, database: str, handle: str = "", patience: float = PATIENCE) -> PostgresStore:
        """Open an account in a database.

        Args:
            database: A libpq connection URI.
            handle: What the database calls the account; empty for the only one there is.
            patience: For how many seconds to wait for another process.

        Raises:
            AccountFileError: There is no such account, or none that we can read.
            DatabaseError: The database cannot be reached.
        """
        connection = connect(database, patience)
        try:
            if _version(connection) != SCHEMA_VERSION:
                migrate(connection, make=False)
            account = _account(connection, handle)
        except BaseException:
            connection.close()
            raise
        return cls(connection, database, account, patience)

    def fault(self) -> str | None:
        """See `Store.fault`; nobody writes into a server's tables but us."""
        return None

    def remove(self) -> None:
        """Remove the account and everything in it."""
        with self.publishing():
            for table in table_names():
                self.run(f"DELETE FROM {table} WHERE account = :account")


def migrate(connection: psycopg.Connection[Row], *, make: bool = True) -> None:
    """Bring the tables of a database up to date, whole or not at all, one process at a time.

    Args:
        connection: To the database.
        make: Whether to make them where there are none.

    Raises:
        AccountFileError: There are none, or newer ones than ours.
        DatabaseError: The database does not allow it.
    """
    with explained(), connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (APPLICATION_ID,))
        version = _version(connection)
        if version is None and not make:
            raise _no_account("no account")
        if version is not None and version > SCHEMA_VERSION:
            raise AccountFileError(
                "the accounts in this database are kept by a newer cpt; upgrade cpt to open them"
            )
        if version is None:
            _verify_encoding(connection)
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
            connection.execute("INSERT INTO schema_version VALUES (0)")
            connection.execute(tables("postgres"))
        elif version < SCHEMA_VERSION:
            connection.execute(upgrades(version, "postgres"))
        connection.execute("UPDATE schema_version SET version = %s", (SCHEMA_VERSION,))


def _verify_encoding(connection: psycopg.Connection[Row]) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise AccountFileError(
            f"the encoding of this database is {encoding}, and accounts need UTF8; "
            "make another database with it"
        )


def _version(connection: psycopg.Connection[Row]) -> int | None:
    """Return the version of a database's tables; None if it has none."""
    with explained():
        table = f"{SCHEMA}.schema_version"
        found = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
        if found == (None,):
            return None
        row = connection.execute("SELECT version FROM schema_version").fetchone()
    return int(row[0]) if row else None


def _account(connection: psycopg.Connection[Row], handle: str) -> int:
    """Return the number of an account by its name, or of the only one there is."""
    with explained():
        if handle:
            found = connection.execute(
                "SELECT account FROM accounts WHERE handle = %s", (handle,)
            ).fetchall()
        else:
            found = connection.execute("SELECT account FROM accounts LIMIT 2").fetchall()
    if not found:
        raise _no_account(f"no account {handle}" if handle else "no account")
    if len(found) > 1:
        raise AccountFileError(
            "there are several accounts in this database; name one of them after a #"
        )
    return int(found[0][0])


def _no_account(what: str) -> AccountFileError:
    return AccountFileError(f"there is {what} in this database; `cpt account create` makes one")
