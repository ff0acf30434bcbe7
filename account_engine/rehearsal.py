"""Rehearsal: a copy of an account in which time runs ahead, to see what would be sent to whom.

The copy has the contacts, their positions and the flows, and nothing of what is past. It delivers
nothing, and is gone when the rehearsal is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from account_engine.account import Account
from account_engine.changing.changes import ChangeSet
from account_engine.effects import EffectKind
from account_engine.objects import reference
from account_engine.position import Instant
from account_engine.stores.port import Store

_A = TypeVar("_A", bound=Account)

_NOT_SENT = frozenset({EffectKind.NOTE})


@dataclass(frozen=True)
class Sending:
    """Something that would be sent, or handed to somebody.

    Attributes:
        at: When.
        contact: To whom, or about whom: the contact's number.
        to: Their email address; empty if they have none.
        kind: What it is.
        resource: The id (``#7``) of what it is made of.
        label: What people call that.
        campaign: The title of the campaign that sends it.
    """

    at: Instant
    contact: int
    to: str
    kind: EffectKind
    resource: str
    label: str
    campaign: str


@contextmanager
def rehearsed(account: Account, kind: Callable[[Store], _A]) -> Iterator[_A]:
    """Return a context with a copy of an account, of the same id and head.

    Args:
        account: The account; nothing in it changes.
        kind: The class of the copy.
    """
    with TemporaryDirectory(prefix="cpt-rehearsal-") as folder:
        store = account.copied(Path(folder) / "copy.account")
        with kind(store) as copy:
            yield copy


def rehearse(account: Account, change_set: ChangeSet | None, until: Instant) -> tuple[Sending, ...]:
    """Return what an account would send until a moment, after a change set or as it is.

    Args:
        account: The account; nothing in it changes.
        change_set: What would be applied first; None for nothing.
        until: Until when.

    Raises:
        RefusedError: The change set cannot be applied, or the moment has passed.
    """
    with rehearsed(account, Account) as copy:
        if change_set is not None:
            copy.apply(_for_the_copy(change_set, account, copy))
        return run_ahead(copy, until)


def _for_the_copy(change_set: ChangeSet, account: Account, copy: Account) -> ChangeSet:
    """Return a change set that the copy takes if the account would."""
    if change_set.incarnation != account.info.incarnation:
        return change_set
    return replace(change_set, incarnation=copy.info.incarnation)


def run_ahead(copy: Account, until: Instant) -> tuple[Sending, ...]:
    """Let time run ahead in a copy; return what would be sent until then, in order.

    Args:
        copy: The copy; what was recorded in it before counts as well.
        until: Until when.
    """
    copy.tick(until)
    return tuple(_sendings(copy))


def _sendings(copy: Account) -> Iterator[Sending]:
    label = cache(copy.label)

    @cache
    def address(contact: int) -> str:
        return str(copy.contact(contact).values.get("email", ""))

    for effect in copy.recorded():
        if effect.kind in _NOT_SENT:
            continue
        who = effect.identity
        yield Sending(
            effect.recorded,
            who.contact,
            address(who.contact),
            effect.kind,
            effect.resource,
            label(effect.resource),
            label(reference(who.campaign)),
        )


def difference(
    before: Sequence[Sending], after: Sequence[Sending]
) -> tuple[tuple[Sending, ...], tuple[Sending, ...], tuple[tuple[Sending, Sending], ...]]:
    """Compare what two ways would send.

    Returns:
        What only the first sends, what only the second sends, and pairs of what both send to the
        same contact at different times.
    """
    others: dict[tuple[int, str], list[Sending]] = {}
    for one in after:
        others.setdefault((one.contact, one.resource), []).append(one)
    only: list[Sending] = []
    moved: list[tuple[Sending, Sending]] = []
    for one in before:
        alike = others.get((one.contact, one.resource), [])
        if not alike:
            only.append(one)
            continue
        same = next((each for each in alike if each.at == one.at), alike[0])
        alike.remove(same)
        if same.at != one.at:
            moved.append((one, same))
    left = {id(each) for alike in others.values() for each in alike}
    return tuple(only), tuple(each for each in after if id(each) in left), tuple(moved)
