"""Merging: two contacts who are one person become one contact.

Pure: the survivor's state takes in the duplicate's. It is no event (C12): what both of them were
and did has had its turn, no step is run, and goals hear nothing. In short:

*What is known*: the survivor's values stay, the duplicate's fill the gaps. Tags are united,
purchases, open tasks and points are added up, opportunities stand side by side. The stricter
consent wins: what either of them refused is refused (C13).

*Where they stand*: everywhere that either of them stood, once each (C6). Of two at one node the one
who has come further stays, so that nothing is said twice; ways that have arrived at a join have
arrived. A contact is in one version of a campaign (M7): who stood in the older one migrates to
the newer, as by an upgrade.

*What was passed*: the duplicate's entries count on from the survivor's, so that no effect has the
identity of another (C11), and what may be entered once was (C6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from account_engine.catalogue import Catalogue
from account_engine.contacts import Contact, ContactState, Points
from account_engine.flows import LiveFlow
from account_engine.language.scoring import decayed
from account_engine.language.timers import written, zone_of
from account_engine.language.waiting import retimed
from account_engine.position import Instant, Position, Status
from account_engine.story import Line
from account_engine.upgrading.migration import migrate
from account_engine.upgrading.waking import woken
from package_format.campaign.model import Sequence as StepSequence
from package_format.kinds.score import MOST_POINTS
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome, Via, answers

_LEAVES = Answer(Outcome.EXIT, Via.OWNER)


@dataclass(frozen=True)
class Merged:
    """What a merging made of two contacts.

    Attributes:
        state: The survivor's state after it.
        story: What happened and why, in order.
    """

    state: ContactState
    story: tuple[Line, ...]


def merge(
    flows: Sequence[LiveFlow],
    survivor: ContactState,
    duplicate: ContactState,
    *,
    now: Instant,
    zone: str,
    catalogue: Catalogue,
) -> Merged:
    """Let one contact be what two were.

    Args:
        flows: Every version of every campaign in which either stands, retired ones included.
        survivor: The state of who stays.
        duplicate: The state of who is no more afterwards.
        now: The present moment.
        zone: The account's time zone, for contacts who have none of their own.
        catalogue: What is known of the account's resources.
    """
    merging = _Merging({flow.key: flow for flow in flows}, now, zone)
    one, other = (
        replace(state, contact=decayed(state.contact, catalogue, now, zone))
        for state in (survivor, duplicate)
    )
    merging.tell(None, "merged", "", said(one.contact, other.contact))
    contact = united(one.contact, other.contact)
    one, other = merging.in_one_version(one, other), merging.in_one_version(other, one)
    other = counted_on(other, one)
    positions = merging.positions(
        merging.retimed(one, contact), merging.retimed(other, contact), other.contact.id
    )
    state = ContactState(
        contact,
        positions,
        {**one.entries, **other.entries},
        one.passed | other.passed,
    )
    return Merged(state, tuple(merging.story))


# --- what is known --------------------------------------------------------------------------------


def united(one: Contact, other: Contact) -> Contact:
    """Return a contact with all that is known of two, by whose number the first is known.

    Args:
        one: Who stays; the points that they have lost by now are taken off.
        other: Who is no more; likewise.
    """
    return Contact(
        one.id,
        {**other.values, **one.values},
        one.tags | other.tags,
        refused=one.refused | other.refused,
        owner=one.owner or other.owner,
        purchases=_added(one.purchases, other.purchases),
        opportunities=(*other.opportunities, *one.opportunities),  # the newest stays the newest
        tasks=_added(one.tasks, other.tasks),
        scores={
            score: _points(one.scores.get(score), other.scores.get(score))
            for score in {**one.scores, **other.scores}
        },
    )


def said(one: Contact, other: Contact) -> str:
    """Return what a merging did to what is known, as the survivor's timeline says it."""
    new = sorted(other.values.keys() - one.values.keys())
    kept = sorted(k for k in one.values.keys() & other.values.keys() if _differ(one, other, k))
    refused = sorted(other.refused - one.refused)
    parts = [f"contact {other.id} is this one from now on"]
    if new:
        parts.append(f"took over {', '.join(new)}")
    if kept:
        parts.append(f"kept {', '.join(kept)}")
    if refused:
        parts.append(f"wants no {', '.join(refused)}, as they did not (C13)")
    return "; ".join(parts)


def _differ(one: Contact, other: Contact, name: str) -> bool:
    return one.values[name] != other.values[name]


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(one) + Counter(other))


def _points(one: Points | None, other: Points | None) -> Points:
    if one is None or other is None:
        return one or other or Points(0, 0)
    return Points(min(one.points + other.points, MOST_POINTS), one.since)


# --- what was passed ------------------------------------------------------------------------------


def counted_on(other: ContactState, one: ContactState) -> ContactState:
    """Return a state whose entries begin, in each campaign, after the last one of another state."""
    last: Counter[int] = Counter()
    for campaign, entry in _entries(one):
        last[campaign] = max(last[campaign], entry)
    return replace(
        other,
        positions=tuple(
            replace(position, entry=position.entry + last[position.campaign])
            for position in other.positions
        ),
        entries={
            (campaign, node): count + last[campaign]
            for (campaign, node), count in other.entries.items()
        },
        passed=frozenset(
            (campaign, step, entry + last[campaign]) for campaign, step, entry in other.passed
        ),
    )


def _entries(state: ContactState) -> Iterator[tuple[int, int]]:
    """Yield every entry that anything of a contact's belongs to, with its campaign."""
    yield from ((campaign, count) for (campaign, _), count in state.entries.items())
    yield from ((campaign, entry) for campaign, _, entry in state.passed)
    yield from ((position.campaign, position.entry) for position in state.positions)


# --- where they stand -----------------------------------------------------------------------------


@dataclass
class _Merging:
    """What becomes of positions, and the story of it."""

    flows: Mapping[tuple[int, int], LiveFlow]
    now: Instant
    zone: str
    story: list[Line] = field(default_factory=list)

    def tell(self, campaign: int | None, what: str, node: str, why: str) -> None:
        """Add a line to the story."""
        self.story.append(Line(self.now, what, campaign, node, why))

    def in_one_version(self, one: ContactState, other: ContactState) -> ContactState:
        """Return a state that has migrated to where another stands in a newer version (M7)."""
        newest = {p.campaign: p.version for p in sorted(other.positions, key=_version)}
        for old in sorted({position.identity[:2] for position in one.positions}):
            campaign, version = old
            if newest.get(campaign, 0) > version:
                one = self._migrated(one, self.flows[old], self.flows[campaign, newest[campaign]])
        return one

    def _migrated(self, state: ContactState, old: LiveFlow, new: LiveFlow) -> ContactState:
        address = Address("", "campaign", str(old.campaign))
        found = {
            place: answer or _LEAVES for place, answer in answers(old.flow, new.flow, address, ())
        }
        done = migrate(old, new, found, state, now=self.now, zone=self.zone)
        self.story += done.story
        return done.state

    def retimed(self, state: ContactState, contact: Contact) -> tuple[Position, ...]:
        """Return a state's positions with timers that wait for a date of the contact's (C9)."""
        before, found = state.contact, []
        for position in state.positions:
            wait = self.flows[position.identity[:2]].wait(position.node, position.step or "")
            if wait is not None and wait.until_field is not None and position.began is not None:
                names = (wait.until_field, "time_zone")
                if any(before.values.get(name) != contact.values.get(name) for name in names):
                    after = retimed(position, wait, position.began, contact, self.now, self.zone)
                    if after.resumed().due != position.resumed().due:
                        self._tell_of_time(after.resumed(), contact)
                    found.append(after)
                    continue
            found.append(position)
        return tuple(found)

    def _tell_of_time(self, position: Position, contact: Contact) -> None:
        until = (
            "their field has a date"
            if position.due is None
            else written(position.due, zone_of(contact, self.zone))
        )
        self.tell(position.campaign, "waiting", position.where, f"until {until} (C9)")

    def positions(
        self, one: Sequence[Position], other: Sequence[Position], duplicate: int
    ) -> tuple[Position, ...]:
        """Return everywhere that either stands, once each (C6), with joins that may pass (C8)."""
        found = {position.identity: position for position in one}
        for position in other:
            there = found.get(position.identity)
            if there is None:
                found[position.identity] = position
            else:
                found[position.identity] = self._further(there, position, duplicate)
        positions = tuple(found[identity] for identity in sorted(found))
        return tuple(
            woken(self.flows[position.identity[:2]], position, positions, self.now)
            for position in positions
        )

    def _further(self, mine: Position, theirs: Position, duplicate: int) -> Position:
        """Return who has come further of two who stand at one node, and tell of the other."""
        ahead = self._progress(theirs) > self._progress(mine)
        stays, goes = (theirs, mine) if ahead else (mine, theirs)
        whose = "this contact" if goes is mine else f"contact {duplicate}"
        why = f"{whose} was here too, and is now once, at {_words(stays)} (C6)"
        self.tell(goes.campaign, "ended", goes.where, why)
        joins = stays.status is goes.status is Status.JOINING and not stays.overtaken
        runs = stays.status is goes.status is Status.RUNNING
        return replace(
            stays,
            overtaken=stays.overtaken or (runs and goes.overtaken),
            arrived=tuple(sorted({*stays.arrived, *goes.arrived})) if joins else stays.arrived,
            skip=stays.skip | goes.skip,
        )

    def _progress(self, position: Position) -> tuple[int, int]:
        """How far one has come at a node: to which step, at the join, past it, at the end."""
        if position.status is Status.QUEUED:
            return (4, 0)
        if position.status is Status.JOINING:
            return (2 if position.overtaken else 1, 0)
        node = self.flows[position.identity[:2]].flow.nodes[position.node]
        if position.step is None or not isinstance(node, StepSequence):
            return (3, 0)
        return (0, [step.key for step in node.steps].index(position.step))


def _words(position: Position) -> str:
    return position.where if position.step else f"the end of {position.node}"


def _version(position: Position) -> int:
    return position.version
