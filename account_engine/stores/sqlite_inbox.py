"""The inbox beside an account's file: what is received while somebody else writes there.

SQLite has one writer, and a million contacts on their way keep it busy; an external event waits for
none of that. It is written to a small file beside (``shop.account-inbox``), and whoever writes next
takes it in. That is done exactly once: numbers grow, the account remembers the last one that it has
taken in, and takes only greater ones. The file goes with the last one to close the account: a
database must not be removed under somebody who has it open.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from account_engine.errors import AccountFileError
from account_engine.stores.rows import Row
from account_engine.stores.sqlite_file import log_ahead
from package_format.campaign.triggers import TRIGGERS

TABLE = """
CREATE TABLE IF NOT EXISTS inbox (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    word TEXT NOT NULL,
    attributes TEXT NOT NULL
)
"""
_COLUMNS = ("seq", "contact", "at", "word", "attributes")
_MOST = 2**62
"""More than any number that we write."""


class SqliteInbox:
    """A file of events beside an account's file; its errors are SQLite's."""

    def __init__(self, account: str | os.PathLike[str], patience: float) -> None:
        """Name the account's file; the inbox need not exist before something is received."""
        self._path = Path(f"{os.fspath(account)}-inbox")
        self._patience = patience
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Return a context in which nobody else writes into the inbox; it is made if need be."""
        connection = self._connection or self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def is_there(self) -> bool:
        """Return whether anything may have been received."""
        return self._path.exists()

    def last(self) -> int:
        """Return the greatest number in the inbox, within `writing`; 0 if it is empty."""
        if self._connection is None:
            return 0
        ((seq,),) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM inbox").fetchall()
        return int(seq)

    def after(self, seq: int) -> list[Row]:
        """Return the events whose numbers are greater: seq, contact, at, word, attributes."""
        if not self.is_there():
            return []
        with self.writing() as connection:
            rows = connection.execute(
                "SELECT seq, contact, at, word, attributes FROM inbox WHERE seq > ? ORDER BY seq",
                (seq,),
            ).fetchall()
        if not all(map(_is_event, rows)):
            raise self._foreign("holds what is no event")
        return rows

    def drop(self, seq: int) -> None:
        """Delete the events up to this number."""
        with self.writing() as connection:
            connection.execute("DELETE FROM inbox WHERE seq <= ?", (seq,))

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def remove(self) -> None:
        """Remove the file if nothing is in it; nobody else may have the account open."""
        with self.writing() as connection:
            is_empty = connection.execute("SELECT 1 FROM inbox LIMIT 1").fetchone() is None
        self.close()
        if is_empty:
            self._path.unlink()

    def _opened(self) -> sqlite3.Connection:
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if self._path.is_symlink() or not self._path.is_file():
            raise self._foreign("is no plain file")
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=self._patience)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            log_ahead(connection)  # one wait for the disk, not three
            connection.execute(TABLE)
            made = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
            columns = [name for _, name, *_ in connection.execute("PRAGMA table_info (inbox)")]
        except sqlite3.DatabaseError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise self._foreign("is damaged, or something else") from error
            raise
        if made != [("table", "inbox")] or columns != list(_COLUMNS):
            connection.close()
            raise self._foreign("holds other tables than its own")
        self._connection = connection
        return connection

    def _foreign(self, why: str) -> AccountFileError:
        return AccountFileError(
            f"{self._path}, which keeps what was received for the account beside it, {why}; "
            "move it away: what was received there and not yet heard is not taken in"
        )


def _is_event(row: Row) -> bool:
    """Whether a row is what `add_event` writes; the file may be from a stranger."""
    seq, contact, at, word, attributes = row
    if not all(isinstance(number, int) and 0 <= number < _MOST for number in (seq, contact, at)):
        return False
    try:
        said = json.loads(attributes)
    except (TypeError, ValueError, RecursionError):
        return False
    return (
        isinstance(word, str)
        and word in TRIGGERS
        and isinstance(said, dict)
        and all(
            isinstance(value, str)
            or (isinstance(value, list) and all(isinstance(one, str) for one in value))
            for value in said.values()
        )
    )
