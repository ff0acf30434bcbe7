"""The part of the store's port for what happens; see `account_engine.stores.port`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from account_engine.effects import Effect, EffectKind
from account_engine.events import Event
from account_engine.position import Instant
from account_engine.stores.records import Received, RecordedEffect, Told
from account_engine.story import Line
from package_format.kinds.model import Json


class HappeningStore(Protocol):
    """What is received, what is told of contacts, and what goes out."""

    # --- what happened

    def add_event(self, contact: int, at: Instant, event: Event) -> int:
        """Put an external event into the inbox, within `receiving`; return its sequence number."""
        ...

    def add_events(self, contacts: Sequence[int], at: Instant, event: Event) -> None:
        """Put an external event of each of these contacts into the inbox, within `receiving`."""
        ...

    def unknown(self, contacts: Sequence[int]) -> tuple[int, ...]:
        """Return those of these contacts who are none of the account."""
        ...

    def count_tagged(
        self, tags: Sequence[int], outside: int | None, besides: Sequence[tuple[int, str]] = ()
    ) -> int:
        """Return how many contacts have any of these tags, and do not stand in a campaign.

        Args:
            tags: The tags; at least one.
            outside: The campaign; None for whoever has a tag.
            besides: Places where they do not stand either, in whichever version: a campaign's id
                and an inner address there (``pitch.offer``; ``pitch`` for its end, or a join).
        """
        ...

    def enrol_tagged(
        self,
        tags: Sequence[int],
        campaign: int,
        at: Instant,
        besides: Sequence[tuple[int, str]] = (),
    ) -> int:
        """Put an enrolment of each whom `count_tagged` counts into the inbox, before all events.

        It is as of an event that names the tags that they have of these. Within `publishing`.

        Returns:
            How many.
        """
        ...

    def received(self, contact: int, limit: int) -> tuple[Received, ...]:
        """Return what waits for a contact in the inbox, in the order in which it came (C10)."""
        ...

    def claim_received(self, limit: int, *, wait: bool = False) -> tuple[int, ...] | None:
        """Lock some contacts who have events in the inbox, by number; as `claim_due`."""
        ...

    def drop_received(self, contact: int, seq: int) -> None:
        """Take a contact's events up to this one out of the inbox: they have had their turn."""
        ...

    def add_story(self, contact: int, lines: Sequence[Line]) -> None:
        """Append to a contact's story."""
        ...

    def story(self, contact: int) -> tuple[Line, ...]:
        """Return a contact's story, oldest first."""
        ...

    def story_before(self, contact: int, seq: int | None, limit: int | None) -> tuple[Told, ...]:
        """Return the newest lines of a contact's story before a number, newest first.

        Args:
            contact: The contact.
            seq: The number; None to begin with the newest there is.
            limit: How many lines at most; None for all of them.
        """
        ...

    def text(self, digest: str, data: Json) -> int:
        """Return the number of a text that effects use, known by its digest, new or not."""
        ...

    def add_effect(self, effect: Effect, digest: str, text: Json) -> None:
        """Record an effect, once for each identity, with the text it uses (C11)."""
        ...

    def effects(self, *, after: int = 0, limit: int | None = None) -> tuple[RecordedEffect, ...]:
        """Return the effects recorded after this number, in the order in which they were."""
        ...

    def effect(self, number: int) -> RecordedEffect | None:
        """Return the effect that was recorded under a number."""
        ...

    def count_effects(self, *, after: int = 0) -> Mapping[EffectKind, int]:
        """Return how many effects of each kind were recorded after this number.

        A post to an endpoint without an address goes nowhere and does not count.
        """
        ...

    def last_effect(self) -> int:
        """Return the number of the newest effect; 0 if there is none."""
        ...
