"""Passages: all who wait at one place, carried to the next version of a campaign together.

As with `waves`, the pure migration of one contact is asked what it does with model contacts: one
who has passed nothing, and one who has passed everything there ever was (M3). Where both are
treated alike, and the way there depends on nothing else of a contact, everybody who waits at that
place goes the same way, and a store carries them with a few statements. All others are migrated
one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType

from account_engine import migration
from account_engine.contacts import Contact, ContactState, Value
from account_engine.flows import LiveFlow
from account_engine.migration import Migrated
from account_engine.position import Instant, Position, Status
from account_engine.stores.records import PlaceRow
from account_engine.story import Line
from package_format.answers import Answer, Outcome
from package_format.campaign.places import Place

_BEGAN = 12_345
"""How many seconds ago the model contacts began to wait."""

_STILL = 98_765
"""For how many seconds they still wait."""


class Clock(Enum):
    """What becomes of the time until which one waits (M5)."""

    KEEPS = auto()
    FORGETS_WHEN_IT_BEGAN = auto()
    IS_SET_ANEW = auto()


@dataclass(frozen=True)
class Passage:
    """Where everybody who waits at one place goes, and to whom that applies.

    It applies to those who stand nowhere else in the flow, who wait for a moment that they know,
    and for whom nothing is skipped.

    Attributes:
        campaign: The campaign's id.
        version: The version that they leave.
        place: Where they wait.
        target: Where they wait then.
        clock: What becomes of their time.
        line: What is told of each; None if nothing is.
    """

    campaign: int
    version: int
    place: PlaceRow
    target: PlaceRow
    clock: Clock
    line: Line | None


@dataclass(frozen=True)
class Crossing:
    """What carrying needs to know of the two versions.

    Attributes:
        old: The version that is left.
        new: The next one.
        answers: Where the contacts of each place go.
        moves: As in `account_engine.changes.Republish`.
        ever: The ids of every node and step that there was before: what can have been passed.
        now: The moment of the migration.
        zone: The account's time zone.
    """

    old: LiveFlow
    new: LiveFlow
    answers: Mapping[Place, Answer | None]
    moves: tuple[tuple[str, str], ...]
    ever: frozenset[int]
    now: Instant
    zone: str

    def passage(self, place: PlaceRow, targets: Iterable[PlaceRow]) -> Passage | None:
        """Return where everybody at a place goes; None if that is not the same for all.

        Args:
            place: A place of the old version.
            targets: Every place of the new one.
        """
        if place.status is not Status.RUNNING or place.step is None:
            return None
        before = self._waiting(place, self.now - _BEGAN, self.now + _STILL)
        answer = self.answers.get(migration.place_of(before))
        if answer is None or answer.outcome is not Outcome.GO_ON or answer.step is None:
            return None
        if self.old.ids[place.node] != self.new.ids.get(answer.node):
            return None
        wait = self.new.wait(answer.node, answer.step)
        if wait is None or wait.until_field is not None:
            return None
        models = [self._migrated(before, passed) for passed in (frozenset(), self._everything)]
        if models[0].travelled != models[1].travelled or models[0].story != models[1].story:
            return None
        after = _arrived(models[0])
        if after is None or after.skip or models[0].state.entries != self._entries(before):
            return None
        target = next(
            one
            for one in targets
            if (one.node, one.step, one.status) == (after.node, after.step, after.status)
        )
        clock = _clock(before, after)
        if clock is not self._other_clock(before):
            return None
        line = models[0].story[0] if models[0].story else None
        return Passage(self.old.campaign, self.old.version, place, target, clock, line)

    def timed(
        self, passage: Passage, began: Instant, due: Instant, own_zone: str | None
    ) -> tuple[Instant | None, Instant | None, bool]:
        """Return when a wait began and ends that is set anew, and whether that is told of.

        Args:
            passage: Where they go.
            began: When it began.
            due: When it would have ended.
            own_zone: The contact's own time zone, if they have one.
        """
        before = self._waiting(passage.place, began, due)
        migrated = self._migrated(before, frozenset(), own_zone)
        after = _arrived(migrated)
        if after is None:
            return began, due, False
        return after.began, after.due, bool(migrated.story)

    def _other_clock(self, before: Position) -> Clock | None:
        """What becomes of the time of somebody who has waited for longer."""
        longer = replace(before, began=self.now - 3 * _BEGAN, due=self.now + 2 * _STILL)
        after = _arrived(self._migrated(longer, frozenset()))
        return None if after is None else _clock(longer, after)

    def _waiting(self, place: PlaceRow, began: Instant, due: Instant) -> Position:
        return Position(
            self.old.campaign,
            self.old.version,
            place.node,
            Status.RUNNING,
            place.step,
            entry=1,
            entered=began,
            began=began,
            due=due,
        )

    def _entries(self, before: Position) -> dict[tuple[int, int], int]:
        nodes = {self.old.ids[key] for key in self.old.flow.nodes}
        nodes |= {self.new.ids[key] for key in self.new.flow.nodes}
        return {(before.campaign, number): 1 for number in nodes}

    @property
    def _everything(self) -> frozenset[tuple[int, int, int]]:
        """Every step that there ever was, passed."""
        steps = {*self.old.ids.values(), *self.ever}
        return frozenset((self.old.campaign, number, 1) for number in steps)

    def _migrated(
        self,
        before: Position,
        passed: frozenset[tuple[int, int, int]],
        own_zone: str | None = None,
    ) -> Migrated:
        values: Mapping[str, Value] = (
            MappingProxyType({}) if own_zone is None else {"time_zone": own_zone}
        )
        state = ContactState(Contact(0, values), (before,), self._entries(before), passed)
        return migration.migrate(
            self.old,
            self.new,
            self.answers,
            state,
            now=self.now,
            zone=self.zone,
            moves=self.moves,
        )


def _arrived(migrated: Migrated) -> Position | None:
    if migrated.unanswered or len(migrated.travelled) != 1:
        return None
    return migrated.travelled[0].after


def _clock(before: Position, after: Position) -> Clock:
    if after.due == before.due:
        return Clock.KEEPS if after.began == before.began else Clock.FORGETS_WHEN_IT_BEGAN
    return Clock.IS_SET_ANEW


def passages(
    crossing: Crossing, places: Sequence[PlaceRow], targets: Sequence[PlaceRow]
) -> tuple[Passage, ...]:
    """Return every passage from one version's places to the next one's."""
    found = (crossing.passage(place, targets) for place in places)
    return tuple(passage for passage in found if passage is not None)
