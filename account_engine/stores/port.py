"""The port behind which an account is kept: small verbs over rows, and transactions around them.

A store knows no rules. Every rule of an account is in the modules above, so that each store is held
to one conformance suite (``tests/account_engine/stores``) and nothing else. Verbs are called inside
`Store.reading` or `Store.writing`; they take and give values, never cursors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from account_engine.category import Category
from account_engine.contacts import Contact, ContactState, Value
from account_engine.effects import Effect, EffectKind
from account_engine.events import Event
from account_engine.keys import ApiKey
from account_engine.objects import StoredObject
from account_engine.position import Instant
from account_engine.stores.delivery_port import DeliveryStore
from account_engine.stores.departure_port import DepartureStore
from account_engine.stores.records import (
    Crowd,
    FlowRow,
    Identity,
    Listening,
    PlaceRow,
    Received,
    Reckoning,
    RecordedEffect,
    Revision,
    Told,
)
from account_engine.stores.wave_port import WaveStore
from account_engine.story import Line
from package_format.kinds.model import Json

if TYPE_CHECKING:
    from account_engine.upgrading.place_migration import PlaceMigration

PATIENCE = 2.0
"""For how many seconds we wait for another process, unless told otherwise."""


class Store(DeliveryStore, WaveStore, DepartureStore, Protocol):
    """Where one account is kept."""

    def fault(self) -> str | None:
        """Return what no account would have written, in words; None if all is sound."""
        ...

    # --- transactions

    def reading(self) -> AbstractContextManager[None]:
        """Return a context in which everything read is of one moment."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Return a context that is written whole at its end, or not at all if it raises.

        Contacts whose state is read in it are locked until then. Objects and flows stay what they
        are, and are not written, but for retired flows that go because nobody is in them (M7).

        Raises:
            AccountBusyError: Another process is writing, and went on for longer than we wait.
            DatabaseError: The database cannot be reached, or has no room.
        """
        ...

    def publishing(self) -> AbstractContextManager[None]:
        """Return a context like `writing`, for all of the account: nobody else writes meanwhile.

        Other contexts can stand within it, but it cannot stand in one of those.

        Raises:
            AccountBusyError: Likewise.
            DatabaseError: Likewise.
        """
        ...

    def receiving(self) -> AbstractContextManager[None]:
        """Return a context in which events can be put into the inbox, of its own and in no other.

        It waits for nobody who writes or publishes, however long that takes.

        Raises:
            AccountBusyError: The inbox itself is taken for longer than we wait.
            DatabaseError: The database cannot be reached, or has no room.
        """
        ...

    def close(self) -> None:
        """Let go of the database; closing twice does nothing."""
        ...

    # --- the account

    def identity(self) -> Identity:
        """Return what the account is."""
        ...

    def set_clock(self, now: Instant) -> None:
        """Set the account's clock forward; one that shows a later time already stays."""
        ...

    def stamp(self) -> int:
        """Return a number that changes whenever objects or flows do."""
        ...

    def take_numbers(self, counter: str, count: int) -> int:
        """Take this many numbers, never given out before, and return the first."""
        ...

    # --- who may ask

    def put_key(self, key: ApiKey) -> None:
        """Write a key; of one that is there, only whether it is revoked."""
        ...

    def key(self, key: str) -> ApiKey | None:
        """Return the key with this id, revoked or not."""
        ...

    def api_keys(self) -> tuple[ApiKey, ...]:
        """Return every key, revoked or not, oldest first."""
        ...

    # --- tag categories

    def put_category(self, category: Category) -> None:
        """Write a category of tags, new or not."""
        ...

    def categories(self) -> tuple[Category, ...]:
        """Return the categories that were written, by id."""
        ...

    def delete_category(self, number: int) -> None:
        """Forget a category."""
        ...

    # --- objects

    def object(self, number: int) -> StoredObject | None:
        """Return an object."""
        ...

    def objects_of(self, kind: str) -> tuple[StoredObject, ...]:
        """Return all objects of a kind, by id."""
        ...

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the objects of a kind with this (normalised) natural key, by id."""
        ...

    def put_object(self, stored: StoredObject) -> None:
        """Write an object, new or not."""
        ...

    def delete_object(self, number: int) -> None:
        """Delete an object, remembering what it was called."""
        ...

    def departed(self, number: int) -> tuple[str, str] | None:
        """Return the kind and label that a deleted object had."""
        ...

    def put_references(self, referrer: int, version: int, targets: Iterable[int]) -> None:
        """Replace what an object (or one version of a campaign) refers to."""
        ...

    def referrers(self, target: int) -> tuple[int, ...]:
        """Return which objects refer to one, by id; retired flows count (M7)."""
        ...

    def carriers(self, stored: StoredObject) -> int:
        """Return how many contacts carry a tag, have a value in a field or stand in a stage."""
        ...

    # --- flows

    def flows(self) -> tuple[FlowRow, ...]:
        """Return every flow, live or retired, by campaign and version."""
        ...

    def retired_flows(self) -> tuple[FlowRow, ...]:
        """Return the retired flows, by campaign and version."""
        ...

    def flows_of(self, campaign: int) -> tuple[FlowRow, ...]:
        """Return the flows of one campaign, by version."""
        ...

    def put_flow(self, row: FlowRow, listening: Iterable[Listening]) -> None:
        """Write a flow, new or not, and what it listens for."""
        ...

    def remember_ids(self, campaign: int, ids: Mapping[str, int]) -> None:
        """Remember, for good, at which inner addresses nodes and steps of a campaign stand."""
        ...

    def remembered_ids(self, campaign: int) -> Mapping[int, str]:
        """Return the last inner address of every id a campaign ever had, longest ago first."""
        ...

    def delete_flow(self, campaign: int, version: int) -> None:
        """Delete a flow, its references and what it listens for."""
        ...

    def delete_empty_retired(self) -> int:
        """Delete the retired flows in which nobody stands; return how many there were (M7)."""
        ...

    def listeners(self, word: str, attributes: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
        """Return (campaign, goal) of the published, unretired flows that listen for an event."""
        ...

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

    # --- history

    def add_revision(self, revision: Revision) -> None:
        """Append a revision."""
        ...

    def revision(self, change_set: str) -> Revision | None:
        """Return the revision that a change set made."""
        ...

    def head(self) -> Revision | None:
        """Return the newest revision."""
        ...

    def revisions(self) -> tuple[Revision, ...]:
        """Return every revision, oldest first."""
        ...
