"""The SQLite file itself: opening and recognising it, transactions, and what its errors mean.

The file has a write-ahead log, so that who reads waits for nobody. Whoever closes it last takes the
log in and removes it: a closed account is one file, and can be copied.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TypeAlias

from account_engine.errors import AccountBusyError, AccountError, AccountFileError, InvalidDataError
from account_engine.outgoing.deliveries import Place
from account_engine.stores.rows import AMONG, TOO_LARGE, Access, Row, Rows, Values
from account_engine.stores.schema import (
    ALONE,
    APPLICATION_ID,
    SCHEMA_VERSION,
    tables,
    without_account,
)
from account_engine.stores.sqlite_shape import acting, differing
from account_engine.stores.sqlite_soundness import fault
from account_engine.stores.sqlite_upgrades import upgrade

FilePath: TypeAlias = str | os.PathLike[str]
"""The path of an account's file."""

_LONGEST = 256 * 2**20
"""Of how many bytes one value, or one row, may be: more than any record of packages."""

CACHE = 16 * 1024
"""How much of a file is kept in memory at most, in KiB; it is taken as it is needed.

With this, a million contacts take no more memory than a hundred thousand; with four times as much
they would be moved in the same processor time, but for what the system takes to read pages again.
"""

_WHOSE = re.compile(r"\b(?:\w+\.)?account = (?::account|\w+\.account)\b")

LOG = 64 * 1024 * 1024
"""To how many bytes the write-ahead log is cut down once what a great transaction left is done."""


class SqliteFile(Rows):
    """A connection to one account's file."""

    def __init__(self, connection: sqlite3.Connection, path: FilePath) -> None:
        """Take over an open connection."""
        self._connection = connection
        self._path = path

    def close(self) -> None:
        """Let go of the file; closing twice does nothing."""
        self._connection.close()

    def begin(self, access: Access) -> None:
        """Begin a transaction; there is one writer at a time."""
        self.run("BEGIN" if access is Access.READ else "BEGIN IMMEDIATE")

    def commit(self) -> None:
        """End the transaction; what it has written stays."""
        self.run("COMMIT")

    def roll_back(self) -> None:
        """End the transaction, unless a failed COMMIT or a full disk has ended it already."""
        with suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    def fault(self) -> str | None:
        """See `Store.fault`."""
        return fault(self._connection)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Return a context in which nobody else has the file open; then it has to be closed.

        Whoever has a file with a write-ahead log open, has it locked; only who is alone can take
        the log away.

        Raises:
            AccountBusyError: Somebody else has it open.
        """
        with explained(self._path):
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("PRAGMA journal_mode = DELETE")
            self._connection.execute("BEGIN EXCLUSIVE")
            yield
            self._connection.execute("COMMIT")

    def is_only_writer(self) -> bool:
        """Return that it is so: there is one writer at a time."""
        return True

    def place(self) -> Place:
        """See `DeliveryStore.place`; a file that is written over stays where it was."""
        try:
            file = Path(self._path).resolve(strict=True)
            inode = file.stat().st_ino
            return Place(f"{file}:{inode}", str(inode), copied_over=True)
        except OSError as error:
            raise AccountFileError(f"{self._path} is no longer there: {error.strerror}") from error

    def run(self, statement: str, /, **values: object) -> list[Row]:
        """Run a statement and return the rows that it has."""
        with explained(self._path):
            return self._connection.execute(
                _keyed(statement), {**values, "account": ALONE}
            ).fetchall()

    def stream(self, statement: str, /, **values: object) -> Iterator[Row]:
        """Run a statement and yield the rows that it has, without holding them all."""
        with explained(self._path):
            rows = self._connection.execute(_keyed(statement), {**values, "account": ALONE})
            for row in rows:  # noqa: UP028  who is interrupted may end this after the connection
                yield row

    def run_all(self, statement: str, rows: Iterable[Values]) -> int:
        """Run a statement for each of these values and return how many rows were written."""
        each = ({**row, "account": ALONE} for row in rows)
        with explained(self._path):
            return max(self._connection.executemany(_keyed(statement), each).rowcount, 0)

    def fill(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Put rows into a temporary table."""
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        with explained(self._path):
            self._connection.executemany(statement, rows)

    def number(self, table: str, columns: str, source: str, order: str, near: str) -> None:  # noqa: ARG002
        """Put rows into a table that numbers them as they come: they lie there in that order."""
        self.run(
            f"INSERT INTO {table} (account, {columns}) "
            f"SELECT :account, {columns} FROM {source} ORDER BY {order}"
        )

    def locked(self, table: str) -> str:  # noqa: ARG002  who writes has the whole file
        """Return nothing: the transaction has the whole file."""
        return ""

    def claimed(self, table: str) -> str:  # noqa: ARG002  likewise
        """Return nothing: the transaction has the whole file."""
        return ""

    def held(self, table: str) -> str:  # noqa: ARG002  what is received is looked at as it comes in
        """Return nothing: see `SqliteStore.take_in`."""
        return ""

    def shred(self) -> None:
        """Write over what is deleted; the log is taken in when the file is closed."""
        self.run("PRAGMA secure_delete = ON")

    def plain(self, column: str, also: str = "") -> str:
        """Return the condition that a column holds ASCII letters, digits and ``.@_+-"`` alone."""
        return f"{column} NOT GLOB '*[^A-Za-z0-9.@_+\"{also}-]*'"

    def listed(self, expression: str) -> str:
        """Return what puts the texts of all rows together."""
        return f"group_concat({expression}, '{AMONG}')"

    def each(self, parameter: str) -> str:
        """Return what gives a row for each item of a JSON list."""
        return f"json_each(:{parameter}) AS each"

    def lying_in_order(self) -> str:
        """Return the type of what a table's rows are found by."""
        return "INTEGER PRIMARY KEY"

    def clear(self, tables: Mapping[str, str]) -> None:
        """Make temporary tables, unless they are there, and empty them."""
        for table, columns in tables.items():
            self.run(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({columns})")
            self.run(f"DELETE FROM {table}")

    def measured(self, *tables: str) -> None:
        """Do nothing: SQLite takes the order in which tables are named."""


@cache
def _keyed(statement: str) -> str:
    """Return a statement as a file takes it, which has one account, and has it in no key.

    Whoever asks whose a row is would have to leave the index for it.
    """
    target = "ON CONFLICT (account, "
    return _WHOSE.sub("true", statement.replace(target, without_account(target)))


def connect(path: FilePath, patience: float) -> sqlite3.Connection:
    """Open an existing account's file.

    Args:
        path: Where it is.
        patience: For how many seconds to wait for another process.

    Raises:
        AccountFileError: There is no file, or it is no account that we can read.
    """
    file = Path(path)
    if not file.is_file():
        raise AccountFileError(
            f"there is no account at {path}"
            + (", but something else" if file.exists() else "")
            + "; `cpt account create` makes one"
        )
    with explained(path):
        connection = _connected(path, patience)
    try:
        with explained(path):
            _recognise(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def create(path: FilePath, insert: str, row: Values) -> None:
    """Make a new account's file, whole or not at all.

    Args:
        path: Where; nothing may be there yet.
        insert: The statement that says what the account is.
        row: Its values.

    Raises:
        AccountFileError: Something is there already, or the file cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise AccountFileError(f"there is already a file at {path}; choose another path") from None
    except OSError as error:
        raise AccountFileError(f"an account cannot be made at {path}: {error.strerror}") from error
    try:
        with explained(path), closing(_connected(path, 0)) as connection:
            log_ahead(connection)
            connection.executescript(
                f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; "
                f"PRAGMA user_version = {SCHEMA_VERSION}; {tables('sqlite')}"
            )
            connection.execute(insert, row)
            connection.execute("COMMIT")
    except BaseException:
        Path(path).unlink()
        raise


def _connected(path: FilePath, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{Path(path).absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=patience,
    )
    # A file from a stranger must not make SQLite run functions that its schema names, or fill the
    # memory with one value.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.execute(f"PRAGMA cache_size = -{CACHE}")
    connection.execute(f"PRAGMA journal_size_limit = {LOG}")
    return connection


def _recognise(connection: sqlite3.Connection, path: FilePath) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise AccountFileError(f"{path} is not an account; `cpt account create` makes one")
    strange = acting(connection)
    if strange:
        raise _strange(path, strange)
    if version > SCHEMA_VERSION:
        raise AccountFileError(f"{path} was made by a newer cpt; upgrade cpt to open it")
    if version < SCHEMA_VERSION:
        upgrade(connection)
    strange = differing(connection)
    if strange:
        raise _strange(path, strange)
    log_ahead(connection)


def log_ahead(connection: sqlite3.Connection) -> None:
    """Give a file a write-ahead log, unless it has one.

    SQLite waits for nobody here: it reads first, and lets nobody who reads wait for who writes. A
    transaction of nothing does wait, as every other of this connection.

    Raises:
        sqlite3.OperationalError: Somebody else still writes there.
    """
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        else:
            return
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")


def _strange(path: FilePath, why: str) -> AccountFileError:
    return AccountFileError(
        f"{path} is not as an account's file is: {why}; use a copy of it from before that"
    )


@contextmanager
def explained(path: FilePath) -> Iterator[None]:
    """Say what SQLite's errors mean for the account; what is our own mistake stays as it is."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.DatabaseError as error:
        raise _meaning(error, path) from error
    except OverflowError as error:
        raise InvalidDataError(TOO_LARGE) from error


def _meaning(error: sqlite3.DatabaseError, path: FilePath) -> AccountError:
    match error.sqlite_errorcode & 0xFF:  # the rest of the code says more than we need
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return AccountBusyError("another process is changing this account; try again")
        case sqlite3.SQLITE_NOTADB:
            return AccountFileError(f"{path} is not an account; `cpt account create` makes one")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return AccountFileError(f"{path} cannot be written; check its permissions")
        case sqlite3.SQLITE_FULL:
            return AccountFileError(f"there is no room left for {path}; nothing was changed")
        case sqlite3.SQLITE_IOERR:
            return AccountFileError(
                f"the disk does not read or write {path} ({error.sqlite_errorname}); "
                "see whether it has room and is in order; nothing was changed"
            )
        case _:
            return AccountFileError(f"the account file {path} is damaged: {error}")
