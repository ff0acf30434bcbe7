"""The part of the store's port that resources need; see `account_engine.stores.port`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from account_engine.objects import StoredObject
from account_engine.stores.records import FlowRow, Listening


class ResourceStore(Protocol):
    """Objects, and the flows of campaigns."""

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
