"""The part of the store's port that waves need; see `account_engine.stores.port`.

There is one wave at a time (`account_engine.waves`), and its verbs are called within
`Store.writing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from account_engine.events import Enrolment, Event
from account_engine.position import Instant

if TYPE_CHECKING:
    from account_engine.waves import Cohort, Criteria, Outcome, Wave


class WaveStore(Protocol):
    """Many contacts who are alike, moved together."""

    def crowded(self, now: Instant, worth: int, but: Collection[int] = ()) -> tuple[int, ...]:
        """Return the places of published flows where at least so many are due, but not these."""
        ...

    def crowded_events(self, worth: int) -> tuple[Event | Enrolment, ...]:
        """Return the events, and enrolments, that at least so many have in the inbox."""
        ...

    # --- a span of time

    def reachable(self, now: Instant, to: Instant, most: int) -> Instant:
        """Return until when everybody who is due in a published flow can be looked at together.

        Args:
            now: What the clock shows.
            to: The latest moment.
            most: How many may be due by then; as many can wait at one place as at another.
        """
        ...

    def claim_span(self, now: Instant, until: Instant) -> Instant:
        """Lock everybody who is due in a published flow by then, as far as others leave them.

        Returns:
            By when all who are due are ours; now if others have somebody who is due by now.
        """
        ...

    def recording_in_order(self) -> AbstractContextManager[None]:
        """Return a context at whose end its effects are recorded, in the order of their moments.

        Within a moment each contact's stand in the order in which they came.
        """
        ...

    # --- one wave

    def claim_wave(self, wave: Wave, limit: int) -> int:
        """Lock contacts whom a wave takes, all if there are no more; those of others stay.

        Of an event it takes those of whom nothing else is in the inbox.

        Args:
            wave: The wave.
            limit: How many at most.

        Returns:
            How many.
        """
        ...

    def sort_wave(self, wave: Wave, criteria: Criteria, most: int) -> None:
        """Sort contacts who are claimed by their cohort; others than models are left out.

        Args:
            wave: The wave.
            criteria: In what they are not to differ.
            most: How many of them at most.
        """
        ...

    def cohorts(self, criteria: Criteria) -> Iterator[tuple[Cohort, ...]]:
        """Yield the cohorts of those who are sorted, some at a time."""
        ...

    def begin_outcomes(self) -> None:
        """Forget the outcomes of another wave."""
        ...

    def add_outcomes(self, outcomes: Mapping[int, Outcome]) -> None:
        """Note what becomes of cohorts, by number."""
        ...

    def bring_about(self, wave: Wave) -> int:
        """Write what became of everybody who is sorted, and take events out of the inbox.

        Returns:
            Of how many; those without an outcome, or with another past, stay as they are.
        """
        ...
