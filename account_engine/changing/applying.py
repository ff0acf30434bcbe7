"""Applying a change set: whole or not at all, once, and only while what it relies on holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from account_engine.changing.changes import (
    Applied,
    ChangeSet,
    Create,
    Enrol,
    Remove,
    Republish,
    Update,
)
from account_engine.changing.publishing import Publisher
from account_engine.changing.reliance import differences
from account_engine.enrolling import enrol_tagged
from account_engine.errors import InvalidDataError, StalePlanError
from account_engine.objects import number_of, resolved
from account_engine.stores.port import Store
from account_engine.stores.records import Revision
from account_engine.values import verify_data, verify_text
from package_format.canonical import to_json
from package_format.upgrades.answers import Answer


def apply(store: Store, change_set: ChangeSet) -> Applied:
    """Apply a change set to an account, in one transaction.

    Raises:
        AccountBusyError: Another process is writing.
        RefusedError: The account has changed (`StalePlanError`), contacts would have nowhere to go
            (`StrandedContactsError`), or the data is not right; nothing was changed.
    """
    with store.publishing():
        done = store.revision(change_set.id)
        if done is not None:
            _verify_same(done, change_set)
            created, enrolled = dict(done.created), done.enrolled
            return Applied(done.number, created, done.travelled, already=True, enrolled=enrolled)
        verify_data(change_set.record, "the record")
        verify_text(change_set.title, "the title")
        found = differences(store, change_set)
        if found:
            raise StalePlanError(found)
        created = _numbers(store, change_set)
        publisher = Publisher(store)
        for one in change_set.operations:
            if not isinstance(one, Enrol):
                _do(publisher, one, created)
        publisher.finish()
        enrolled = sum(
            _enrol(store, one, created) for one in change_set.operations if isinstance(one, Enrol)
        )
        head = store.head()
        revision = Revision(
            head.number + 1 if head else 1,
            change_set.id,
            change_set.title,
            store.identity().clock,
            resolved(change_set.record, created),
            created,
            publisher.travelled,
            enrolled,
        )
        store.add_revision(revision)
    return Applied(revision.number, created, publisher.travelled, enrolled=enrolled)


def _verify_same(done: Revision, change_set: ChangeSet) -> None:
    """An id is one change set's: under another's, nobody is told that theirs was applied.

    Raises:
        StalePlanError: It is another's.
    """
    remembered = to_json(resolved(change_set.record, done.created))
    if (done.title, to_json(done.record)) != (change_set.title, remembered):
        which = f"revision {done.number} ({done.title!r})"
        raise StalePlanError((f"{which} has its id, and was made by another plan",))


def _numbers(store: Store, change_set: ChangeSet) -> dict[str, int]:
    """Take an id for everything that will be created, so that operations can name each other."""
    creates = [one for one in change_set.operations if isinstance(one, Create)]
    if len({one.name for one in creates}) != len(creates):
        raise InvalidDataError("the change set creates two objects under one name")
    new = [one.name for one in creates if one.revives is None]
    first = store.take_numbers("objects", len(new))
    numbers = {name: first + index for index, name in enumerate(new)}
    return numbers | {one.name: one.revives for one in creates if one.revives is not None}


def _enrol(store: Store, operation: Enrol, created: Mapping[str, int]) -> int:
    """Put contacts into a campaign, once everything is as it is to be; return how many."""
    number = number_of(str(resolved(operation.campaign, created)))
    if number is None:
        raise InvalidDataError(f"{operation.campaign!r} names no campaign")
    return enrol_tagged(store, number, operation.tags)


def _do(
    publisher: Publisher,
    operation: Create | Update | Republish | Remove,
    created: Mapping[str, int],
) -> None:
    match operation:
        case Create(name, kind, data, revives, moves, arrivals):
            if revives is None:
                publisher.create(kind, resolved(data, created), created[name], arrivals)
            else:
                flow = resolved(data, created)
                publisher.revive(revives, kind, flow, moves=moves, arrivals=arrivals)
        case Update(number, data):
            publisher.update(number, resolved(data, created))
        case Republish(number, data, moves, answers, arrivals):
            publisher.republish(
                number,
                resolved(data, created),
                moves=moves,
                answers={place: answer and _named(answer, created) for place, answer in answers},
                arrivals=arrivals,
            )
        case Remove(number, contacts):
            publisher.remove(number, contacts)
        case _:
            assert_never(operation)


def _named(answer: Answer, created: Mapping[str, int]) -> Answer:
    return replace(answer, campaign=str(resolved(answer.campaign, created)))
