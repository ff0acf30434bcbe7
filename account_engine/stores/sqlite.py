"""An account in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from account_engine.errors import AccountError, EngineBugError
from account_engine.events import Event
from account_engine.position import Instant
from account_engine.stores.contacts import ContactVerbs
from account_engine.stores.departures import DepartureVerbs
from account_engine.stores.enrolments import EnrolmentVerbs
from account_engine.stores.happenings import event_values
from account_engine.stores.keys import KeyVerbs
from account_engine.stores.place_migrations import PlaceMigrationVerbs
from account_engine.stores.port import PATIENCE
from account_engine.stores.records import Identity
from account_engine.stores.resources import NEW_ACCOUNT, account_values
from account_engine.stores.spans import SpanVerbs
from account_engine.stores.sqlite_file import FilePath, SqliteFile, connect, create, explained
from account_engine.stores.sqlite_inbox import SqliteInbox
from account_engine.stores.waves import WaveVerbs


class SqliteStore(
    SqliteFile, WaveVerbs, SpanVerbs, PlaceMigrationVerbs, EnrolmentVerbs, ContactVerbs,
    DepartureVerbs, KeyVerbs,
):  # fmt: skip
    """A `Store` in one SQLite file."""

    def __init__(
        self, connection: sqlite3.Connection, path: FilePath, patience: float = PATIENCE
    ) -> None:
        """Take over an open connection."""
        super().__init__(connection, path)
        self._inbox = SqliteInbox(path, patience)
        self._receiving: sqlite3.Connection | None = None
        self._taken_in = 0

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
        create(path, NEW_ACCOUNT, account_values(identity, identity.name))
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
        return cls(connect(path, patience), path, patience)

    def close(self) -> None:
        """Let go of the file, with what was received taken in; closing twice does nothing."""
        if self._inbox.is_there():
            with suppress(AccountError, sqlite3.Error):  # busy, or closed: another one will do it
                with self.writing():
                    self.take_in()
                self._inbox.drop(self._last_taken_in())
                with self.alone():
                    self._inbox.remove()
        self._inbox.close()
        super().close()

    # --- what is received

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """See `Store.receiving`; nobody else receives meanwhile, but anybody may write."""
        if self._depth:
            raise EngineBugError("what is received stands in a transaction of its own")
        with explained(self._path), self._inbox.writing() as self._receiving:
            yield

    def add_event(self, contact: int, at: Instant, event: Event) -> int:
        """See `Store.add_event`."""
        return self._received([contact], at, event)

    def add_events(self, contacts: Sequence[int], at: Instant, event: Event) -> None:
        """See `Store.add_events`."""
        self._received(contacts, at, event)

    def _received(self, contacts: Sequence[int], at: Instant, event: Event) -> int:
        """Receive an event of each of these; return the last sequence number."""
        if self._receiving is None:
            raise EngineBugError("events are received within `receiving`")
        last = max(self._inbox.last(), self._last_taken_in())
        values = event_values(0, at, event)
        with explained(self._path):
            self._receiving.executemany(
                "INSERT INTO inbox (seq, contact, at, word, attributes) "
                "VALUES (:seq, :contact, :at, :word, :attributes)",
                (
                    {**values, "seq": last + number, "contact": contact}
                    for number, contact in enumerate(contacts, 1)
                ),
            )
        return last + len(contacts)

    def take_in(self) -> None:
        """Bring what was received since into the account's own inbox."""
        with explained(self._path):
            rows = self._inbox.after(self._last_taken_in())
        if not rows:
            return
        names = ("seq", "contact", "at", "word", "attributes")
        self.run_all(
            "INSERT INTO inbox (account, seq, contact, at, word, attributes) "
            "VALUES (:account, :seq, :contact, :at, :word, :attributes)",
            [dict(zip(names, row, strict=True)) for row in rows],
        )
        self._lead_on(rows[0][0])
        self._taken_in = rows[-1][0]
        self.run(
            "INSERT INTO counters (account, name, next) VALUES (:account, 'inbox', :next) "
            "ON CONFLICT (account, name) DO UPDATE SET next = excluded.next",
            next=1 + self._taken_in,
        )

    def _lead_on(self, seq: int) -> None:
        """Give what was received, from this number on, for contacts who are no more to others."""
        gone = "FROM former_contacts AS gone WHERE gone.account = :account"
        theirs = "AND gone.contact = inbox.contact"
        self.run(
            f"DELETE FROM inbox WHERE account = :account AND seq >= :seq "
            f"AND EXISTS (SELECT 1 {gone} {theirs} AND survivor IS NULL)",
            seq=seq,
        )
        self.run(
            f"UPDATE inbox SET contact = (SELECT survivor {gone} {theirs}) "
            f"WHERE account = :account AND seq >= :seq AND contact IN (SELECT gone.contact {gone})",
            seq=seq,
        )

    def _last_taken_in(self) -> int:
        row = self.one("SELECT next FROM counters WHERE account = :account AND name = 'inbox'")
        return row[0] - 1 if row else 0

    def commit(self) -> None:
        """End the transaction; what it has taken in need not be kept beside it any more."""
        super().commit()
        if self._taken_in:
            with suppress(sqlite3.Error):  # then it goes the next time: it is not taken in again
                self._inbox.drop(self._taken_in)
            self._taken_in = 0

    def roll_back(self) -> None:
        """End the transaction, if there still is one; what it has written goes."""
        super().roll_back()
        self._taken_in = 0
