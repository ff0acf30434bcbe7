"""Reliance: whether an account is still what a change set was made for, and if not, why.

Compared object by object, inside the transaction that applies the change set; every difference is
one clause that names what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from account_engine.changing.changes import Absent, ChangeSet, Reliance, Unchanged, Unused
from account_engine.lookup import called
from account_engine.objects import normalised
from account_engine.stores.port import Store
from account_engine.whereabouts import incarnation


def differences(store: Store, change_set: ChangeSet) -> tuple[str, ...]:
    """Return what differs between the account and what a change set relies on."""
    identity = store.identity()
    if change_set.account != identity.id:
        return (f"it was made for another account than {identity.name!r}",)
    if change_set.incarnation != incarnation(store):
        return (f"the account {identity.name!r} is a copy, or has been restored from one since",)
    found = [*_in_head(store, change_set.head)]
    for reliance in change_set.relies:
        found += _in(store, reliance)
    return tuple(found)


def _in_head(store: Store, expected: str | None) -> Iterator[str]:
    head = store.head()
    if (head.id if head else None) != expected:
        if head is None:
            yield "the revision it was made on is not in this account"
        else:
            yield f"revision {head.number} ({head.title!r}) has been applied since"


def _in(store: Store, reliance: Reliance) -> Iterator[str]:
    match reliance:
        case Unchanged(number, digest):
            found = store.object(number)
            if found is None:
                yield f"{called(store, number)} is gone"
            elif found.digest != digest:
                yield f"{found.called} has been edited"
        case Absent(kind, natural):
            for number in store.namesakes(kind, normalised(natural)):
                yield f"there is now {called(store, number)}"
        case Unused(number, referrers):
            yield from _in_use(store, number, referrers)
        case _:
            assert_never(reliance)


def _in_use(store: Store, number: int, referrers: tuple[int, ...]) -> Iterator[str]:
    found = store.object(number)
    if found is None:
        yield f"{called(store, number)} is gone"
        return
    for referrer in store.referrers(number):
        if referrer not in referrers:
            yield f"{called(store, referrer)} now refers to {found.called}"
    carriers = store.carriers(found)
    if carriers:
        have = "contact now has" if carriers == 1 else "contacts now have"
        yield f"{carriers} {have} {found.called}"
