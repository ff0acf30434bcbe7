"""The part of the store's port that contacts need; see `account_engine.stores.port`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from account_engine.contacts import Contact, ContactState, Value
from account_engine.position import Instant
from account_engine.stores.records import Crowd, PlaceRow, Reckoning
from account_engine.story import Line

if TYPE_CHECKING:
    from account_engine.upgrading.place_migration import PlaceMigration


class ContactStore(Protocol):
    """Contacts, and where they stand."""

    # --- contacts

    def add_contact(self, values: Mapping[str, Value], tags: Iterable[int]) -> int:
        """Add a contact and return their number."""
        ...

    def contacts(self, *, after: int = 0, limit: int | None = None) -> tuple[Contact, ...]:
        """Return contacts by number, those after this one."""
        ...

    def known_contacts(self, numbers: Iterable[int]) -> Mapping[int, Contact]:
        """Return those of these contacts that there are, by number; see `state` for one alone."""
        ...

    def count_contacts(self) -> int:
        """Return how many contacts there are."""
        ...

    def find_contacts(self, field: str, folded: str) -> tuple[int, ...]:
        """Return the contacts with this (normalised) value in a field, by number."""
        ...

    def has_contact(self, number: int) -> bool:
        """Return whether there is a contact with this number."""
        ...

    def state(self, contact: int) -> ContactState | None:
        """Return all that a turn reads and writes."""
        ...

    def save(self, old: ContactState, new: ContactState) -> None:
        """Write what differs between two states of one contact."""
        ...

    # --- positions

    def next_due(self, until: Instant, but: Collection[int] = ()) -> Instant | None:
        """Return the earliest due time by then in published flows, but not at these places."""
        ...

    def claim_due(self, now: Instant, limit: int, *, wait: bool = False) -> tuple[int, ...] | None:
        """Lock some contacts who have something due by now in a published flow, by number.

        Args:
            now: By when.
            limit: How many at most.
            wait: Whether to wait for other processes if they have all of them locked. Who has
                locked contacts waits for nobody: two such could wait for each other for ever.

        Returns:
            The contacts; None if there are some, but others have locked them all.

        Raises:
            AccountBusyError: Others have locked them for longer than we wait.
        """
        ...

    # --- places

    def places(self, campaign: int, version: int) -> tuple[PlaceRow, ...]:
        """Return every place of a flow, by number."""
        ...

    def crowds(self, campaign: int, now: Instant) -> tuple[Crowd, ...]:
        """Return who stands where in a campaign, by version, node, step and status.

        Args:
            campaign: The campaign.
            now: By when somebody is overdue.
        """
        ...

    def travellers(self, campaign: int, version: int) -> tuple[int, ...]:
        """Return the contacts who stand in one flow, by number."""
        ...

    def count_travellers(self, campaign: int, version: int) -> int:
        """Return how many contacts stand in one flow."""
        ...

    def count_waiting(self, campaign: int, version: int) -> int:
        """Return how many of them stand only where they are queued, until a goal moves them."""
        ...

    def migrate_place(self, way: PlaceMigration, now: Instant, reckoning: Reckoning) -> int:
        """Move all to whom a migration of a place applies to the next version; others stay.

        Args:
            way: From where to where.
            now: The moment of the migration.
            reckoning: Says what becomes of their times, where they are set anew.

        Returns:
            How many were moved.
        """
        ...

    def tell_everybody(self, place: PlaceRow, line: Line) -> None:
        """Tell the same of everybody who stands at a place."""
        ...

    def bring_along(self, source: int, target: int, ids: Sequence[tuple[int, int]]) -> None:
        """Let what was entered and passed count elsewhere (C6, M3): `entries.brought_along`."""
        ...
