"""Running: going through a sequence's steps, from one wait to the next or to its end (C5, C9)."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import assert_never

from account_engine.effects import Effect, Identity
from account_engine.events import Event
from account_engine.flows import LiveFlow
from account_engine.interpreter.agenda import Arrival, Happening, Reckoning
from account_engine.interpreter.memory import Memory
from account_engine.language import timers
from account_engine.language.actions import Scene, perform
from account_engine.language.waiting import catching_up, retimed
from account_engine.position import Instant, Position, Status
from package_format.campaign.model import Entry, Sequence, Step
from package_format.campaign.timers import IfMissing, IfPast, Wait


def enter(memory: Memory, item: Arrival, sequence: Sequence) -> None:
    """Enter a sequence and run, unless the contact is in it (C6)."""
    flow, key = item.flow, item.node
    there = memory.positions.get((*flow.key, key))
    if there is not None and there.status is Status.RUNNING:
        memory.tell("refused", flow, key, "is there already (C6)")
    elif sequence.entry is Entry.ONCE and memory.entries.get((flow.campaign, flow.ids[key])):
        memory.tell("refused", flow, key, "may be entered only once (C6)")
    elif memory.may_enter(flow, key):
        memory.tell("entered", flow, key, f"after {item.source}")
        position = memory.opened(flow, key, Status.RUNNING, item.skip)
        _Run(memory, flow, position, sequence).begin()


def fire(
    memory: Memory, flow: LiveFlow, position: Position, sequence: Sequence, due: Instant
) -> None:
    """Go on with a position whose due time has come (C9)."""
    run = _Run(memory, flow, position, sequence)
    wait = flow.wait(position.node, position.step or "")
    if position.owed:
        run.catch_up(due)
    elif position.step is None:
        run.finish()
    elif wait is None or position.began is None:
        run.go_on()
    elif due <= position.began:
        run.begin()
    else:
        run.handle(wait, due)


def reckon_later(memory: Memory, event: Event) -> None:
    """Put the field timers on the agenda that a change of a field, or of the zone, touches (C9).

    Those of a campaign that is stopped follow the field, too: time goes on there, and runs nothing.
    """
    if event.word != "field-changed":
        return
    field = event.attributes.get("field")
    for flow in (*memory.flows, *memory.stopped):
        if not flow.waits_for_fields:
            continue
        for position in memory.at(flow, flow.flow.campaign.sequences):
            wait = flow.wait(position.node, position.step or "")
            if wait is None or wait.until_field is None or position.began is None:
                continue
            if field in (wait.until_field, "time_zone"):
                memory.agenda.append(Reckoning(flow, position))


def reckon(memory: Memory, item: Reckoning) -> None:
    """Compute a waiting timer again, if the contact still waits there."""
    position = item.position
    if memory.positions.get(position.identity) != position:
        return
    flow, wait = item.flow, item.flow.wait(position.node, position.step or "")
    waits_on = bool(position.owed) or not flow.published
    if waits_on and wait is not None and position.began is not None:
        after = retimed(position, wait, position.began, memory.contact, memory.now, memory.zone)
        if after != position and not flow.published:
            memory.tell("waiting", flow, position.where, _until(memory, wait, after))
        memory.positions[position.identity] = after
    else:
        sequence = flow.flow.campaign.sequences[position.node]
        _Run(memory, flow, position, sequence).begin(began=position.began)


def _until(memory: Memory, wait: Wait, position: Position) -> str:
    """Say until when a position waits in a campaign that is stopped."""
    if position.due is None:
        return f"until {_dated(wait)}"
    if position.due > memory.now:
        return f"until {timers.written(position.due, memory.own_zone)}"
    return "until the campaign goes on, which is stopped (C9)"


def _dated(wait: Wait) -> str:
    return f"field {wait.until_field} has a date (C9)"


class _After(Enum):
    """What follows when a wait was looked at."""

    STAYS = auto()
    GOES_ON = auto()
    PASSES_OVER = auto()


class _Run:
    """One run of one position through its sequence."""

    def __init__(
        self, memory: Memory, flow: LiveFlow, position: Position, sequence: Sequence
    ) -> None:
        self.memory = memory
        self.flow = flow
        self.position = position
        self.steps = sequence.steps

    def begin(self, began: Instant | None = None) -> None:
        """Begin the position's step (the first one, of a new position) with its wait.

        Args:
            began: When that wait began, if it is not beginning now.
        """
        keys = [step.key for step in self.steps]
        index = 0 if self.position.step is None else keys.index(self.position.step)
        self._run(index, self.memory.now if began is None else began)

    def go_on(self) -> None:
        """Go on after the wait of the position's step."""
        index = [step.key for step in self.steps].index(self.position.step or "")
        self._act(self.steps[index])
        self._run(index + 1, self.memory.now)

    def handle(self, wait: Wait, due: Instant) -> None:
        """Go on after a wait that is over, now or in the hours it allows (C9)."""
        if not self._is_late(wait, due, replace(self.position, began=None), self.position.where):
            self.go_on()

    def _is_late(self, wait: Wait, due: Instant, waiting: Position, where: str) -> bool:
        """Whether a position has to wait for the next hours that a wait allows (C9)."""
        memory, zone = self.memory, self.memory.own_zone
        handled = timers.handled(wait, due, memory.now, zone)
        if handled <= memory.now:
            return False
        memory.positions[waiting.identity] = replace(waiting, due=handled)
        why = f"until {timers.written(handled, zone)}, late (C9)"
        memory.tell("waiting", self.flow, where, why)
        return True

    def catch_up(self, due: Instant) -> None:
        """Do the next step that is owed, and those after it that do not wait; then go on (M4)."""
        memory, flow = self.memory, self.flow
        key = self._owed
        wait = flow.wait(self.position.node, key)
        if wait is not None and self._is_late(wait, due, self.position, self._at(key)):
            return
        while self.position.owed:
            self._act(next(step for step in self.steps if step.key == self._owed))
            rest = self.position.owed[1:]
            self.position = catching_up(
                flow,
                self.position.resumed(),
                rest,
                memory.now,
                memory.contact,
                memory.now,
                memory.zone,
            )
            memory.positions[self.position.identity] = self.position
            if self.position.owed and (self.position.due or 0) > memory.now:
                until = timers.written(self.position.due or 0, memory.own_zone)
                memory.tell("waiting", flow, self._at(self._owed), f"until {until}")
                return
        if self.position.due is not None and self.position.due <= memory.now:
            sequence = flow.flow.campaign.sequences[self.position.node]
            fire(memory, flow, self.position, sequence, self.position.due)

    @property
    def _owed(self) -> str:
        """The key of the next step that is owed."""
        return self.flow.addresses[self.position.owed[0]].partition(".")[2]

    def _at(self, key: str) -> str:
        return f"{self.position.node}.{key}"

    def _run(self, index: int, began: Instant) -> None:
        while index < len(self.steps):
            step = self.steps[index]
            match self._wait(step, began):
                case _After.STAYS:
                    return
                case _After.GOES_ON:
                    self._act(step)
                    index += 1
                case _After.PASSES_OVER:
                    index = self._pass_over(index)
                case after:
                    assert_never(after)
            began = self.memory.now
        self.finish()

    def finish(self) -> None:
        """Leave the sequence at its end; one whom a goal has overtaken follows no arrow (C3)."""
        flow, node = self.flow, self.position.node
        self.memory.positions.pop(self.position.identity, None)
        if self.position.overtaken:
            self.memory.tell("ended", flow, node, "finished, overtaken by a goal (C3)")
        else:
            self.memory.lead(
                flow, node, node, flow.flow.next_nodes(node), self.position, self.position.skip
            )

    # --- waiting ----------------------------------------------------------------------------------

    def _wait(self, step: Step, began: Instant) -> _After:
        """Begin a step's wait, or compute it again (C9)."""
        wait = self.flow.wait(self.position.node, step.key)
        if wait is None:
            return _After.GOES_ON
        memory = self.memory
        match timers.due(wait, began, memory.contact, memory.now, memory.zone):
            case timers.At(instant) if instant > memory.now:
                until = timers.written(instant, memory.own_zone)
                return self._stay(step, began, instant, until)
            case timers.At():
                return _After.GOES_ON
            case timers.Past():
                return self._past(step, wait)
            case timers.Missing():
                return self._missing(step, wait, began)
            case outcome:
                assert_never(outcome)

    def _past(self, step: Step, wait: Wait) -> _After:
        match wait.if_past:
            case IfPast.GO_ON:
                return _After.GOES_ON
            case IfPast.SKIP_STEP:
                return self._skip(step, "its date is past (C9)")
            case IfPast.END:
                return self._end(step, "its date is past (C9)")
            case verdict:
                assert_never(verdict)

    def _missing(self, step: Step, wait: Wait, began: Instant) -> _After:
        match wait.if_missing:
            case IfMissing.HOLD:
                return self._stay(step, began, None, _dated(wait))
            case IfMissing.SKIP_STEP:
                return self._skip(step, f"field {wait.until_field} is empty (C9)")
            case IfMissing.END:
                return self._end(step, f"field {wait.until_field} is empty (C9)")
            case verdict:
                assert_never(verdict)

    def _stay(self, step: Step, began: Instant, due: Instant | None, until: str) -> _After:
        waiting = replace(self.position, step=step.key, began=began, due=due)
        if self.memory.positions.get(waiting.identity) != waiting:
            self.memory.tell("waiting", self.flow, waiting.where, f"until {until}")
        self.memory.positions[waiting.identity] = waiting
        return _After.STAYS

    def _skip(self, step: Step, why: str) -> _After:
        self.memory.tell("skipped", self.flow, f"{self.position.node}.{step.key}", why)
        return _After.PASSES_OVER

    def _end(self, step: Step, why: str) -> _After:
        self.memory.positions.pop(self.position.identity, None)
        self.memory.tell("ended", self.flow, f"{self.position.node}.{step.key}", why)
        return _After.STAYS

    def _pass_over(self, first: int) -> int:
        """Pass over a step and every one up to the next wait; return where that is (C9)."""
        index = first
        while index == first or (index < len(self.steps) and self.steps[index].wait is None):
            step = self.steps[index]
            if step.action is not None:
                self.memory.passed.add(self._passing(step))
            if index > first:
                self._skip(step, "passed over with the wait before it (C9)")
            index += 1
        return index

    # --- acting -----------------------------------------------------------------------------------

    def _passing(self, step: Step) -> tuple[int, int, int]:
        number = self.flow.ids[f"{self.position.node}.{step.key}"]
        return (self.flow.campaign, number, self.position.entry)

    def _act(self, step: Step) -> None:
        """Do a step's action: once in an entry, and only if its condition holds (M3)."""
        if step.action is None:
            return
        memory, flow = self.memory, self.flow
        where, passing = f"{self.position.node}.{step.key}", self._passing(step)
        if passing in memory.passed or passing[1] in self.position.skip:
            memory.tell("skipped", flow, where, "was passed before (M3)")
            memory.passed.add(passing)
            self._forget(passing[1])
            return
        memory.passed.add(passing)
        if not memory.holds(step.if_):
            memory.tell("skipped", flow, where, "its condition does not hold")
            return
        scene = Scene(memory.now, memory.zone, memory.catalogue, flow.ids[self.position.node])
        done = perform(step.action, memory.contact, scene)
        memory.contact = done.contact
        memory.tell("skipped" if done.skipped else "passed", flow, where, done.why)
        if done.order is not None:
            identity, order = Identity(memory.contact.id, *passing), done.order
            memory.effects.append(
                Effect(order.kind, identity, order.resource, memory.now, order.due, order.person)
            )
        for event in done.events:
            memory.tell("event", flow, where, str(event))
            memory.agenda.append(Happening(event))

    def _forget(self, number: int) -> None:
        """Skip a step no more than once: on a loop, it runs the next time."""
        self.position = replace(self.position, skip=self.position.skip - {number})
