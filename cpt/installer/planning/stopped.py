"""Stopped: what a plan has to say of campaigns that are stopped.

Nobody goes on in one until its owner publishes it, whatever the plan does; and what is made of a
stopped campaign's begins stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator

from account_engine.changing.changes import Create
from cpt.installer.changes import Change, ChangeType
from cpt.installer.plan import Plan
from cpt.installer.planning.crossings import Crossings
from cpt.installer.planning.draft import Draft
from cpt.installer.planning.writing import arriving
from cpt.installer.words import counted, listed
from package_format.kinds.model import Json
from package_format.placeholders import in_brackets
from package_format.references import Address

_NOT_WRITTEN = (ChangeType.UNCHANGED, ChangeType.KEEP, ChangeType.RELEASE, ChangeType.REMOVE)


def stopped(
    drafts: Iterable[Draft], crossings: Crossings, unpublished: Container[int]
) -> Iterator[str]:
    """Yield the addresses of the campaigns that are stopped, or begin so.

    Args:
        drafts: What becomes of every resource.
        crossings: Where contacts go to another campaign.
        unpublished: The ids of the campaigns that the owner has stopped.
    """
    for draft in drafts:
        if draft.kind != "campaign":
            continue
        sources = {draft.live.id} if draft.live is not None else set()
        if draft.type is ChangeType.CREATE:
            sources = {one.campaign for one in arriving(draft, crossings)}
        if any(number in unpublished for number in sources):
            yield str(draft.address)


def left_stopped(plan: Plan) -> tuple[Change, ...]:
    """Return the campaigns that a plan changes, and that stand still when it is applied."""
    return tuple(
        change
        for change in plan.changes
        if change.address in plan.stopped and change.type not in _NOT_WRITTEN
    )


def stopped_notes(plan: Plan) -> Iterator[str]:
    """Say of campaigns that are stopped what that means for those who are in them."""
    changes = {change.address: change for change in plan.changes}
    left = left_stopped(plan)
    for change in left:
        until = f"until you publish it, with {publishing(plan, change.address)}."
        match change.type:
            case ChangeType.CREATE:
                taken = listed(_titles(plan, change))
                yield (
                    f"{_title(change)} takes something over from {taken}, and begins stopped like "
                    f"that: nobody comes into it or goes on in it {until}"
                )
            case ChangeType.RETIRE:
                yield f"{_title(change)} is stopped: who is to finish it stands still {until}"
            case _:
                yield f"{_title(change)} is stopped, and stays so: nobody goes on in it {until}"
    going = Counter[tuple[str, str]]()
    for travel in plan.travels:
        there = plan.goes_to(travel)
        if there is not None:
            going[travel.campaign, there] += travel.contacts
    for (here, there), contacts in going.items():
        who, stands = counted(contacts, "contact"), "stands" if contacts == 1 else "stand"
        if not contacts or (here in plan.stopped) == (there in plan.stopped):
            continue
        if here in plan.stopped:
            yield (
                f"{_title(changes[here])} is stopped, and {_title(changes[there])} is not: "
                f"{who}, who {stands} still now, {'goes' if contacts == 1 else 'go'} on there."
            )
        else:
            until = "" if changes[there] in left else f", with {publishing(plan, there)}"
            yield (
                f"{_title(changes[there])} is stopped, and {_title(changes[here])} is not: {who} "
                f"from there {stands} still until you publish it{until}."
            )


def publishing(plan: Plan, campaign: str) -> str:
    """Return the command that publishes a campaign of a plan, by its address."""
    address = Address.parse(campaign)
    record: Json = plan.change_set.record
    known = {Address.parse(text) for text in record.get("objects", ())} | {address}
    alike = [a for a in known if (a.kind, a.key) == (address.kind, address.key)]
    name = address.key if len(alike) == 1 else f"{address.package}:{address.key}"
    return f"cpt account campaign {name} --publish"


def _titles(plan: Plan, made: Change) -> list[str]:
    """Return the titles of the stopped campaigns from which something goes over to a new one."""
    sources = {
        f"#{arrival.campaign}"
        for one in plan.change_set.operations
        if isinstance(one, Create) and one.name == made.address
        for arrival in one.arrivals
    }
    stopped = (change for change in plan.changes if change.address in plan.stopped)
    return [_title(change) for change in stopped if change.object in sources]


def _title(change: Change) -> str:
    return f"“{in_brackets(change.label)}”"
