"""The account: contacts, resources and running campaigns, behind one facade.

What can be asked stands in `views/`, what happens to contacts in `life`, how they leave in
`leaving`, what goes out in `dispatch` and `worklists`, what the owner changes in `editing`, and
what a plan changes in `applying`; an `Account` is all of them over one store. Every method that
writes is one transaction (`tick` is several): a crash leaves either nothing or all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from account_engine.access import AccountAccess
from account_engine.categories import AccountCategories
from account_engine.changing.applying import apply
from account_engine.changing.changes import Applied, ChangeSet
from account_engine.changing.editing import AccountEditing
from account_engine.leaving import AccountLeaving
from account_engine.outgoing.worklists import AccountWorklists
from account_engine.position import Instant
from account_engine.stores.locations import create_store, open_store, random_id, remove_store
from account_engine.stores.port import PATIENCE, Store
from account_engine.stores.records import Identity
from account_engine.stores.sqlite_file import FilePath
from account_engine.views.account import AccountItself
from account_engine.views.campaigns import CampaignViews
from account_engine.views.contacts import ContactViews
from account_engine.views.messages import MessageViews


class Account(
    AccountItself,
    CampaignViews,
    ContactViews,
    MessageViews,
    AccountWorklists,
    AccountLeaving,
    AccountEditing,
    AccountAccess,
    AccountCategories,
):
    """An account, whichever store it is kept in; a context manager that closes it."""

    def __init__(self, store: Store) -> None:
        """Take over an open store."""
        self._store = store

    @classmethod
    def create(
        cls,
        location: FilePath,
        *,
        name: str,
        now: Instant,
        features: tuple[str, ...] = (),
        zone: str = "UTC",
        address: str = "",
        id: str | None = None,  # noqa: A002  what it is called everywhere else
        incarnation: str | None = None,
    ) -> Self:
        """Make an account, with a clock of its own.

        Args:
            location: Where: the path of a file, or the URL of an account in a database
                (`account_engine.stores.locations`); nothing may be there yet.
            name: What its owner calls it.
            now: What its clock shows at first.
            features: What it offers (`package_format.manifest.FEATURES`).
            zone: The IANA name of the time zone of contacts who have none.
            address: Its owner's postal address, for messages.
            id: Its id; a random one, unless a test wants to know it.
            incarnation: Likewise.

        Raises:
            AccountFileError: Something is there already, or the account cannot be made.
            DatabaseError: The database cannot be reached.
        """
        identity = Identity(
            id or random_id(), incarnation or random_id(), name, features, zone, now, address
        )
        return cls(create_store(location, identity))

    @classmethod
    def open(cls, location: FilePath, *, patience: float = PATIENCE) -> Self:
        """Open an account.

        Args:
            location: Where it is, as for `create`.
            patience: For how many seconds to wait for another process that is writing.

        Raises:
            AccountFileError: There is none, or none that we can read.
            DatabaseError: The database cannot be reached.
        """
        return cls(open_store(location, patience=patience))

    @staticmethod
    def remove(location: FilePath) -> None:
        """Remove an account and everything in it; nobody may have it open.

        Raises:
            AccountFileError: There is none in the database.
            DatabaseError: The database cannot be reached.
        """
        remove_store(location)

    def apply(self, change_set: ChangeSet) -> Applied:
        """Apply a change set: whole or not at all, and once; see `changing.applying`.

        Raises:
            AccountBusyError: Another process is writing.
            StalePlanError: Something that it relies on has changed.
            StrandedContactsError: Contacts stand where it has no answer.
            RefusedError: The data is not right.
        """
        return apply(self._store, change_set)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Return a context in which several calls are one transaction, written whole or not at all.

        Raises:
            AccountBusyError: Another process is writing.
        """
        try:
            with self._store.publishing():
                yield
        except BaseException:
            self._stamp = -1  # flows that were read may never have been
            raise

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Return a context in which several calls about contacts are one transaction.

        Unlike `together` it keeps nobody from working on other contacts meanwhile, and so nothing
        can be published in it.

        Raises:
            AccountBusyError: Others have locked a contact, or the file, for longer than we wait.
        """
        with self._store.writing():
            yield

    def close(self) -> None:
        """Let go of the account; closing twice does nothing."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
