"""The migration of a flow: all its contacts go on to the next, and nobody is lost (M10).

Where each of them goes is `account_engine.upgrading.migration`'s to say; here all of them are taken
through it, in the transaction that publishes the flow, and what was written is read back and
verified. Where many go the same way, `place_migration` takes them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

from account_engine.errors import EngineBugError, StrandedContactsError
from account_engine.flows import LiveFlow
from account_engine.lookup import live, state_of
from account_engine.objects import read_campaign
from account_engine.position import Instant, Position, Status
from account_engine.stores.port import Store
from account_engine.stores.records import FlowRow, Reckoned
from account_engine.upgrading import migration
from account_engine.upgrading.catching_up import came_within
from account_engine.upgrading.contact_migration import NOWHERE_ELSE, Elsewhere, Migrated, place_of
from account_engine.upgrading.lineage import inherited, inner_addresses
from account_engine.upgrading.place_migration import (
    PlaceMigration,
    VersionPair,
    place_migrations,
    staying,
)
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer, Outcome, spots

HOUR = 3600
"""Seconds."""

WORTH = 200
"""How many have to stand in a flow before those who go the same way are migrated together."""


def migrate_flow(
    store: Store,
    row: FlowRow,
    successor: FlowRow | None,
    answers: Mapping[Place, Answer | None],
    moves: Sequence[tuple[str, str]] = (),
    ever: frozenset[int] = frozenset(),
    elsewhere: Mapping[str, Elsewhere] = NOWHERE_ELSE,
) -> int:
    """Migrate everybody who stands in a flow.

    Args:
        store: Where; within `Store.writing`.
        row: The flow that they stand in.
        successor: The flow that they go to; None if there is none.
        answers: Where the contacts of each place go.
        moves: As in `account_engine.changing.changes.Republish`.
        ever: The ids of every node and step that the campaign had before its successor.
        elsewhere: The other campaigns that answers name, by the names that they give them.

    Returns:
        How many positions have migrated to another place or version.

    Raises:
        StrandedContactsError: Somebody stands where there is no answer.
        EngineBugError: Somebody would be lost.
    """
    identity = store.identity()
    old, new = live(row), live(successor) if successor else None
    everybody = store.count_travellers(row.campaign, row.version)
    together: Counter[int | None] = Counter()
    if everybody >= WORTH and _stays_whole(old, answers):
        for place in sorted(store.places(*old.key), key=lambda place: place.node):
            store.tell_everybody(place, staying(old.campaign, place, identity.clock))
        return 0
    if everybody >= WORTH:
        for other in elsewhere.values():
            ever |= store.remembered_ids(other.flow.campaign).keys()
        versions = VersionPair(
            old, new, answers, tuple(moves), ever, identity.clock, identity.zone, elsewhere
        )
        together = _migrate_together(store, versions)
    travellers = store.travellers(row.campaign, row.version)
    stranded: Counter[Place] = Counter()
    arrived: dict[int, set[int]] = {}
    left: set[int] = set()
    travelled = together.total() - together[None]
    for number in travellers:
        state = state_of(store, number)
        moved = migration.migrate(
            old,
            new,
            answers,
            state,
            now=identity.clock,
            zone=identity.zone,
            moves=moves,
            elsewhere=elsewhere,
        )
        stranded.update(place_of(position) for position in moved.unanswered)
        wrong = migration.accounted_for(state, moved)
        if wrong:
            raise EngineBugError(f"contact {number} would be lost (M10): {'; '.join(wrong)}")
        if any(one.after is None for one in moved.travelled):
            left.add(number)
        else:
            for campaign in _campaigns(row, moved):
                arrived.setdefault(campaign, set()).add(number)
        travelled += sum(
            one.after is not None and one.after != one.before
            for one in moved.travelled
            if one.before.identity[:2] == old.key  # who is met elsewhere has been counted there
        )
        store.save(state, moved.state)
        store.add_story(number, moved.story)
    if stranded:
        raise StrandedContactsError(
            old.flow.campaign.title,
            tuple((str(place), count) for place, count in sorted(stranded.items(), key=str)),
        )
    for campaign, expected in arrived.items():
        _verify(store, campaign, expected)
    if together:
        gone = sum(together[campaign] for campaign in together if campaign != row.campaign)
        gone += len(left | _crossed(arrived, row.campaign))
        _verify_nobody_is_lost(store, row, successor, everybody - gone)
    return travelled


def _verify_nobody_is_lost(
    store: Store, row: FlowRow, successor: FlowRow | None, expected: int
) -> None:
    """Verify that so many stand in a campaign still, in either version."""
    versions = {row.version, successor.version if successor else row.version}
    stand = sum(store.count_travellers(row.campaign, version) for version in versions)
    if stand < expected:
        raise EngineBugError(
            f"{expected - stand} contacts would be lost from campaign #{row.campaign} (M10)"
        )


def _stays_whole(old: LiveFlow, answers: Mapping[Place, Answer | None]) -> bool:
    """Whether everybody finishes on the old version, wherever they stand (M7)."""
    said = (answers.get(place) for place in spots(old.flow))
    return all(one is not None and one.outcome is Outcome.FINISH_ON_OLD for one in said)


def _campaigns(row: FlowRow, moved: Migrated) -> set[int]:
    """The campaigns in which a contact has to be found: where a migration says that they went."""
    return {one.after.campaign for one in moved.travelled if one.after is not None} or {
        row.campaign
    }


def _crossed(arrived: Mapping[int, set[int]], campaign: int) -> set[int]:
    """The contacts who are in another campaign, and no more in the one that they left."""
    elsewhere = chain(*(numbers for other, numbers in arrived.items() if other != campaign))
    return set(elsewhere) - arrived.get(campaign, set())


def _migrate_together(store: Store, versions: VersionPair) -> Counter[int | None]:
    """Migrate all who go the same way as everybody at their place.

    Returns:
        How many positions there were, each of another contact, by the campaign that they came to;
        by None those who left.

    Raises:
        EngineBugError: Fewer have come to another campaign than were sent there.
    """
    places = store.places(*versions.old.key)
    others = [way.flow for way in versions.elsewhere.values()]
    ways = others if versions.new is None else [versions.new, *others]
    targets = {flow.campaign: store.places(*flow.key) for flow in ways}
    stood = {flow.campaign: store.count_travellers(*flow.key) for flow in others}
    migrated: Counter[int | None] = Counter()
    for migrating in place_migrations(versions, places, targets):

        def reckoning(
            began: Instant, due: Instant | None, zone: str | None, by: PlaceMigration = migrating
        ) -> Reckoned:
            return versions.timed(by, began, due, zone)

        to = None if migrating.target is None else migrating.goes_to
        migrated[to] += store.migrate_place(migrating, versions.now, reckoning)
    for flow in others:
        found = store.count_travellers(*flow.key) - stood[flow.campaign]
        if found != migrated[flow.campaign]:
            raise EngineBugError(
                f"{migrated[flow.campaign]} contacts were sent to campaign #{flow.campaign}, "
                f"and {found} have come (M10)"
            )
    return migrated


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


def _verify(store: Store, campaign: int, expected: set[int]) -> None:
    """Read back what was written: everybody is there still, or is where they were sent (M10).

    That they stand somewhere real is the store's to hold: it has places of flows, and no others.
    """
    versions = [row.version for row in store.flows_of(campaign)]
    standing = set(chain(*(store.travellers(campaign, version) for version in versions)))
    lost = sorted(expected - standing)
    if lost:
        raise EngineBugError(f"contacts {lost} would be lost from campaign #{campaign} (M10)")
