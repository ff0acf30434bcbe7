"""The migration of a contact: their positions, on the way from one version to the next.

`account_engine.upgrading.migration` says who goes, and by which answers; here each position is
put down where its answer says, and what meets there is united (M3, M5, M6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from account_engine.contacts import ContactState
from account_engine.entries import next_entry
from account_engine.flows import LiveFlow
from account_engine.language.timers import written, zone_of
from account_engine.language.waiting import timed
from account_engine.position import Instant, Position, Status
from account_engine.story import Line
from account_engine.upgrading.catching_up import CatchingUp
from account_engine.upgrading.skipping import Skipping
from account_engine.upgrading.travelled import STAYS, Elsewhere, Migrated, Travelled, place_of
from account_engine.upgrading.waking import woken
from package_format.campaign.model import Join
from package_format.campaign.timers import Wait
from package_format.upgrades.answers import Answer
from package_format.upgrades.terms import Timer

_Node = tuple[int, str]
"""A campaign's id and a node's key: where those who arrive meet."""


@dataclass
class ContactMigration:
    """One contact's migration, position by position.

    Attributes:
        flows: The flows in which they may go on, by the names that answers give their campaigns.
        skipping: The same for what they have passed, by the campaigns' ids.
        catching_up: The same for what they catch up with.
    """

    old: LiveFlow
    flows: Mapping[str, LiveFlow]
    skipping: Mapping[int, Skipping]
    catching_up: Mapping[int, CatchingUp]
    state: ContactState
    now: Instant
    zone: str
    travelled: list[Travelled] = field(default_factory=list)
    arriving: dict[_Node, list[tuple[Position, Position, str]]] = field(default_factory=dict)
    answers: dict[Position, Answer] = field(default_factory=dict)
    story: list[Line] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        old: LiveFlow,
        new: LiveFlow,
        state: ContactState,
        now: Instant,
        zone: str,
        moves: tuple[tuple[str, str], ...],
        elsewhere: Mapping[str, Elsewhere],
    ) -> ContactMigration:
        """Begin; the arguments are those of `migrate`."""
        ways = {"": Elsewhere(new, moves), **elsewhere}
        flows = {name: way.flow for name, way in ways.items()}
        return cls(
            old,
            flows,
            {way.flow.campaign: Skipping(old, way.flow, state, way.moves) for way in ways.values()},
            {f.campaign: CatchingUp(old, f, state, now, zone) for f in flows.values()},
            state,
            now,
            zone,
        )

    def leave(self, position: Position, *, gone: bool) -> None:
        """Let a position end (C7).

        Args:
            position: The position.
            gone: Whether the campaign itself goes.
        """
        by = "as the campaign was taken out" if gone else "by the upgrade"
        self._tell(position, None, f"left {by} (M2)")

    def stay(self, position: Position) -> None:
        """Leave a position on the old version (M7)."""
        self._tell(position, position, STAYS)

    def move(self, position: Position, answer: Answer) -> None:
        """Move a position to where its answer says; it is put down by `finished`."""
        standing = position.resumed()
        ends = self._ends(standing, answer)
        if ends is not None:
            self._tell(position, None, ends)
        else:
            arrived = self._arrival(standing, answer)
            self.answers[position] = answer
            node = (self.flows[answer.campaign].campaign, answer.node)
            self.arriving.setdefault(node, []).append((position, arrived, f"{answer.via}, M2"))

    def finished(self) -> Migrated:
        """Put everybody down, and see which joins may pass now (M6)."""
        entries = dict(self.state.entries)
        flows = {flow.campaign: flow for flow in self.flows.values()}
        for campaign, node in sorted(self.arriving):
            self._put_down(flows[campaign], node, entries)
        self._look_ahead()
        self._warn_those_there()
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
        flow = self.flows[answer.campaign]
        node = flow.flow.nodes[answer.node]
        campaign, version = flow.key
        arrived = replace(position, campaign=campaign, version=version, node=answer.node)
        if position.overtaken and position.status is not Status.RUNNING and not answer.same:
            arrived = replace(arrived, overtaken=False)  # it absorbs there, not elsewhere
        if answer.step is not None:
            return self._at_step(position, arrived, answer, answer.step)
        if isinstance(node, Join) and not (answer.same and position.status is Status.QUEUED):
            return self._at_join(flow, position, arrived)
        return self._at_end(flow, position, arrived)

    def _ends(self, position: Position, answer: Answer) -> str | None:
        """Say why a position does not go on, if it stands for nobody who could go on."""
        if not position.overtaken or answer.same:
            return None
        if position.status is Status.JOINING:
            return "had passed that join already (C8)"
        node = self.flows[answer.campaign].flow.nodes[answer.node]
        joins = answer.step is None and isinstance(node, Join)
        if joins and position.status is Status.RUNNING:
            return "was overtaken by a goal already, and counts as ended at joins (C3)"
        return None

    def _at_step(
        self, position: Position, arrived: Position, answer: Answer, step: str
    ) -> Position:
        arrived = replace(arrived, status=Status.RUNNING, step=step, arrived=())
        wait = self.flows[answer.campaign].wait(answer.node, step)
        waits_on = answer.same and position.step is not None and wait is not None
        if waits_on and wait is not None:
            if position.began is None or wait == self.old.wait(position.node, position.step or ""):
                return arrived
            if answer.timer is Timer.KEEP and position.due is not None:
                return arrived
            began = self.now if answer.timer is Timer.RESTART else position.began
            return self._timed(arrived, wait, began)
        if position.due is not None or wait is None:
            due = self.now if position.due is None else position.due
            return replace(arrived, began=None, due=due)
        return self._timed(arrived, wait, self.now)

    def _timed(self, position: Position, wait: Wait, began: Instant) -> Position:
        return timed(position, wait, began, self.state.contact, self.now, self.zone)

    def _at_join(self, flow: LiveFlow, position: Position, arrived: Position) -> Position:
        """Wait at a join with the ways that have arrived, by their names of today (M6)."""
        if position.status is Status.JOINING:
            return replace(arrived, arrived=self._renamed(flow, position.arrived))
        due = self.now if position.due is None else position.due
        ways = self._renamed(flow, (position.node,))
        return replace(arrived, status=Status.JOINING, step=None, began=None, due=due, arrived=ways)

    def _renamed(self, flow: LiveFlow, arrived: tuple[str, ...]) -> tuple[str, ...]:
        """Rename what has arrived at a join; what is no more is dropped, unless it is all."""
        names = {}
        for name in arrived:
            key, dot, way = name.partition(".")
            new = flow.addresses.get(self.old.ids.get(key, 0))
            if new is not None:
                names[name] = f"{new}{dot}{way}"
        return tuple(sorted(set(names.values()))) or arrived

    def _at_end(self, flow: LiveFlow, position: Position, arrived: Position) -> Position:
        """Stand at a node's end: queued while a goal listens beyond, or else about to leave."""
        queued = position.status is Status.QUEUED
        if queued and flow.flow.goals_after(arrived.node):
            return arrived
        due = self.now if position.due is None else position.due
        return replace(arrived, status=Status.RUNNING, step=None, began=None, due=due, arrived=())

    # --- those who meet ---------------------------------------------------------------------------

    def _put_down(self, flow: LiveFlow, node: str, entries: dict[tuple[int, int], int]) -> None:
        """Put down all who arrive at a node; those who meet become the earlier (M6)."""
        number, group = flow.ids[node], self.arriving[flow.campaign, node]
        there = [p for p in self._standing(flow) if p.node == node]
        group += [(position, position.resumed(), "they meet, M6") for position in there]
        native = there or [one for before, one, _ in group if self.old.ids[before.node] == number]
        first = min((arrived for _, arrived, _ in group), key=_earliness)
        counted = (flow.campaign, number)
        if native:
            entry, entered = native[0].entry, native[0].entered
            entries[counted] = max(entry, entries.get(counted, 0))
        else:
            entry, entered = next_entry(flow, node, entries, self.state.passed), self.now
            entries[counted] = entry
        skipping = self.skipping[flow.campaign]
        travelling = [before for before, _, _ in group if before not in there]
        united = replace(
            first,
            entry=entry,
            entered=entered,
            overtaken=all(arrived.overtaken for _, arrived, _ in group),
            arrived=tuple(sorted({way for _, arrived, _ in group for way in arrived.arrived})),
            skip=frozenset().union(
                *(position.skip for position in there),
                *(skipping.beyond(before, node) for before in travelling),
            ),
        )
        came = [(before, self.answers.get(before)) for before, _, _ in group]
        united = self.catching_up[flow.campaign].behind(united, came)
        for before, _, reason in group:
            why = f"from {place_of(before)} to {self._named(before, flow, united)} ({reason})"
            if united.owed and united.owed != before.owed:
                new = ", ".join(flow.addresses[number] for number in united.owed)
                why += f"; first {new}, put in before (M4)"
            self._tell(before, united, why)
            if before.campaign != flow.campaign or (
                (place_of(before), before.due) != (place_of(united), united.due)
            ):
                self._add_line(before, why + self._dates(before, united))

    def _dates(self, before: Position, after: Position) -> str:
        """Say when something happens next, if that is another time than before."""
        own, said = zone_of(self.state.contact, self.zone), ""
        if after.owed and after.owed != before.owed and after.due is not None:
            said = f", at {written(after.due, own)}"
        was, due = before.resumed().due, after.resumed().due
        if due is not None and due != was:
            said += f"; until {written(due, own)}"
            said += f" instead of {written(was, own)}" if was is not None else ""
        return said

    def _standing(self, flow: LiveFlow) -> list[Position]:
        """Return where the contact stands already in a flow to which others migrate."""
        if flow.key == self.old.key:
            return []
        return [p for p in self.state.positions if p.identity[:2] == flow.key]

    def _named(self, before: Position, flow: LiveFlow, after: Position) -> str:
        """Name a place, with its campaign if that is another one."""
        if before.campaign == flow.campaign:
            return str(place_of(after))
        return f"{place_of(after)} in “{flow.flow.campaign.title}”"

    def _look_ahead(self) -> None:
        """Skip beyond those who were sent elsewhere what they pass on another way (M3)."""
        standing = {one.after.identity: one.after for one in self.travelled if one.after}
        for flow in self.flows.values():
            standing |= {p.identity: p for p in self._standing(flow) if p.identity not in standing}
        for index, one in enumerate(self.travelled):
            after = one.after
            group = self.arriving.get((after.campaign, after.node)) if after is not None else None
            if after is None or group is None or one.before.identity[:2] != self.old.key:
                continue
            skipping = self.skipping[after.campaign]
            others = [
                p
                for identity, p in standing.items()
                if identity[:2] == after.identity[:2] and p.node != after.node
            ]
            ahead = frozenset.intersection(
                *(
                    skipping.ahead(before, after.node, others)
                    if before.identity[:2] == self.old.key
                    else frozenset()
                    for before, _, _ in group
                )
            )
            goes_before = [
                (other.before, other.after)
                for other in self.travelled
                if other is not one and other.before.identity[:2] == self.old.key
                if other.after is not None and other.after.identity[:2] == after.identity[:2]
            ]
            behind = skipping.behind(one.before, goes_before)
            self.travelled[index] = replace(
                one, after=replace(after, skip=after.skip | ahead | behind)
            )

    def _warn_those_there(self) -> None:
        """Skip what comes to another campaign for those who stand there, and are led to it (M3)."""
        arrivals = [one.after for one in self.travelled if one.after is not None]
        met = {one.before.identity for one in self.travelled}
        for flow in self.flows.values():
            for position in self._standing(flow):
                beyond = flow.flow.downstream(position.node) - {position.node}
                coming = frozenset(
                    step
                    for arrival in arrivals
                    if arrival.identity[:2] == flow.key and arrival.node in beyond
                    for step in self.skipping[flow.campaign].remaining(arrival)
                )
                if position.identity not in met and not coming <= position.skip:
                    after = replace(position, skip=position.skip | coming)
                    self._tell(position, after, "passes once what was brought here (M3)")

    def _woken(self, position: Position, positions: tuple[Position, ...]) -> Position:
        flows = {flow.key: flow for flow in (self.old, *self.flows.values())}
        flow = flows.get(position.identity[:2])
        return position if flow is None else woken(flow, position, positions, self.now)


def _earliness(position: Position) -> tuple[bool, Instant, bool, Instant, bool]:
    """Orders positions that meet: by due time, then those at a join, then the longest there."""
    return (
        position.due is None,
        position.due or 0,
        position.status is Status.QUEUED,
        position.entered,
        position.overtaken,
    )
