"""The forecast: when those who are half-way through would act next, were a plan applied (M9).

It is reported and never compared; the account works it out for everybody who stands there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from account_engine.carrying import Onward
from account_engine.changes import Create, Republish
from account_engine.objects import number_of
from cpt.accounts.port import Account, Outlook
from cpt.installer.plan import Plan, Travel
from cpt.installer.words import counted
from package_format.answers import Outcome
from package_format.campaign.places import Place


def foretold(plan: Plan, account: Account) -> Plan:
    """Return a plan that says when the contacts of each place would act next."""
    looks = _outlooks(plan, account)
    travels = tuple(_retimed(travel, looks.get(travel.campaign, {})) for travel in plan.travels)
    return replace(plan, travels=travels, notes=(*_soon(looks), *plan.notes, *_past(plan, looks)))


def _outlooks(plan: Plan, account: Account) -> dict[str, dict[Place, Outlook]]:
    """Ask about every campaign that gets another flow and has somebody in it."""
    waiting = {travel.campaign for travel in plan.travels if travel.contacts}
    flows: dict[str, Republish | Create] = {
        f"#{one.object}" if isinstance(one, Republish) else f"@{one.name}": one
        for one in plan.change_set.operations
        if isinstance(one, Republish | Create)
    }
    addresses = {change.object: change.address for change in plan.changes}
    found = {}
    for operation in plan.change_set.operations:
        if not isinstance(operation, Republish):
            continue
        address = addresses.get(f"#{operation.object}")
        if address in waiting:
            found[address] = dict(
                account.outlook(
                    operation.object,
                    operation.data,
                    dict(operation.answers),
                    operation.moves,
                    tuple(_onward(operation, flows, account)),
                )
            )
    return found


def _onward(
    operation: Republish, flows: Mapping[str, Republish | Create], account: Account
) -> Iterator[Onward]:
    """Yield the other campaigns in which a campaign's contacts go on, as they will be."""
    names = {answer.campaign for _, answer in operation.answers if answer and answer.campaign}
    for name in sorted(names):
        there = flows.get(name)
        if there is not None:
            moves = (
                (one.source, one.target)
                for one in there.arrivals
                if one.campaign == operation.object
            )
            yield Onward(name, there.data, tuple(moves))
        elif (live := account.object(number_of(name) or 0)) is not None:
            yield Onward(name, live.data)


def _retimed(travel: Travel, looks: dict[Place, Outlook]) -> Travel:
    if travel.answer is None:
        return travel
    match travel.answer.outcome:
        case Outcome.EXIT:
            return replace(travel, next_due=None)
        case Outcome.GO_ON if travel.place in looks:
            return replace(travel, next_due=looks[travel.place].next_due)
        case _:
            return travel


def _soon(looks: dict[str, dict[Place, Outlook]]) -> Iterator[str]:
    soon = sum(look.soon for places in looks.values() for look in places.values())
    if soon:
        yield f"{counted(soon, 'timer comes', 'timers come')} due within the first hour."


def _past(plan: Plan, looks: dict[str, dict[Place, Outlook]]) -> Iterator[str]:
    for travel in plan.travels:
        look = looks.get(travel.campaign, {}).get(travel.place)
        if look is not None and look.past:
            wait = counted(look.past, "contact waits", "contacts wait")
            yield (
                f"{wait} at {travel.place} in “{travel.title}” for a date that is past in the new "
                "version: they are passed over, unless the wait says otherwise (if-past)."
            )
