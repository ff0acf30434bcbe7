"""Carrying: the contacts of one flow travel to the next, and nobody is lost on the way (M10).

Where each of them goes is `account_engine.migration`'s to say; here all of them are taken through
it, in the transaction that publishes the flow, and what was written is read back and verified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from account_engine import migration
from account_engine.errors import EngineBugError, StrandedContactsError
from account_engine.flows import LiveFlow
from account_engine.lineage import inherited, inner_addresses
from account_engine.lookup import live, state_of
from account_engine.passages import Crossing, Passage, passages
from account_engine.position import Instant, Position, Status
from account_engine.stores.port import Store
from account_engine.stores.records import FlowRow
from package_format.answers import Answer
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place

HOUR = 3600
"""Seconds."""

WORTH = 200
"""How many have to stand in a flow before those who go the same way are carried together."""


def carry(
    store: Store,
    row: FlowRow,
    successor: FlowRow | None,
    answers: Mapping[Place, Answer | None],
    moves: Sequence[tuple[str, str]] = (),
    ever: frozenset[int] = frozenset(),
) -> int:
    """Carry everybody who stands in a flow.

    Args:
        store: Where; within `Store.writing`.
        row: The flow that they stand in.
        successor: The flow that they go to; None if there is none.
        answers: Where the contacts of each place go.
        moves: As in `account_engine.changes.Republish`.
        ever: The ids of every node and step that the campaign had before its successor.

    Returns:
        How many positions were carried to another place or version.

    Raises:
        StrandedContactsError: Somebody stands where there is no answer.
        EngineBugError: Somebody would be lost.
    """
    identity = store.identity()
    old, new = live(row), live(successor) if successor else None
    # Nobody is carried into another campaign yet: whoever would have to be, is stranded.
    here = {
        place: None if answer is None or answer.campaign else answer
        for place, answer in answers.items()
    }
    everybody = store.count_travellers(row.campaign, row.version)
    together = 0
    if successor is not None and new is not None and everybody >= WORTH:
        crossing = Crossing(old, new, here, tuple(moves), ever, identity.clock, identity.zone)
        together = _carry_together(store, crossing, row, successor)
    travellers = store.travellers(row.campaign, row.version)
    stranded: Counter[Place] = Counter()
    left: set[int] = set()
    travelled = together
    for number in travellers:
        state = state_of(store, number)
        moved = migration.migrate(
            old, new, here, state, now=identity.clock, zone=identity.zone, moves=moves
        )
        stranded.update(migration.place_of(position) for position in moved.unanswered)
        wrong = migration.accounted_for(state, moved)
        if wrong:
            raise EngineBugError(f"contact {number} would be lost (M10): {'; '.join(wrong)}")
        if any(one.after is None for one in moved.travelled):
            left.add(number)
        travelled += sum(
            one.after is not None and one.after != one.before for one in moved.travelled
        )
        store.save(state, moved.state)
        store.add_story(number, moved.story)
    if stranded:
        raise StrandedContactsError(
            old.flow.campaign.title,
            tuple((str(place), count) for place, count in sorted(stranded.items(), key=str)),
        )
    if expected := set(travellers) - left:
        _verify(store, row.campaign, expected)
    if together and successor is not None:
        versions = (row.version, successor.version)
        stand = sum(store.count_travellers(row.campaign, version) for version in versions)
        if stand < everybody - len(left):
            lost = everybody - len(left) - stand
            raise EngineBugError(
                f"{lost} contacts would be lost from campaign #{row.campaign} (M10)"
            )
    return travelled


def _carry_together(store: Store, crossing: Crossing, row: FlowRow, successor: FlowRow) -> int:
    """Carry all who go the same way as everybody at their place; return how many positions."""
    places = store.places(row.campaign, row.version)
    targets = store.places(successor.campaign, successor.version)
    carried = 0
    for passage in passages(crossing, places, targets):

        def reckoning(
            began: Instant, due: Instant, zone: str | None, by: Passage = passage
        ) -> tuple[Instant | None, Instant | None, bool]:
            return crossing.timed(by, began, due, zone)

        carried += store.carry_together(passage, crossing.now, reckoning)
    return carried


@dataclass(frozen=True)
class Outlook:
    """What comes next for the contacts of one place, were their campaign given another flow (M9).

    Attributes:
        next_due: When the first of them acts next; None if that is not known, or nobody does.
        past: How many wait for a date that is past in the new flow: `if-past` decides for them.
        soon: How many act within an hour.
    """

    next_due: Instant | None
    past: int
    soon: int


def outlook(
    store: Store,
    row: FlowRow,
    campaign: Campaign,
    answers: Mapping[Place, Answer | None],
    moves: Sequence[tuple[str, str]] = (),
) -> dict[Place, Outlook]:
    """Return what would come next for everybody who stands in a flow; nothing is written.

    Args:
        store: Where.
        row: The flow that they stand in.
        campaign: What it would be replaced by.
        answers: Where the contacts of each place would go.
        moves: As in `account_engine.changes.Republish`.
    """
    identity = store.identity()
    old = live(row)
    new = _trial(old, campaign, moves)
    dues: dict[Place, list[Instant]] = {}
    past: Counter[Place] = Counter()
    for number in store.travellers(row.campaign, row.version):
        moved = migration.migrate(
            old,
            new,
            answers,
            state_of(store, number),
            now=identity.clock,
            zone=identity.zone,
            moves=moves,
        )
        for one in moved.travelled:
            place, after = migration.place_of(one.before), one.after
            found = dues.setdefault(place, [])
            if after is not None and after.due is not None and _acts(new, after):
                found.append(max(after.due, identity.clock))
                past[place] += after.began is not None and after.due <= after.began
    return {
        place: Outlook(
            min(found, default=None), past[place], sum(due < identity.clock + HOUR for due in found)
        )
        for place, found in dues.items()
    }


def _acts(flow: LiveFlow, position: Position) -> bool:
    """Whether anything happens when a position's time comes; at an end it may only be over."""
    if position.step is not None or position.status is Status.JOINING:
        return True
    onward = flow.flow.next_nodes(position.node)
    return bool(onward) and not flow.flow.leads_only_to_goals(position.node)


def _trial(old: LiveFlow, campaign: Campaign, moves: Sequence[tuple[str, str]]) -> LiveFlow:
    """A flow that nobody will ever run: what stays or moves keeps its id, the rest has new ones."""
    flow = Flow(campaign)
    kept = inherited(flow, old.ids, moves)
    fresh = count(max(old.ids.values(), default=0) + 1)
    ids = {inner: kept[inner] if inner in kept else next(fresh) for inner in inner_addresses(flow)}
    return LiveFlow(old.campaign, old.version + 1, flow, ids, old.order)


def _verify(store: Store, campaign: int, expected: set[int]) -> None:
    """Read back what was written: everybody is there still (M10).

    That they stand somewhere real is the store's to hold: it has places of flows, and no others.
    """
    versions = [row.version for row in store.flows_of(campaign)]
    standing = set(chain(*(store.travellers(campaign, version) for version in versions)))
    lost = sorted(expected - standing)
    if lost:
        raise EngineBugError(f"contacts {lost} would be lost from campaign #{campaign} (M10)")
