"""Cohorts: contacts of a wave who do not differ in anything that a turn looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from account_engine.contacts import Contact, ContactState, Points, Value
from account_engine.events import Due, Enrolment, Event
from account_engine.flows import LiveFlow
from account_engine.objects import reference
from account_engine.position import Instant, Position
from account_engine.stores.records import PlaceRow
from package_format.contact_fields import Channel

SOME_TIME_AGO: Final[Instant] = -1
"""When anything began of which a turn does not ask when it did."""

SOME_DAY: Final[Instant] = 10**15
"""Until when somebody waits of whom a turn does not ask until when."""

OWN: Final[Instant] = 4 * 10**15
"""Each contact's own moment; so many seconds more or less are as long after it, or before."""


@dataclass(frozen=True)
class Wave:
    """Whom a wave takes, and what happens to them.

    Attributes:
        stimulus: What happens to each.
        now: When; to those who are due later, at the moment at which they are.
        until: By when one is due whom it takes.
        place: Where all stand who are due; None for an event.
        punctual: Whether it matters when those were due who are late, as their wait has hours or
            weekdays to keep (C9).
        dated: The places where one waits for a date in a field, by number: it matters there until
            when somebody waits who is not due (C9).
        spoken_of: The fields that campaigns speak of: of no others does the value matter.
    """

    stimulus: Due | Enrolment | Event
    now: Instant
    until: Instant
    place: PlaceRow | None = None
    punctual: bool = False
    dated: frozenset[int] = frozenset()
    spoken_of: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """Where the contacts of a cohort stand; see `Position`. Times can be `OWN`."""

    place: int
    entry: int
    overtaken: bool = False
    began: Instant | None = None
    due: Instant | None = None
    arrived: tuple[str, ...] = ()
    owed: tuple[int, ...] = ()
    resumes: Instant | None = None


@dataclass(frozen=True)
class Cohort:
    """What the contacts of a cohort have in common, as far as it is looked at.

    Attributes:
        number: What the store calls it.
        first: The earliest moment of any of them.
        last: The latest one; it is in the same minute.
        standing: Everywhere they stand.
        refused: As in `Contact`.
        owner: As in `Contact`.
        values: As in `Contact`.
        tags: The tags that they have, by number.
        facts: Facts by sort: (subject, number, since).
        entries: As in `ContactState`.
    """

    number: int
    first: Instant
    last: Instant
    standing: tuple[Standing, ...] = ()
    refused: tuple[str, ...] = ()
    owner: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: frozenset[int] = frozenset()
    facts: Mapping[str, tuple[tuple[str, int, Instant], ...]] = field(default_factory=dict)
    entries: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @property
    def contact(self) -> Contact:
        """A contact like them."""
        stages = sorted(self.facts.get("opportunity", ()), key=lambda fact: fact[1])
        return Contact(
            0,
            self.values,
            frozenset(map(reference, self.tags)),
            frozenset(map(Channel, self.refused)),
            self.owner,
            {what: count for what, count, _ in self.facts.get("purchase", ())},
            tuple(stage for stage, *_ in stages),
            {what: count for what, count, _ in self.facts.get("task", ())},
            {what: Points(count, since) for what, count, since in self.facts.get("score", ())},
        )

    def state(
        self, contact: Contact, now: Instant, places: Mapping[int, tuple[LiveFlow, PlaceRow]]
    ) -> ContactState:
        """Return the state of a contact like them; they have passed nothing.

        Args:
            contact: The contact.
            now: Their own moment.
            places: Every place that there is, by number, and its flow.
        """
        positions = (_position(one, now, *places[one.place]) for one in self.standing)
        return ContactState(
            contact, tuple(sorted(positions, key=lambda one: one.identity)), self.entries
        )


def _position(one: Standing, now: Instant, flow: LiveFlow, place: PlaceRow) -> Position:
    return Position(
        *flow.key,
        place.node,
        place.status,
        place.step,
        one.entry,
        SOME_TIME_AGO,
        now if one.began == OWN else one.began,
        now if one.due == OWN else one.due,
        overtaken=one.overtaken,
        arrived=one.arrived,
        owed=one.owed,
        resumes=one.resumes,
    )
