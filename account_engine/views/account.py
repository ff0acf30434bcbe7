"""What an account says of itself, and what it remembers."""

from __future__ import annotations

from dataclasses import dataclass

from account_engine.position import Instant
from account_engine.stores.copying import copied
from account_engine.stores.port import Store
from account_engine.stores.records import Revision
from account_engine.stores.sqlite_file import FilePath
from account_engine.whereabouts import incarnation
from package_format.kinds.model import Json


@dataclass(frozen=True)
class AccountInfo:
    """What an account says of itself.

    Attributes:
        id: A random id, for life.
        incarnation: What is another for every copy, a restored one too.
        name: What its owner calls it.
        features: What it offers (`package_format.manifest.FEATURES`).
        zone: The time zone of contacts who have none.
        now: What its clock shows.
        head: The id of the newest revision; None in an account without any.
    """

    id: str
    incarnation: str
    name: str
    features: tuple[str, ...]
    zone: str
    now: Instant
    head: str | None


class AccountItself:
    """The part of an account that says what it is; see `account_engine.account.Account`."""

    _store: Store

    @property
    def info(self) -> AccountInfo:
        """What the account says of itself."""
        with self._store.reading():
            identity, head = self._store.identity(), self._store.head()
            which = incarnation(self._store)
        return AccountInfo(
            identity.id,
            which,
            identity.name,
            identity.features,
            identity.zone,
            identity.clock,
            head.id if head else None,
        )

    def fault(self) -> str | None:
        """Return what is wrong with what the account was read from; None if nothing is.

        It looks at everything; to be asked when something went wrong that nobody foresaw.
        """
        return self._store.fault()

    def copied(self, path: FilePath) -> Store:
        """Return a copy in a new file, without what is past; see `account_engine.rehearsal`."""
        with self._store.reading():
            return copied(self._store, self._store.identity(), path)

    def record(self) -> Json | None:
        """Return what the account remembers; None if nothing was ever applied."""
        with self._store.reading():
            head = self._store.head()
        return head.record if head else None

    def revisions(self) -> tuple[Revision, ...]:
        """Return every revision, oldest first."""
        with self._store.reading():
            return self._store.revisions()
