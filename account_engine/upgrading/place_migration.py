"""The migration of a place: all who wait there go on to a campaign's next version together.

As with `waves`, the pure migration of one contact is asked what it does with model contacts: one
who has passed nothing, and one who has passed everything there ever was (M3). Where both are
treated alike, and the way there depends on nothing else of a contact, everybody who waits at that
place goes the same way, and a store moves them with a few statements. All others are migrated
one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from types import MappingProxyType

from account_engine.contacts import Contact, ContactState, Value
from account_engine.flows import LiveFlow
from account_engine.position import Instant, Position, Status
from account_engine.stores.records import PlaceRow, Reckoned
from account_engine.story import Line
from account_engine.upgrading import migration
from account_engine.upgrading.travelled import STAYS, Elsewhere, Migrated, place_of
from package_format.campaign.model import Sequence as Steps
from package_format.campaign.places import Place
from package_format.upgrades.answers import Answer, Outcome

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
class PlaceMigration:
    """Where everybody who waits at one place goes, and to whom that applies.

    It applies to those who stand nowhere else in the flow, who wait for a moment that they know or
    are queued, for whom nothing is skipped, and who are not catching up already.

    Who is to go on in another campaign must not stand there, in whichever version.

    Attributes:
        campaign: The campaign's id.
        version: The version that they leave.
        place: Where they wait.
        goes_to: The id of the campaign in which they wait then; its own for those who leave.
        target: Where they wait then; None if they leave.
        clock: What becomes of their time.
        line: What is told of each; None if nothing is. Why is said with a time that is set anew.
    """

    campaign: int
    version: int
    place: PlaceRow
    goes_to: int
    target: PlaceRow | None
    clock: Clock
    line: Line | None


@dataclass(frozen=True)
class VersionPair:
    """The two versions of a campaign, as far as those matter who go from one to the other.

    Attributes:
        old: The version that is left.
        new: The next one; None if there is none.
        answers: Where the contacts of each place go.
        moves: As in `account_engine.changing.changes.Republish`.
        ever: The ids of every node and step that there was before: what can have been passed.
        now: The moment of the migration.
        zone: The account's time zone.
        elsewhere: As in `account_engine.upgrading.migration.migrate`.
    """

    old: LiveFlow
    new: LiveFlow | None
    answers: Mapping[Place, Answer | None]
    moves: tuple[tuple[str, str], ...]
    ever: frozenset[int]
    now: Instant
    zone: str
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)

    def place_migration(
        self, place: PlaceRow, targets: Mapping[int, Sequence[PlaceRow]]
    ) -> PlaceMigration | None:
        """Return where everybody at a place goes; None if that is not the same for all.

        Args:
            place: A place of the old version.
            targets: Every place of the new one, and of the other campaigns' flows, by campaign.
        """
        queued = place.status is Status.QUEUED
        before = self._waiting(place, self.now - _BEGAN, None if queued else self.now + _STILL)
        answer = self.answers.get(place_of(before))
        if answer is None or not self._is_plain(place, answer):
            return None
        models = [self._migrated(before, passed) for passed in (frozenset(), self._everything)]
        if models[0].travelled != models[1].travelled or models[0].story != models[1].story:
            return None
        campaign, version = self.old.key
        if answer.outcome is Outcome.EXIT:
            (left,) = models[0].story
            return PlaceMigration(campaign, version, place, campaign, None, Clock.KEEPS, left)
        after = _arrived(models[0])
        if after is None or after.skip or models[0].state.entries != self._entries:
            return None
        target = next(
            one
            for one in targets[after.campaign]
            if (one.node, one.step, one.status) == (after.node, after.step, after.status)
        )
        clock = Clock.IS_SET_ANEW if answer.catch_up else _clock(before, after)
        if not answer.catch_up and clock is not self._other_clock(before):
            return None
        line = models[0].story[0] if models[0].story else None
        if clock is Clock.IS_SET_ANEW:  # of each as it is reckoned
            line = Line(self.now, "migrated", before.campaign, before.where, "")
        return PlaceMigration(campaign, version, place, after.campaign, target, clock, line)

    def _is_plain(self, place: PlaceRow, answer: Answer) -> bool:
        """Whether who stands at a place leaves, or stays in the sequence and waits for no field."""
        if answer.outcome is Outcome.EXIT:
            return place.status in (Status.RUNNING, Status.QUEUED)
        new = self._flow(answer)
        if answer.outcome is not Outcome.GO_ON or new is None:
            return False
        if self.old.ids[place.node] != new.ids.get(answer.node):
            return False
        steps = (new.ids.get(f"{answer.node}.{each.step}") for each in answer.catch_up)
        if any(number in self.ever for number in steps):
            return False
        if place.status is Status.QUEUED:
            return answer.same and isinstance(self.old.flow.nodes[place.node], Steps)
        if place.status is not Status.RUNNING or place.step is None or answer.step is None:
            return False
        wait = new.wait(answer.node, answer.step)
        return wait is not None and wait.until_field is None

    def _flow(self, answer: Answer) -> LiveFlow | None:
        if not answer.campaign:
            return self.new
        way = self.elsewhere.get(answer.campaign)
        return way.flow if way else None

    @property
    def _flows(self) -> tuple[LiveFlow, ...]:
        ways = (self.new, *(way.flow for way in self.elsewhere.values()))
        return (self.old, *(flow for flow in ways if flow is not None))

    def timed(
        self, way: PlaceMigration, began: Instant, due: Instant | None, own_zone: str | None
    ) -> Reckoned:
        """Return what becomes of a time that is set anew.

        Args:
            way: Where they go.
            began: When the wait began.
            due: When it would have ended; None for those who are queued.
            own_zone: The contact's own time zone, if they have one.
        """
        before = self._waiting(way.place, began, due)
        migrated = self._migrated(before, frozenset(), own_zone)
        after = _arrived(migrated)
        if after is None:
            return Reckoned(began, due, (), None, None)
        why = migrated.story[0].why if migrated.story else None
        return Reckoned(after.began, after.due, after.owed, after.resumes, why)

    def _other_clock(self, before: Position) -> Clock | None:
        """What becomes of the time of somebody who has waited for longer."""
        due = None if before.due is None else self.now + 2 * _STILL
        longer = replace(before, began=self.now - 3 * _BEGAN, due=due)
        after = _arrived(self._migrated(longer, frozenset()))
        return None if after is None else _clock(longer, after)

    def _waiting(self, place: PlaceRow, began: Instant, due: Instant | None) -> Position:
        return Position(
            self.old.campaign,
            self.old.version,
            place.node,
            place.status,
            place.step,
            entry=1,
            entered=began,
            began=began,
            due=due,
        )

    @property
    def _entries(self) -> dict[tuple[int, int], int]:
        return {(f.campaign, f.ids[key]): 1 for f in self._flows for key in f.flow.nodes}

    @property
    def _everything(self) -> frozenset[tuple[int, int, int]]:
        """Every step that there ever was, passed."""
        steps = {*self.old.ids.values(), *self.ever}
        campaigns = {flow.campaign for flow in self._flows}
        return frozenset((one, number, 1) for one in campaigns for number in steps)

    def _migrated(
        self,
        before: Position,
        passed: frozenset[tuple[int, int, int]],
        own_zone: str | None = None,
    ) -> Migrated:
        values: Mapping[str, Value] = (
            MappingProxyType({}) if own_zone is None else {"time_zone": own_zone}
        )
        state = ContactState(Contact(0, values), (before,), self._entries, passed)
        return migration.migrate(
            self.old,
            self.new,
            self.answers,
            state,
            now=self.now,
            zone=self.zone,
            moves=self.moves,
            elsewhere=self.elsewhere,
        )


def _arrived(migrated: Migrated) -> Position | None:
    if migrated.unanswered or len(migrated.travelled) != 1:
        return None
    return migrated.travelled[0].after


def _clock(before: Position, after: Position) -> Clock:
    if after.due == before.due:
        return Clock.KEEPS if after.began == before.began else Clock.FORGETS_WHEN_IT_BEGAN
    return Clock.IS_SET_ANEW


def place_migrations(
    versions: VersionPair, places: Sequence[PlaceRow], targets: Mapping[int, Sequence[PlaceRow]]
) -> tuple[PlaceMigration, ...]:
    """Return the migration of each place from which everybody goes the same way."""
    found = (versions.place_migration(place, targets) for place in places)
    return tuple(way for way in found if way is not None)


def staying(campaign: int, place: PlaceRow, now: Instant) -> Line:
    """Return what is told of each who stands at a place and finishes on the old version (M7)."""
    where = place.node if place.step is None else f"{place.node}.{place.step}"
    return Line(now, "migrated", campaign, where, STAYS)
