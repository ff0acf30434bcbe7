"""Work: what was received and what is due has its turns, in any number of processes (C5, C10).

Whoever works claims contacts, and gives those all their turns that have come: first what was
received for them, in its order, then their timers. What others have claimed is passed over, and a
process that dies leaves its contacts as they were, for the next one. The clock goes on only when
nobody is at work on an earlier moment.

Contacts are independent of each other (C1), so that time need not stop at each moment at which
somebody is due. Everybody who is due within a *span* of time has their turns in one transaction,
each at their own moments: those who are alike together, the others one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from account_engine import interpreter
from account_engine.catalogue import NOTHING
from account_engine.contacts import Contact, ContactState
from account_engine.effects import Effect
from account_engine.errors import ClockError, EngineBugError
from account_engine.events import Enrolment, Event, Stimulus
from account_engine.flows import LiveFlow
from account_engine.language.facts import changed
from account_engine.lookup import known, live, state_of
from account_engine.objects import number_of
from account_engine.position import Instant
from account_engine.receiving import AccountInbox
from account_engine.story import Line
from account_engine.waves import Taker, Wave

BATCH = 500
"""How many contacts' turns, and how many events of one, are written in one transaction."""

WAVE = 200_000
"""How many contacts are moved together in one transaction."""

SAMPLE = 500
"""By how many of them it is found out what their turns look at."""

ALONE = 100
"""As how many who are moved together one counts who is moved alone."""


@dataclass(frozen=True)
class Ticked:
    """What the passing of time came to.

    Attributes:
        now: What the clock shows.
        turns: How many timers were due.
    """

    now: Instant
    turns: int


class _Taken(NamedTuple):
    """What became of a wave.

    Attributes:
        moved: How many it moved.
        over: Whether there is nobody else whom it could take.
        goes_on: Whether some are left where they are, or may be due again in the span.
    """

    moved: int
    over: bool
    goes_on: bool = False


class AccountWork(AccountInbox):
    """The working half of an account; see `account_engine.account.Account`."""

    _stamp = -1
    _flows: tuple[LiveFlow, ...] = ()
    _catalogue = NOTHING
    _taker: Taker | None = None
    _crowded: list[Event | Enrolment] | None = None
    _left_alone: tuple[tuple[Instant, int], set[int]] = ((-1, -1), set())

    _goes_on = False
    """Whether somebody in the last wave may be due again in the span."""

    worth = 200
    """How many have to be due at one place before they are moved together."""

    _reach = BATCH
    """How many may be due in a span of time: more, the faster the last span was."""

    # --- what came from outside

    def catch_up(self) -> int:
        """Give everything that was received its turn, at the moment that the clock shows.

        Returns:
            How many events it was, not counting those of other processes.
        """
        events, self._crowded = 0, None
        while True:
            with self._store.writing():
                heard = self._hear_together()
                if heard:
                    events += heard
                    continue
                crowd = self._store.claim_received(BATCH, wait=True)
                if not crowd:
                    return events
                events += sum(self._hear(state_of(self._store, one))[1] for one in crowd)
                self._store.delete_empty_retired()

    def wake(self, now: Instant) -> None:
        """Let the clock show this moment, later than it did, though nobody was at work meanwhile.

        Timers that were due have their turn when time passes next, late, at the moment of handling
        (C9); an earlier moment changes nothing.
        """
        with self._store.writing():
            self._store.set_clock(max(now, self._store.identity().clock))

    def next_timer(self, until: Instant) -> Instant | None:
        """Return when a timer is due next, if that is no later than this."""
        with self._store.reading():
            return self._store.next_due(until)

    def clock(self) -> Instant:
        """Return what the account's clock shows."""
        with self._store.reading():
            return self._store.identity().clock

    def tick(self, to: Instant, *, stopped: Callable[[], bool] = bool) -> Ticked:
        """Let time pass: every timer that is due by then has its turn, at its own moment.

        Written in batches, each with the clock that it has come to, so that whoever is interrupted
        can go on, and several processes can share the work. What was received has its turn first.

        Args:
            to: Until when.
            stopped: Says, between two batches, whether to leave the rest for another time.

        Raises:
            ClockError: The clock shows a later time already.
            AccountBusyError: Others are at work for longer than we wait.
        """
        turns, self._crowded = 0, None
        while True:
            with self._store.writing():
                now = self._store.identity().clock
                if to < now:
                    raise ClockError(
                        f"the account's clock cannot run backwards, by {now - to} seconds"
                    )
                done, arrived = self._pass_time(now, to)
                self._store.delete_empty_retired()
            turns += done
            if arrived or stopped():
                return Ticked(self.clock(), turns)

    def _pass_time(self, now: Instant, to: Instant) -> tuple[int, bool]:
        """Run one batch and set the clock; return how many timers, and whether `to` is reached."""
        turns = contacts = 0
        while contacts < BATCH:
            left, alone = BATCH - contacts, contacts == 0
            if alone and self._hear_together():
                break
            crowd = self._store.claim_received(left, wait=alone)
            if crowd == ():
                due = self._store.next_due(to)
                if due is None:
                    self._store.set_clock(to)
                    return turns, True
                now = max(now, due)
                until = self._span(now, to)
                if until > now:
                    turns += self._pass_span(now, until)
                    now = until
                    break
                if moved := self._move_together(now, now, set()):
                    turns, contacts = turns + moved, contacts + moved
                    continue
                crowd = self._store.claim_due(now, left, wait=alone)
            if crowd is None:  # others are at them: what we have done makes room for what they do
                break
            turns += sum(self._work_on(number, now, now) for number in crowd)
            contacts += len(crowd)
        self._store.set_clock(now)
        return turns, False

    # --- spans of time

    def _span(self, now: Instant, to: Instant) -> Instant:
        """Return until when all who are due can have their turns at once; now if there is no more.

        It is no later than `to`, and others are at work on nobody who is due by then.
        """
        until = self._store.reachable(now, to, self._reach)
        return self._store.claim_span(now, until) if until > now else now

    def _pass_span(self, now: Instant, until: Instant) -> int:
        """Give everybody who is due within a span all their turns; return how many it was."""
        together = alone = turns = 0
        settled: set[int] = set()  # who looked for somebody there would come by all who were
        with self._store.recording_in_order():
            while self._store.next_due(until, settled) is not None:
                if moved := self._move_together(now, until, settled):
                    together += moved
                    continue
                crowd = self._store.claim_due(until, BATCH)
                if not crowd:  # others are at somebody who has come to be due just now
                    break
                turns += sum(self._work_on(number, now, until) for number in crowd)
                alone += len(crowd)
        cost = together + ALONE * max(alone, turns)
        self._reach = min(WAVE, max(BATCH, self._reach * WAVE // max(cost, WAVE // 4)))
        return together + turns

    # --- waves

    def _move_together(self, now: Instant, until: Instant, settled: set[int]) -> int:
        """Move many who are due at one place at once; return how many, none if it is not worth it.

        Whom it leaves where they are, one has to look at one by one, in this span.

        Args:
            now: The moment of those who are late.
            until: The end of the span.
            settled: Places where nobody who is ours is due by then any more; it is kept up.
        """
        if self._left_alone[0] != (until, self._store.stamp()):
            self._left_alone = ((until, self._store.stamp()), set())
        for number in self._store.crowded(until, self.worth, settled):
            if number in self._left_alone[1]:
                continue
            taken = self._move(number, now, until)
            if not taken.moved or (taken.over and until == now):
                self._left_alone[1].add(number)
            if taken.goes_on:
                settled.clear()
            elif taken.moved and taken.over:
                settled.add(number)
            if taken.moved:
                return taken.moved
        return 0

    def _hear_together(self) -> int:
        """Let an event that many have received have its turn; return of how many it had."""
        if self._crowded is None:
            self._crowded = list(self._store.crowded_events(self.worth))
        while self._crowded:
            now = self._store.identity().clock
            taken = self._take(self._model().hearing(self._crowded[0], now))
            if taken.over or not taken.moved:
                del self._crowded[0]
            if taken.moved:
                return taken.moved
        return 0

    def _move(self, number: int, now: Instant, until: Instant) -> _Taken:
        """Move those who are due at a place."""
        wave = self._model().due_at(number, now, until)
        return _Taken(0, over=True) if wave is None else self._take(wave)

    def _take(self, wave: Wave) -> _Taken:
        """Take the contacts of a wave."""
        store = self._store
        claimed = store.claim_wave(wave, WAVE)
        moved = 0
        self._goes_on = False
        if claimed:
            store.begin_outcomes()
            if claimed > SAMPLE:
                at_once = replace(wave, until=wave.now)  # what they look at is the same at any time
                while not self._is_sorted(at_once, SAMPLE, last=False):
                    pass
            while not self._is_sorted(wave, WAVE, last=True):
                pass
            moved = store.bring_about(wave)
        return _Taken(moved, over=claimed < WAVE, goes_on=self._goes_on or moved < claimed)

    def _is_sorted(self, wave: Wave, most: int, *, last: bool) -> bool:
        """Sort contacts of a wave; return whether all that is looked at was known."""
        store, model = self._store, self._model()
        criteria = model.criteria(wave)
        store.sort_wave(wave, criteria, most)
        for cohorts in store.cohorts(criteria):
            outcomes = model.outcomes(wave, cohorts)
            if outcomes is None:
                if last:
                    store.begin_outcomes()
                return False
            if last:
                store.add_outcomes(outcomes)
                self._goes_on |= any(
                    put.may_be_due(wave.now, wave.until)
                    for outcome in outcomes.values()
                    for put in outcome.puts
                )
        return True

    def _model(self) -> Taker:
        flows = self._live()
        if self._taker is None:
            places = {flow.key: self._store.places(*flow.key) for flow in flows}
            self._taker = Taker(flows, self._catalogue, places, self._zone())
        return self._taker

    # --- turns

    def _work_on(self, contact: int, now: Instant, until: Instant) -> int:
        """Let all that comes for a contact in a span have its turns; return how many timers.

        What was received comes first, no earlier than the first timer: the contact may have had
        turns in this span already, and their time does not run backwards (C10).
        """
        flows, state, turns = self._live(), state_of(self._store, contact), 0
        following = interpreter.next_due(flows, state)
        begin = until if following is None else max(now, min(following[0], until))
        state, heard = self._hear(state, begin)
        if heard == BATCH:
            return 0  # a flood: there may be more, and it comes before the timers
        before = state
        effects: list[Effect] = []
        story: list[Line] = []
        while (following := interpreter.next_due(flows, state)) and following[0] <= until:
            turn = self._turn(state, following[1], max(begin, following[0]))
            if turn.state == state:
                raise EngineBugError(f"the timer {following[1]} of {contact} never ends")
            state, turns = turn.state, turns + 1
            effects += turn.effects
            story += turn.story
        self._save(before, interpreter.Turn(state, tuple(effects), tuple(story)))
        return turns

    def _hear(self, state: ContactState, now: Instant = 0) -> tuple[ContactState, int]:
        """Let what was received for a contact have its turns; return how many events it was."""
        contact = state.contact.id
        received = self._store.received(contact, BATCH)
        if received:  # by now the contact is ours, and the clock may have gone on meanwhile
            now = max(now, self._store.identity().clock)
        for one in received:
            what = one.stimulus
            said = changed(state.contact, what) if isinstance(what, Event) else state.contact
            if said is not None:
                turn = self._turn(replace(state, contact=said), what, now)
                self._save(state, turn)
                state = turn.state
        if received:
            self._store.drop_received(contact, received[-1].seq)
        return state, len(received)

    def _up_to_date(self, contact: int) -> ContactState:
        """Return a contact's state for what happens now: what was received before comes before."""
        while True:
            state, heard = self._hear(state_of(self._store, contact))
            if heard < BATCH:
                return state

    def _happen(self, state: ContactState, event: Event, contact: Contact) -> tuple[Line, ...]:
        """Handle an event from outside that has changed the contact to this; return the story."""
        now = self._store.identity().clock
        turn = self._turn(replace(state, contact=contact), event, now)
        self._save(state, turn)
        self._store.delete_empty_retired()
        return turn.story

    def _turn(self, state: ContactState, stimulus: Stimulus, now: Instant) -> interpreter.Turn:
        flows = self._live()
        return interpreter.turn(flows, state, stimulus, now, self._zone(), self._catalogue)

    def _save(self, before: ContactState, turn: interpreter.Turn) -> None:
        self._store.save(before, turn.state)
        self._store.add_story(before.contact.id, turn.story)
        for effect in turn.effects:
            number = number_of(effect.resource)
            text = self._store.object(number) if number else None
            if text is None:
                raise EngineBugError(f"{effect.identity} sends {effect.resource}, which is gone")
            self._store.add_effect(effect, text.digest, text.data)

    def _live(self) -> tuple[LiveFlow, ...]:
        """Every flow, read again only when the account's resources have changed."""
        stamp = self._store.stamp()
        if stamp != self._stamp:
            self._flows = tuple(live(row) for row in self._store.flows())
            self._catalogue = known(self._store, self._flows)
            self._taker = None
            self._stamp = stamp
        return self._flows

    def _zone(self) -> str:
        return self._store.identity().zone
