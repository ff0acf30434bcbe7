"""The inbox beside an account's file: what is received while somebody else writes there.

SQLite has one writer, and a million contacts on their way keep it busy; an external event waits for
none of that. It is written to a small file beside (``shop.account-inbox``), and whoever writes next
takes it in. That is done exactly once: numbers grow, the account remembers the last one that it has
taken in, and takes only greater ones. The file goes with the last one to close the account: a
database must not be removed under somebody who has it open.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from account_engine.stores.rows import Row

_TABLE = """
CREATE TABLE IF NOT EXISTS inbox (
    seq INTEGER PRIMARY KEY,
    contact INTEGER NOT NULL,
    at INTEGER NOT NULL,
    word TEXT NOT NULL,
    attributes TEXT NOT NULL
)
"""


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
            connection.execute(_TABLE)
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
            return connection.execute(
                "SELECT seq, contact, at, word, attributes FROM inbox WHERE seq > ? ORDER BY seq",
                (seq,),
            ).fetchall()

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
        self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=self._patience)
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.execute("PRAGMA journal_mode = WAL")  # one wait for the disk, not three
        return self._connection
