"""Migration: carrying a contact's positions from one version of a campaign to the next (M0-M10).

Pure: the answers say where each place's contacts go (M2, `package_format.answers`); here their
positions are rewritten, and no step is run (M0). In short:

*The same place* (`Answer.same`): the contact waits on. Their timer is credited if the wait is
written differently now: the new delay counts from when the wait began (M5).

*Elsewhere*: the contact keeps their due time, and when it comes goes on from the step they were
sent to: its action, not its wait. One who has no due time, because they were queued, at a join, or
waiting for a date, begins the step's wait now. Sent to a node's end, they stand there running, with
a due time, and then leave it as anybody who finishes does; one who was queued stays queued there
while a goal still listens beyond.

*A contact is in one version of a campaign*, because they are heard in one alone (M7): if one of
their positions is to finish on the old version, all that do not leave do.

*What was passed* and would come again only because of the upgrade is skipped (M3, `skipping`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from account_engine import timers
from account_engine.contacts import Contact, ContactState
from account_engine.entries import next_entry
from account_engine.flows import LiveFlow
from account_engine.interpreter.joins import is_busy, may_pass
from account_engine.position import Instant, Position, Status
from account_engine.skipping import Skipping
from account_engine.story import Line
from package_format.answers import Answer, Outcome, Via, spots
from package_format.campaign.model import Join
from package_format.campaign.places import Place, PlaceSort
from package_format.campaign.timers import IfMissing, Wait


@dataclass(frozen=True)
class Travelled:
    """What became of one position.

    Attributes:
        before: The position in the old flow.
        after: Where it stands now, on whichever version; None if the contact left.
        why: In words, with the rule.
    """

    before: Position
    after: Position | None
    why: str


@dataclass(frozen=True)
class Migrated:
    """What a migration made of one contact.

    Attributes:
        state: The state after it.
        travelled: One for each position that stood in the old version.
        unanswered: Positions at places without an answer. If there are any, nobody has travelled,
            and whoever asked for the migration must refuse it.
        story: One line for each position that moved, stayed behind or left.
    """

    state: ContactState
    travelled: tuple[Travelled, ...] = ()
    unanswered: tuple[Position, ...] = ()
    story: tuple[Line, ...] = ()


def place_of(position: Position) -> Place:
    """Return the place where a position stands (M2)."""
    if position.status is Status.JOINING:
        return Place(position.node, None, PlaceSort.JOIN)
    if position.status is Status.QUEUED or position.step is None:
        return Place(position.node, None, PlaceSort.END)
    return Place(position.node, position.step, PlaceSort.WAIT)


def everyone(old: LiveFlow, outcome: Outcome) -> dict[Place, Answer]:
    """Return one answer for everywhere one can stand: EXIT or FINISH_ON_OLD, as for a removal."""
    return dict.fromkeys(spots(old.flow), Answer(outcome, Via.OWNER))


def migrate(
    old: LiveFlow,
    new: LiveFlow | None,
    answers: Mapping[Place, Answer | None],
    state: ContactState,
    *,
    now: Instant,
    zone: str,
    moves: Iterable[tuple[str, str]] = (),
) -> Migrated:
    """Carry one contact from one version of a campaign to the next; no step is run (M0).

    Args:
        old: The version that the contact may stand in; positions on other versions stay.
        new: The next version; None if the campaign is removed.
        answers: Where the contacts of each place go.
        state: The contact's state.
        now: The moment of the migration.
        zone: The account's time zone, for contacts who have none of their own.
        moves: `Republish.moves`, for the steps that several were merged into (M3).
    """
    here = [p for p in state.positions if (p.campaign, p.version) == old.key]
    routed = [(position, answers.get(place_of(position))) for position in here]
    unanswered = tuple(p for p, answer in routed if not _is_possible(answer, new))
    if unanswered:
        return Migrated(state, unanswered=unanswered)
    stays = any(a is not None and a.outcome is Outcome.FINISH_ON_OLD for _, a in routed)
    journey = _Journey(
        old, new or old, state, now, zone, Skipping(old, new or old, state, tuple(moves))
    )
    for position, answer in routed:
        if answer is None or answer.outcome is Outcome.EXIT:
            journey.leave(position)
        elif stays:
            journey.stay(position)
        else:
            journey.carry(position, answer)
    return journey.finished()


def accounted_for(before: ContactState, migrated: Migrated) -> tuple[str, ...]:
    """Return what is wrong with a migration, in words; nothing, if all is well (M10).

    Every position that was open is open still, or listed as having left with its reason; nothing
    else has changed, and what was passed and entered is not forgotten.
    """
    if migrated.unanswered:
        return ()
    after = migrated.state
    travelled = {one.before.identity: one for one in migrated.travelled}
    arrived = {one.after.identity for one in migrated.travelled if one.after is not None}
    wrong = []
    for position in before.positions:
        one = travelled.get(position.identity)
        if one is None and position not in after.positions:
            wrong.append(f"the position at {position.where} was lost")
        elif one is not None and one.after is None and not one.why:
            wrong.append(f"the position at {position.where} left without a reason")
        elif one is not None and one.after is not None and one.after not in after.positions:
            wrong.append(f"the position at {position.where} did not arrive at {one.after.where}")
    wrong += [
        f"the position at {position.where} came from nowhere"
        for position in after.positions
        if position not in before.positions and position.identity not in arrived
    ]
    if len({position.identity for position in after.positions}) < len(after.positions):
        wrong.append("two positions stand at one node")
    if after.contact != before.contact:
        wrong.append("the contact was changed")
    if not before.passed <= after.passed:
        wrong.append("what was passed was forgotten")
    if any(after.entries.get(key, 0) < count for key, count in before.entries.items()):
        wrong.append("what was entered was forgotten")
    return tuple(wrong)


def _is_possible(answer: Answer | None, new: LiveFlow | None) -> bool:
    """Whether an answer can be followed: into another campaign it cannot (yet)."""
    if answer is None or answer.campaign:
        return False
    return answer.outcome is not Outcome.GO_ON or new is not None


@dataclass
class _Journey:
    """One contact's migration, position by position."""

    old: LiveFlow
    new: LiveFlow
    state: ContactState
    now: Instant
    zone: str
    skipping: Skipping
    travelled: list[Travelled] = field(default_factory=list)
    carried: dict[str, list[tuple[Position, Position, Answer]]] = field(default_factory=dict)
    story: list[Line] = field(default_factory=list)

    def leave(self, position: Position) -> None:
        """Let a position end (C7)."""
        self._tell(position, None, "left by the upgrade (M2)")

    def stay(self, position: Position) -> None:
        """Leave a position on the old version (M7)."""
        self._tell(position, position, "finishes on the old version (M7)")

    def carry(self, position: Position, answer: Answer) -> None:
        """Carry a position to where its answer says; it is put down by `finished`."""
        ends = self._ends(position, answer)
        if ends is not None:
            self._tell(position, None, ends)
        else:
            arrived = self._arrival(position, answer)
            self.carried.setdefault(answer.node, []).append((position, arrived, answer))

    def finished(self) -> Migrated:
        """Put everybody down, and see which joins may pass now (M6)."""
        entries = dict(self.state.entries)
        for node in sorted(self.carried):
            self._put_down(node, entries)
        self._look_ahead()
        before = {one.before.identity for one in self.travelled}
        kept = [p for p in self.state.positions if p.identity not in before]
        moved = {one.after.identity: one.after for one in self.travelled if one.after is not None}
        positions = tuple(sorted((*kept, *moved.values()), key=lambda p: p.identity))
        woken = {p.identity: self._woken(p, positions) for p in positions}
        travelled = tuple(
            replace(one, after=one.after and woken[one.after.identity]) for one in self.travelled
        )
        state = replace(self.state, positions=tuple(woken.values()), entries=entries)
        return Migrated(state, travelled, (), tuple(self.story))

    def _tell(self, before: Position, after: Position | None, why: str) -> None:
        self.travelled.append(Travelled(before, after, why))
        if after is None or after == before:
            self._add_line(before, why)

    def _add_line(self, before: Position, why: str) -> None:
        self.story.append(Line(self.now, "migrated", before.campaign, before.where, why))

    # --- one position -----------------------------------------------------------------------------

    def _arrival(self, position: Position, answer: Answer) -> Position:
        """Return a position at its new place, but for what depends on others who arrive there."""
        node = self.new.flow.nodes[answer.node]
        arrived = replace(
            position, campaign=self.new.campaign, version=self.new.version, node=answer.node
        )
        if position.overtaken and position.status is not Status.RUNNING and not answer.same:
            arrived = replace(arrived, overtaken=False)  # it absorbs there, not elsewhere
        if answer.step is not None:
            return self._at_step(position, arrived, answer, answer.step)
        if isinstance(node, Join) and not (answer.same and position.status is Status.QUEUED):
            return self._at_join(position, arrived)
        return self._at_end(position, arrived)

    def _ends(self, position: Position, answer: Answer) -> str | None:
        """Say why a position is not carried on, if it stands for nobody who could go on."""
        if not position.overtaken or answer.same:
            return None
        if position.status is Status.JOINING:
            return "had passed that join already (C8)"
        joins = answer.step is None and isinstance(self.new.flow.nodes[answer.node], Join)
        if joins and position.status is Status.RUNNING:
            return "was overtaken by a goal already, and counts as ended at joins (C3)"
        return None

    def _at_step(
        self, position: Position, arrived: Position, answer: Answer, step: str
    ) -> Position:
        arrived = replace(arrived, status=Status.RUNNING, step=step, arrived=())
        wait = self.new.wait(answer.node, step)
        waits_on = answer.same and position.step is not None and wait is not None
        if waits_on and wait is not None:
            if position.began is None or wait == self.old.wait(position.node, position.step or ""):
                return arrived
            return self._timed(arrived, wait, position.began)
        if position.due is not None or wait is None:
            due = self.now if position.due is None else position.due
            return replace(arrived, began=None, due=due)
        return self._timed(arrived, wait, self.now)

    def _timed(self, position: Position, wait: Wait, began: Instant) -> Position:
        return timed(position, wait, began, self.state.contact, self.now, self.zone)

    def _at_join(self, position: Position, arrived: Position) -> Position:
        """Wait at a join with the ways that have arrived, by their names of today (M6)."""
        if position.status is Status.JOINING:
            return replace(arrived, arrived=self._renamed(position.arrived))
        due = self.now if position.due is None else position.due
        ways = self._renamed((position.node,))
        return replace(arrived, status=Status.JOINING, step=None, began=None, due=due, arrived=ways)

    def _renamed(self, arrived: tuple[str, ...]) -> tuple[str, ...]:
        """Rename what has arrived at a join; what is no more is dropped, unless it is all."""
        names = {}
        for name in arrived:
            key, dot, way = name.partition(".")
            new = self.new.addresses.get(self.old.ids.get(key, 0))
            if new is not None:
                names[name] = f"{new}{dot}{way}"
        return tuple(sorted(set(names.values()))) or arrived

    def _at_end(self, position: Position, arrived: Position) -> Position:
        """Stand at a node's end: queued while a goal listens beyond, or else about to leave."""
        queued = position.status is Status.QUEUED
        if queued and self.new.flow.goals_after(arrived.node):
            return arrived
        due = self.now if position.due is None else position.due
        return replace(arrived, status=Status.RUNNING, step=None, began=None, due=due, arrived=())

    # --- those who meet ---------------------------------------------------------------------------

    def _put_down(self, node: str, entries: dict[tuple[int, int], int]) -> None:
        """Put down all who arrive at a node; those who meet become the earlier (M6)."""
        number = self.new.ids[node]
        group = self.carried[node]
        native = [arrived for before, arrived, _ in group if self.old.ids[before.node] == number]
        first = min((arrived for _, arrived, _ in group), key=_earliness)
        if native:
            entry, entered = native[0].entry, native[0].entered
        else:
            entry, entered = next_entry(self.new, node, entries, self.state.passed), self.now
            entries[(self.new.campaign, number)] = entry
        united = replace(
            first,
            entry=entry,
            entered=entered,
            overtaken=all(arrived.overtaken for _, arrived, _ in group),
            arrived=tuple(sorted({way for _, arrived, _ in group for way in arrived.arrived})),
            skip=frozenset().union(*(self.skipping.beyond(before, node) for before, _, _ in group)),
        )
        for before, _, answer in group:
            why = f"from {place_of(before)} to {place_of(united)} ({answer.via}, M2)"
            self._tell(before, united, why)
            if place_of(before) != place_of(united) or before.due != united.due:
                self._add_line(before, why)

    def _look_ahead(self) -> None:
        """Skip beyond those who were sent elsewhere what they pass on another way (M3)."""
        standing = {one.after.node: one.after for one in self.travelled if one.after is not None}
        for index, one in enumerate(self.travelled):
            group = self.carried.get(one.after.node) if one.after is not None else None
            if one.after is None or group is None:
                continue
            others = [after for node, after in standing.items() if node != one.after.node]
            ahead = frozenset.intersection(
                *(self.skipping.ahead(before, one.after.node, others) for before, _, _ in group)
            )
            after = replace(one.after, skip=one.after.skip | ahead)
            self.travelled[index] = replace(one, after=after)

    def _woken(self, position: Position, positions: tuple[Position, ...]) -> Position:
        flow = {self.old.key: self.old, self.new.key: self.new}.get(position.identity[:2])
        return position if flow is None else woken(flow, position, positions, self.now)


def timed(
    position: Position, wait: Wait, began: Instant, contact: Contact, now: Instant, zone: str
) -> Position:
    """Return a position with the due time of a wait that began then (M5).

    A delay that is over goes on in the next hours it allows. What a wait says of dates that are
    past or missing is done when it is handled: it begins then.

    Args:
        position: The position, at the step whose wait it is.
        wait: The wait.
        began: When it began.
        contact: Whose it is.
        now: The present moment.
        zone: The account's time zone, for contacts who have none of their own.
    """
    match timers.due(wait, began, contact, now, zone):
        case timers.At(instant):
            own = timers.zone_of(contact, zone)
            due = instant if instant >= now else timers.allowed(wait, now, own)
            return replace(position, began=began, due=due)
        case timers.Missing() if wait.if_missing is IfMissing.HOLD:
            return replace(position, began=began, due=None)
        case timers.Past() | timers.Missing():
            return replace(position, began=now, due=now)
        case outcome:
            assert_never(outcome)


def woken(
    flow: LiveFlow, position: Position, positions: tuple[Position, ...], now: Instant
) -> Position:
    """Return a position that is looked at now if its join may pass, by what has changed (C8, M6).

    One that only absorbs what still arrives stops if nothing can any more.

    Args:
        flow: The flow in which it stands.
        position: The position.
        positions: All of the contact's positions.
        now: The present moment.
    """
    if position.due is not None or position.step is not None:
        return position
    if position.overtaken and not is_busy(flow, position.node, positions):
        if position.status is Status.QUEUED:
            return replace(position, overtaken=False)
        return replace(position, due=now)
    return replace(position, due=now) if may_pass(flow, position, positions) else position


def _earliness(position: Position) -> tuple[bool, Instant, bool, Instant, bool]:
    """Orders positions that meet: by due time, then those at a join, then the longest there."""
    return (
        position.due is None,
        position.due or 0,
        position.status is Status.QUEUED,
        position.entered,
        position.overtaken,
    )
