"""Embedded accounts: the engine in this process, over one SQLite file or a database.

It is the engine's `Account` with failures in the toolkit's words; everything a sandbox can do by
hand (contacts, events, time) is inherited and not part of the port.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Self

from account_engine import errors as engine
from account_engine.account import Account
from account_engine.backlog import Backlog, backlog
from account_engine.changing.changes import Applied, ChangeSet
from account_engine.objects import StoredObject
from account_engine.position import Instant
from account_engine.rehearsal import Sending, rehearse
from account_engine.stores.locations import open_store
from account_engine.stores.sqlite_file import FilePath
from cpt import errors
from package_format.kinds.model import Json

_UNFORESEEN = (
    engine.EngineBugError, ArithmeticError, AssertionError, AttributeError, LookupError,
    OSError, RecursionError, sqlite3.Error, TypeError, ValueError,
)  # fmt: skip
"""What Python and SQLite raise where something is not as it has to be."""

PATIENCE = 5.0
"""For how many seconds to wait for another process that is changing the account."""


class EmbeddedAccount(Account):
    """An account in a file or a database.

    Attributes:
        heard: Whether everything that happened has had its turn; here it has at once.
        tells: Whether the story of what happens is told at once.
    """

    heard = tells = True

    @classmethod
    def at(cls, location: FilePath) -> Self:
        """Open an account, by its path or its URL (`account_engine.stores.locations`).

        Raises:
            NotAnAccountError: There is none, or what is there is not an account.
            AccountBusyError: Another process is changing it.
            AccountUnreachableError: The database cannot be reached.
        """
        with translated():
            return cls(open_store(location, patience=PATIENCE))

    def __exit__(self, *exception: object) -> None:
        """Close the account; of a failure that nobody foresaw, ask first if the file is to blame.

        Raises:
            NotAnAccountError: It is: something in it was written by somebody else.
        """
        error = exception[1] if len(exception) > 1 else None
        try:
            if isinstance(error, _UNFORESEEN):
                fault = self.fault()
                if fault is not None:
                    raise errors.NotAnAccountError(
                        f"the account's file is damaged, or was written by something else: {fault}",
                        "use a copy of it from before that",
                    ) from error
        finally:
            self.close()

    def apply(self, change_set: ChangeSet) -> Applied:
        """Apply a change set: whole or not at all, and once.

        Who is enrolled by it has their turn then; where others are at work, they see to that.
        """
        with translated():
            applied = super().apply(change_set)
        if applied.enrolled:
            self._see_to_turns()
        return applied

    def _see_to_turns(self) -> None:
        with suppress(engine.AccountBusyError, engine.DatabaseError):
            self.catch_up()

    def enrol_tagged(self, campaign: int, tags: Sequence[int]) -> int:
        """Enrol the contacts who have any of these tags in a campaign, and give them their turns.

        Raises:
            BadInputError: It hears none of them for that.
        """
        with translated():
            enrolled = super().enrol_tagged(campaign, tags)
        self._see_to_turns()
        return enrolled

    def verify_enrolment(self, campaign: int, tags: Sequence[int]) -> None:
        """Refuse what `enrol_tagged` would refuse.

        Raises:
            BadInputError: Likewise.
        """
        with translated():
            super().verify_enrolment(campaign, tags)

    def set_published(self, campaign: int, *, published: bool) -> None:
        """Let a campaign hear and run, or stop it."""
        with translated():
            super().set_published(campaign, published=published)

    def backlog(self, campaign: int) -> Backlog:
        """Return what publishing a campaign would set going."""
        with translated():
            return backlog(self, campaign)

    def edit_from(self, before: StoredObject, data: Json) -> StoredObject:
        """Replace the data of an object, as an owner does, if it still is as it was read.

        Raises:
            RefusedError: Somebody has edited it meanwhile.
            BadInputError: The data is not what the kind allows.
            StrandedError: Contacts would have nowhere to go.
        """
        with translated(), self.together():
            now = self.object(before.id)
            if now is not None and now.digest != before.digest:
                raise errors.RefusedError(
                    f"somebody has edited {before.called} meanwhile; read it again"
                )
            return self.edit(before.id, data)

    def rehearse(self, change_set: ChangeSet | None, until: Instant) -> tuple[Sending, ...]:
        """Return what would be sent until a moment, after a change set or as it is."""
        with translated():
            return rehearse(self, change_set, until)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the engine's errors into the toolkit's, split by who must act."""
    try:
        yield
    except engine.StalePlanError as error:
        raise errors.StalePlanError.because(error.differences) from error
    except engine.StrandedContactsError as error:
        raise errors.StrandedError(str(error)) from error
    except engine.AccountBusyError as error:
        raise errors.AccountBusyError.now() from error
    except engine.AccountFileError as error:
        raise errors.NotAnAccountError(str(error)) from error
    except engine.DatabaseError as error:
        raise errors.AccountUnreachableError(
            str(error), "see that the database runs, and that it lets you in; then try again"
        ) from error
    except engine.UnknownObjectError as error:
        raise errors.BadInputError(str(error)) from error
    except engine.InvalidDataError as error:
        raise errors.BadInputError(str(error)) from error
    except engine.RefusedError as error:
        raise errors.RefusedError(str(error)) from error
