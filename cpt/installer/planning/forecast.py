"""The forecast: when those who are half-way through would act next, were a plan applied (M9).

It is reported and never compared; the account works it out for everybody who stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from account_engine.changing.changes import Create, Republish
from account_engine.objects import number_of
from account_engine.upgrading.outlook import Onward
from cpt.accounts.port import Account, Outlook
from cpt.installer.plan import CaughtUp, Plan, Travel
from cpt.installer.words import counted
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.table import label_in
from package_format.picture.words import Names, action_phrase, action_verb
from package_format.placeholders import in_brackets
from package_format.upgrades.answers import Answer, Outcome


@dataclass(frozen=True)
class _Look:
    """What would become of the contacts in one campaign.

    Attributes:
        flows: Its flow, were the plan applied, and those of the campaigns in which they go on, by
            what answers call them.
        places: What would come next at each place.
    """

    flows: Mapping[str, Flow]
    places: dict[Place, Outlook]


def foretold(plan: Plan, account: Account) -> Plan:
    """Return a plan that says when the contacts of each place would act next."""
    looks = _looks(plan, account)
    notes = (*_soon(plan, looks), *plan.notes, *_past(plan, looks))
    return replace(_retold(plan, looks, account), notes=notes)


def retold(plan: Plan, account: Account) -> Plan:
    """Return a plan that was kept, with what it says of when contacts act next as it is now."""
    return _retold(plan, _looks(plan, account), account)


def _retold(plan: Plan, looks: dict[str, _Look], account: Account) -> Plan:
    names = _names(plan, account)
    return replace(
        plan,
        travels=tuple(
            _retimed(one, looks, names, still=plan.stands_still(one)) for one in plan.travels
        ),
    )


def _looks(plan: Plan, account: Account) -> dict[str, _Look]:
    """Ask about every campaign that gets another flow and has somebody in it.

    Of those about whom the owner is asked, it is what would come next if they agreed.
    """
    proposed: dict[str, dict[Place, Answer]] = {}
    for travel in plan.travels:
        if travel.proposed is not None:
            proposed.setdefault(travel.campaign, {})[travel.place] = travel.proposed
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
            answers = dict(operation.answers) | proposed.get(address, {})
            onward = tuple(_onward(operation, answers.values(), flows, account))
            looks = account.outlook(
                operation.object,
                operation.data,
                answers,
                operation.moves,
                onward,
            )
            data = {"": operation.data, **{one.campaign: one.data for one in onward}}
            read = {name: Flow(Campaign.model_validate(each)) for name, each in data.items()}
            found[address] = _Look(read, dict(looks))
    return found


def _onward(
    operation: Republish,
    answers: Iterable[Answer | None],
    flows: Mapping[str, Republish | Create],
    account: Account,
) -> Iterator[Onward]:
    """Yield the other campaigns in which a campaign's contacts go on, as they will be."""
    names = {answer.campaign for answer in answers if answer and answer.campaign}
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


def _names(plan: Plan, account: Account) -> Names:
    """Return what calls resources by their names in the account, or in the plan that makes them."""
    new = {
        f"@{one.name}": label_in(one.kind, one.data)
        for one in plan.change_set.operations
        if isinstance(one, Create)
    }

    def name(_kind: str, text: str) -> str:
        number = number_of(text)
        stored = account.object(number) if number is not None else None
        return new.get(text) or (label_in(stored.kind, stored.data) if stored else text)

    return name


def _retimed(travel: Travel, looks: dict[str, _Look], names: Names, *, still: bool) -> Travel:
    retimed = _moving(travel, looks, names)
    return replace(retimed, next_due=None) if still else retimed


def _moving(travel: Travel, looks: dict[str, _Look], names: Names) -> Travel:
    look = looks.get(travel.campaign)
    outlook = look.places.get(travel.place) if look else None
    if travel.answer is None:
        if travel.proposed is None:
            return replace(travel, caught_up=())
        agreed = _moving(replace(travel, answer=travel.proposed), looks, names)
        return replace(travel, next_due=agreed.next_due, caught_up=())
    match travel.answer.outcome:
        case Outcome.EXIT:
            return replace(travel, next_due=None, caught_up=())
        case Outcome.GO_ON if look is not None and outlook is not None:
            flow = look.flows[travel.answer.campaign]
            caught_up = tuple(
                CaughtUp(
                    one.step, _does(flow, one.step, names), one.contacts, one.next_due, one.late
                )
                for one in outlook.caught_up
            )
            return replace(travel, next_due=outlook.next_due, caught_up=caught_up)
        case _:
            return replace(travel, caught_up=())


def _does(flow: Flow, inner: str, names: Names) -> str:
    """Say what a step does: ``send email: Three tips, [first name]``."""
    node, _, key = inner.partition(".")
    step = flow.step(node, key)
    if step is None or step.action is None:
        return ""
    said = f"{action_verb(step.action).lower()}: {action_phrase(step.action, names).text}"
    return in_brackets(said)


def _soon(plan: Plan, looks: dict[str, _Look]) -> Iterator[str]:
    moving = (t for t in plan.travels if t.answer is not None and not plan.stands_still(t))
    found = (look.places.get(t.place) for t in moving if (look := looks.get(t.campaign)))
    soon = sum(outlook.soon for outlook in found if outlook is not None)
    if soon:
        yield f"{counted(soon, 'timer comes', 'timers come')} due within the first hour."


def _past(plan: Plan, looks: dict[str, _Look]) -> Iterator[str]:
    for travel in plan.travels:
        look = looks.get(travel.campaign)
        outlook = look.places.get(travel.place) if look else None
        if travel.answer is not None and outlook is not None and outlook.past:
            wait = counted(outlook.past, "contact waits", "contacts wait")
            yield (
                f"{wait} at {travel.place} in “{travel.title}” for a date that is past in the new "
                "version: they are passed over, unless the wait says otherwise (if-past)."
            )
