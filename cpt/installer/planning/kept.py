"""Kept: what a plan that was kept for later shows of contacts, read from the account once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from account_engine.changing.changes import ChangeSet, Create, Remove, Republish
from account_engine.objects import number_of
from cpt.accounts.port import Account
from cpt.installer.changes import ChangeType
from cpt.installer.plan import Plan, Travel
from cpt.installer.planning.forecast import retold
from cpt.installer.planning.stopped import stopped_notes
from package_format.campaign.places import Place
from package_format.kinds.table import label_in
from package_format.upgrades.answers import Answer, Outcome, Via, staying

LEAVING = {"exit": Outcome.EXIT, "finish-on-old": Outcome.FINISH_ON_OLD}
"""Where contacts go when their campaign goes, by what the operation says."""


def with_contacts_as_they_are(plan: Plan, account: Account) -> Plan:
    """Return a plan with who stands where now, what is stopped now, and when they act next.

    Args:
        plan: The plan.
        account: The account, with the revision that the plan was made for.
    """
    said = {*stopped_notes(plan)}
    at = next((i for i, note in enumerate(plan.notes) if note in said), len(plan.notes))
    before, after = (
        [n for n in part if n not in said] for part in (plan.notes[:at], plan.notes[at:])
    )
    kept = replace(plan, stopped=tuple(_stopped(plan, account)))
    now = retold(replace(kept, travels=_travels(kept, account)), account)
    now = replace(now, travels=tuple(_provisional(kept, now)))
    return replace(now, notes=(*before, *stopped_notes(now), *after))


def is_republished(change_set: ChangeSet, removal: Remove) -> bool:
    """Whether every place gets its own answer before a campaign goes."""
    return any(
        isinstance(one, Republish) and one.object == removal.object for one in change_set.operations
    )


def _provisional(kept: Plan, now: Plan) -> Iterator[Travel]:
    """Yield where contacts go; where something is to be settled first, as the kept plan says."""
    contested = {str(change.address) for change in kept.conflicts}
    before = {(one.campaign, one.place): one for one in kept.travels}
    for one in now.travels:
        was = before.get((one.campaign, one.place))
        if was is None or str(one.campaign) not in contested:
            yield one
        else:
            yield replace(was, contacts=one.contacts)


def _travels(plan: Plan, account: Account) -> tuple[Travel, ...]:
    """Show everybody who stands in a campaign now, and where the plan would have them go."""
    shown = {(one.campaign, one.place): replace(one, contacts=0) for one in plan.travels}
    addresses = {change.object: str(change.address) for change in plan.changes if change.object}
    concerned: dict[int, Republish | Remove | None] = {
        number: None
        for change in plan.changes
        if change.type in (ChangeType.RELEASE, ChangeType.CONFLICT)
        and (number := number_of(change.object or "")) is not None
    }  # nothing is done to what is the owner's from now on, unless some who are in it leave it
    for operation in plan.change_set.operations:
        if isinstance(operation, Remove) and is_republished(plan.change_set, operation):
            continue
        if isinstance(operation, Republish | Remove):
            concerned[operation.object] = operation
    for number, one in concerned.items():
        live, address = account.object(number), addresses.get(f"#{number}")
        if live is None or live.kind != "campaign" or address is None:
            continue
        version, title = account.flow(number).version, label_in(live.kind, live.data)
        for found in account.occupancy(number):
            if found.version != version:
                continue
            answer = _answer(one, found.place)
            given = shown.get((address, found.place))
            if given is None:
                given = Travel(address, title, found.place, 0, answer, found.next_due)
            shown[address, found.place] = replace(
                given, title=title, contacts=found.contacts, answer=given.answer or answer
            )
    order = {one.campaign: index for index, one in reversed(list(enumerate(shown.values())))}
    return tuple(sorted(shown.values(), key=lambda one: order[one.campaign]))


def _answer(operation: Republish | Remove | None, place: Place) -> Answer | None:
    """Return where an operation sends the contacts of a place."""
    match operation:
        case Republish(answers=answers):
            return dict(answers).get(place)
        case Remove(contacts=contacts):
            return Answer(LEAVING[contacts], Via.OWNER)
        case None:
            return staying(place)
        case _:
            assert_never(operation)


def _stopped(plan: Plan, account: Account) -> Iterator[str]:
    """Yield the campaigns that are stopped now, and those that would begin so."""
    arrivals = {o.name: o.arrivals for o in plan.change_set.operations if isinstance(o, Create)}
    for change in plan.changes:
        if change.kind != "campaign":
            continue
        sources = {one.campaign for one in arrivals.get(change.address, ())}
        sources |= {number} if (number := number_of(change.object or "")) is not None else set()
        if any(account.object(n) and not account.flow(n).published for n in sources):
            yield change.address
