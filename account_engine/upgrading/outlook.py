"""Outlook: what would come next for those in a flow, were it replaced by another (M9).

Everybody is taken through the migration that would be, and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from account_engine.flows import LiveFlow
from account_engine.lookup import live, state_of
from account_engine.objects import read_campaign
from account_engine.position import Instant, Position, Status
from account_engine.stores.port import Store
from account_engine.stores.records import FlowRow
from account_engine.upgrading import migration
from account_engine.upgrading.catching_up import came_within
from account_engine.upgrading.lineage import inherited, inner_addresses
from account_engine.upgrading.travelled import Elsewhere, place_of
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer

HOUR = 3600
"""Seconds."""


@dataclass(frozen=True)
class CaughtUp:
    """A new step that some who stand behind it would get first (M4).

    Attributes:
        step: Its inner address in the new flow.
        contacts: How many would get it.
        next_due: When the first of them would; None if all would get something else before.
        late: How many have stood there for too long to get it.
    """

    step: str
    contacts: int
    next_due: Instant | None
    late: int = 0


@dataclass(frozen=True)
class Outlook:
    """What comes next for the contacts of one place, were their campaign given another flow (M9).

    Attributes:
        next_due: When the first of them acts next; None if that is not known, or nobody does.
        past: How many wait for a date that is past in the new flow: `if-past` decides for them.
        soon: How many act within an hour.
        caught_up: The new steps that some of them get first or have come too early for, in order.
    """

    next_due: Instant | None
    past: int
    soon: int
    caught_up: tuple[CaughtUp, ...] = ()


@dataclass(frozen=True)
class Onward:
    """Another campaign in which contacts would go on.

    Attributes:
        campaign: What answers call it.
        data: Its flow by then; what it refers to need not be there yet.
        moves: What would come to it from the campaign that they leave: pairs of inner addresses.
    """

    campaign: str
    data: Json
    moves: tuple[tuple[str, str], ...] = ()


def outlook(
    store: Store,
    row: FlowRow,
    campaign: Campaign,
    answers: Mapping[Place, Answer | None],
    moves: Sequence[tuple[str, str]] = (),
    onward: Sequence[Onward] = (),
) -> dict[Place, Outlook]:
    """Return what would come next for everybody who stands in a flow; nothing is written.

    Args:
        store: Where.
        row: The flow that they stand in.
        campaign: What it would be replaced by.
        answers: Where the contacts of each place would go.
        moves: As in `account_engine.changing.changes.Republish`.
        onward: The other campaigns that answers name. As if nobody stood there yet: whom a contact
            would meet there, who acts earlier, is not seen.
    """
    identity = store.identity()
    now, old = identity.clock, live(row)
    remembered = store.remembered_ids(row.campaign)
    kept = inherited(Flow(campaign), old.ids, moves, remembered)
    new = _trial(old, campaign, kept, remembered)
    elsewhere = {
        one.campaign: Elsewhere(_trial_elsewhere(old, one, -index, remembered), one.moves)
        for index, one in enumerate(onward, 1)
    }
    flows = {flow.campaign: flow for flow in (new, *(way.flow for way in elsewhere.values()))}
    dues: dict[Place, list[Instant]] = {}
    past: Counter[Place] = Counter()
    behind: dict[Place, _Behind] = {}
    for number in store.travellers(row.campaign, row.version):
        state = state_of(store, number)
        moved = migration.migrate(
            old,
            new,
            answers,
            state,
            now=now,
            zone=identity.zone,
            moves=moves,
            elsewhere=elsewhere,
        )
        for one in moved.travelled:
            place, after = place_of(one.before), one.after
            found = dues.setdefault(place, [])
            if after is None:
                continue
            flow, answer = flows[after.campaign], answers.get(place)
            if answer is not None and after.identity[:2] == flow.key:
                late = [
                    flow.ids[f"{answer.node}.{each.step}"]
                    for each in answer.catch_up
                    if not came_within(each.within, one.before, state.contact, now, identity.zone)
                ]
                behind.setdefault(place, _Behind(flow)).add(after, late)
            if after.due is not None and _acts(flow, after):
                found.append(max(after.due, now))
                past[place] += _is_past(after.resumed())
    return {
        place: Outlook(
            min(found, default=None),
            past[place],
            sum(due < now + HOUR for due in found),
            behind[place].told if place in behind else (),
        )
        for place, found in dues.items()
    }


@dataclass
class _Behind:
    """Those of one place who stand behind new steps.

    Attributes:
        flow: The flow that they are in then.
        counts: How many get a step, by its id.
        late: How many have stood there for too long.
        first: When the first of them gets it.
    """

    flow: LiveFlow
    counts: Counter[int] = field(default_factory=Counter)
    late: Counter[int] = field(default_factory=Counter)
    first: dict[int, Instant] = field(default_factory=dict)

    def add(self, position: Position, late: Sequence[int]) -> None:
        """Count one more, with the steps that they have come too early for."""
        self.counts.update(position.owed)
        self.late.update(number for number in late if number not in position.owed)
        if position.owed:
            number, due = position.owed[0], position.due or 0
            self.first[number] = min(due, self.first.get(number, due))

    @property
    def told(self) -> tuple[CaughtUp, ...]:
        """What there is to say of each step, in the order of the flow."""
        return tuple(
            CaughtUp(inner, self.counts[number], self.first.get(number), self.late[number])
            for inner, number in self.flow.ids.items()
            if number in self.counts or number in self.late
        )


def _is_past(position: Position) -> bool:
    """Whether somebody waits for a date that is past."""
    began, due = position.began, position.due
    return began is not None and due is not None and due <= began


def _acts(flow: LiveFlow, position: Position) -> bool:
    """Whether anything happens when a position's time comes; at an end it may only be over."""
    if position.step is not None or position.owed or position.status is Status.JOINING:
        return True
    onward = flow.flow.next_nodes(position.node)
    return bool(onward) and not flow.flow.leads_only_to_goals(position.node)


def _trial(
    old: LiveFlow, campaign: Campaign, kept: Mapping[str, int], remembered: Iterable[int] = ()
) -> LiveFlow:
    """A flow that nobody will ever run: what stays or moves keeps its id, the rest has new ones."""
    flow = Flow(campaign)
    fresh = count(max((*old.ids.values(), *remembered), default=0) + 1)
    ids = {inner: kept[inner] if inner in kept else next(fresh) for inner in inner_addresses(flow)}
    return LiveFlow(old.campaign, old.version + 1, flow, ids, old.order)


def _trial_elsewhere(
    old: LiveFlow, onward: Onward, number: int, remembered: Iterable[int]
) -> LiveFlow:
    """The same of another campaign, in which nobody stands."""
    kept = {target: old.ids[source] for source, target in onward.moves if source in old.ids}
    return replace(_trial(old, read_campaign(onward.data), kept, remembered), campaign=number)
