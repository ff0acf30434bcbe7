"""The port behind which an account is kept: small verbs over rows, and transactions around them.

A store knows no rules. Every rule of an account is in the modules above, so that each store is held
to one conformance suite (``tests/account_engine/stores``) and nothing else. Verbs are called inside
`Store.reading` or `Store.writing`; they take and give values, never cursors.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from account_engine.category import Category
from account_engine.keys import ApiKey
from account_engine.position import Instant
from account_engine.stores.ports.contacts import ContactStore
from account_engine.stores.ports.deliveries import DeliveryStore
from account_engine.stores.ports.departures import DepartureStore
from account_engine.stores.ports.happenings import HappeningStore
from account_engine.stores.ports.resources import ResourceStore
from account_engine.stores.ports.waves import WaveStore
from account_engine.stores.records import Identity, Revision

PATIENCE = 2.0
"""For how many seconds we wait for another process, unless told otherwise."""


class Store(
    ResourceStore,
    ContactStore,
    HappeningStore,
    DeliveryStore,
    WaveStore,
    DepartureStore,
    Protocol,
):
    """Where one account is kept."""

    def fault(self) -> str | None:
        """Return what no account would have written, in words; None if all is sound."""
        ...

    # --- transactions

    def reading(self) -> AbstractContextManager[None]:
        """Return a context in which everything read is of one moment."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Return a context that is written whole at its end, or not at all if it raises.

        Contacts whose state is read in it are locked until then. Objects and flows stay what they
        are, and are not written, but for retired flows that go because nobody is in them (M7).

        Raises:
            AccountBusyError: Another process is writing, and went on for longer than we wait.
            DatabaseError: The database cannot be reached, or has no room.
        """
        ...

    def publishing(self) -> AbstractContextManager[None]:
        """Return a context like `writing`, for all of the account: nobody else writes meanwhile.

        Other contexts can stand within it, but it cannot stand in one of those.

        Raises:
            AccountBusyError: Likewise.
            DatabaseError: Likewise.
        """
        ...

    def receiving(self) -> AbstractContextManager[None]:
        """Return a context in which events can be put into the inbox, of its own and in no other.

        It waits for nobody who writes or publishes, however long that takes.

        Raises:
            AccountBusyError: The inbox itself is taken for longer than we wait.
            DatabaseError: The database cannot be reached, or has no room.
        """
        ...

    def close(self) -> None:
        """Let go of the database; closing twice does nothing."""
        ...

    # --- the account

    def identity(self) -> Identity:
        """Return what the account is."""
        ...

    def set_clock(self, now: Instant) -> None:
        """Set the account's clock forward; one that shows a later time already stays."""
        ...

    def stamp(self) -> int:
        """Return a number that changes whenever objects or flows do."""
        ...

    def take_numbers(self, counter: str, count: int) -> int:
        """Take this many numbers, never given out before, and return the first."""
        ...

    # --- who may ask

    def put_key(self, key: ApiKey) -> None:
        """Write a key; of one that is there, only whether it is revoked."""
        ...

    def key(self, key: str) -> ApiKey | None:
        """Return the key with this id, revoked or not."""
        ...

    def api_keys(self) -> tuple[ApiKey, ...]:
        """Return every key, revoked or not, oldest first."""
        ...

    # --- tag categories

    def put_category(self, category: Category) -> None:
        """Write a category of tags, new or not."""
        ...

    def categories(self) -> tuple[Category, ...]:
        """Return the categories that were written, by id."""
        ...

    def delete_category(self, number: int) -> None:
        """Forget a category."""
        ...

    # --- history

    def add_revision(self, revision: Revision) -> None:
        """Append a revision."""
        ...

    def revision(self, change_set: str) -> Revision | None:
        """Return the revision that a change set made."""
        ...

    def head(self) -> Revision | None:
        """Return the newest revision."""
        ...

    def revisions(self) -> tuple[Revision, ...]:
        """Return every revision, oldest first."""
        ...
