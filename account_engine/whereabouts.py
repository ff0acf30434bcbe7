"""Whereabouts: whether an account is the one that delivers, or a copy (a restored backup, say).

An account remembers from where it delivers, and a *witness* outside of it remembers how far it had
come. Whatever does not fit is a copy: it gets an incarnation of its own, and delivers nothing until
its owner confirms it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Protocol

from account_engine.errors import CopiedAccountError
from account_engine.outgoing.deliveries import DeliveryState, Dispatch
from account_engine.stores.locations import random_id
from account_engine.stores.port import Store

_MARK = 12
"""How many characters of a vessel's digest tell it from others."""


@dataclass(frozen=True)
class Seen:
    """What a witness remembers of an account.

    Attributes:
        place: Where it was kept.
        rounds: How often it had claimed something to deliver.
        intended: What `rounds` may have become.
    """

    place: str
    rounds: int
    intended: int


def incarnation(store: Store) -> str:
    """Return what a plan names the account by besides its id: another for every copy of it.

    It is the account's own word with a mark of the file or the tables that it is in, so that a copy
    which never delivered, and has the word still, is told from its original.
    """
    vessel = hashlib.sha256(store.place().vessel.encode()).hexdigest()
    return f"{store.identity().incarnation}-{vessel[:_MARK]}"


class Witness(Protocol):
    """What remembers, outside of an account, how far that had come: a restored copy has not."""

    def seen(self, account: str) -> Seen | None:
        """Return what is remembered of an account, by its id."""
        ...

    def note(self, account: str, seen: Seen) -> None:
        """Remember it, for good when this returns."""
        ...


class AccountWhereabouts:
    """The part of an account that knows where it belongs; see `account_engine.account.Account`."""

    _store: Store

    def is_copy(self, witness: Witness) -> bool:
        """Whether the account is a copy, or was restored, since its owner said where it belongs.

        One that certainly is has another incarnation from then on, and older plans are not for it.
        One that this witness has never seen may be, and is left as it is: whoever else delivers it
        goes on.
        """
        with self._store.writing():
            dispatch = self._store.dispatch()
            if dispatch is None or self._is_known(dispatch, witness):
                return False
            if dispatch.place and not self._is_strange(dispatch, witness):
                self._store.put_dispatch(replace(dispatch, place=""))
                self._store.set_incarnation(random_id())
            return True

    def demand_original(self, witness: Witness) -> None:
        """Do nothing.

        Raises:
            CopiedAccountError: The account is a copy, which its owner has not confirmed.
        """
        if self.is_copy(witness):
            raise CopiedAccountError

    def confirm(self, witness: Witness) -> int:
        """Let an account deliver from where it is; return how many deliveries are pending."""
        with self._store.publishing():
            dispatch = self._store.dispatch()
            if dispatch is not None and self.is_copy(witness):
                if self._is_strange(dispatch, witness):
                    self._store.set_incarnation(random_id())
                settled = replace(dispatch, place=self._store.place().name)
                self._store.put_dispatch(settled)
                self._remember(settled, witness)
            self._settle_in(witness)
            counts = self._store.count_deliveries()
        return sum(n for (_, state), n in counts.items() if state is DeliveryState.PENDING)

    def _settle_in(self, witness: Witness) -> None:
        """Say where the account belongs, if nobody has."""
        if self._store.dispatch() is None:
            fresh = Dispatch(self._store.place().name, 0, random_id())
            self._store.put_dispatch(fresh)
            self._remember(fresh, witness)

    def _remember(self, dispatch: Dispatch, witness: Witness) -> None:
        if self._store.place().copied_over:
            seen = Seen(dispatch.place, dispatch.rounds, dispatch.rounds)
            witness.note(self._store.identity().id, seen)

    def _is_known(self, dispatch: Dispatch, witness: Witness) -> bool:
        place = self._store.place()
        if dispatch.place != place.name:
            return False
        if not place.copied_over:
            return True
        seen = witness.seen(self._store.identity().id)
        return (
            seen is not None
            and seen.place == place.name
            and dispatch.rounds in (seen.rounds, seen.intended)
        )

    def _is_strange(self, dispatch: Dispatch, witness: Witness) -> bool:
        """Whether the account is where it was, and only the witness has never seen it."""
        seen = witness.seen(self._store.identity().id)
        return dispatch.place == self._store.place().name and seen is None
