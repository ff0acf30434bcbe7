"""The SQLite file itself: opening and recognising it, transactions, and what its errors mean."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from account_engine.errors import AccountBusyError, AccountError, AccountFileError
from account_engine.stores.schema import APPLICATION_ID, SCHEMA_VERSION, UPGRADES
from package_format.canonical import to_json
from package_format.kinds.model import Json

FilePath: TypeAlias = str | os.PathLike[str]
"""The path of an account's file."""

Row: TypeAlias = tuple[Any, ...]

GREATEST = 2**63 - 1
"""The greatest number that a column can hold; nothing has a greater one."""


def written(value: Json) -> str:
    """Return a value as it stands in a column."""
    return to_json(value).decode()


def unwritten(text: str) -> Json:
    """Read what `written` wrote."""
    return json.loads(text)


class SqliteFile:
    """A connection to one account's file; rows in, rows out."""

    def __init__(self, connection: sqlite3.Connection, path: FilePath) -> None:
        """Take over an open connection."""
        self._connection = connection
        self._path = path
        self._depth = 0

    def close(self) -> None:
        """Let go of the file; closing twice does nothing."""
        self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See `Store.reading`."""
        with self._transaction("BEGIN"):
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See `Store.writing`."""
        with self._transaction("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        if self._depth == 0:
            self._run(begin)
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                self._run("COMMIT")
        except BaseException:
            if self._depth == 1:
                # A failed COMMIT or a full disk may have ended the transaction already.
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise
        finally:
            self._depth -= 1

    def _run(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with _explained(self._path):
            return self._connection.execute(sql, values).fetchall()

    def _run_all(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with _explained(self._path):
            self._connection.executemany(sql, rows)

    def _one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        with _explained(self._path):
            row: Row | None = self._connection.execute(sql, values).fetchone()
            return row


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
    with _explained(path):
        connection = _connected(path, patience)
    try:
        _recognise(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def create(path: FilePath, tables: str, insert: str, row: Sequence[object]) -> None:
    """Make a new account's file, whole or not at all.

    Args:
        path: Where; nothing may be there yet.
        tables: The statements that make the tables.
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
        with _explained(path), closing(_connected(path, 0)) as connection:
            connection.executescript(
                f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; "
                f"PRAGMA user_version = {SCHEMA_VERSION}; {tables}"
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
    # A file from a stranger must not make SQLite run functions that its schema names.
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _recognise(connection: sqlite3.Connection, path: FilePath) -> None:
    with _explained(path):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise AccountFileError(f"{path} is not an account; `cpt account create` makes one")
    if version > SCHEMA_VERSION:
        raise AccountFileError(f"{path} was made by a newer cpt; upgrade cpt to open it")
    if version < SCHEMA_VERSION:
        with _explained(path):
            _upgrade(connection)


def _upgrade(connection: sqlite3.Connection) -> None:
    """Bring a file of an older version up to date, whole or not at all, whoever else opens it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for older in range(version, SCHEMA_VERSION):
            for statement in filter(str.strip, UPGRADES[older].split(";\n")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


@contextmanager
def _explained(path: FilePath) -> Iterator[None]:
    """Say what SQLite's errors mean for the account; what is our own mistake stays as it is."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.DatabaseError as error:
        raise _meaning(error, path) from error


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
        case _:
            return AccountFileError(f"the account file {path} is damaged: {error}")
