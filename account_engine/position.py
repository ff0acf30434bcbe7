"""Positions: where a contact stands in a campaign."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Instant: TypeAlias = int
"""A moment: whole seconds since 1970-01-01T00:00 UTC."""


class Status(StrEnum):
    """How a contact stands at a node (C7); all three are open."""

    RUNNING = "running"
    QUEUED = "queued"
    JOINING = "joining"


@dataclass(frozen=True)
class Position:
    """Where a contact stands; (contact, campaign, version, node) is its identity (C6).

    Attributes:
        campaign: The id of the campaign in the account.
        version: The version of its flow; a retired one for those who finish on it (M7).
        node: The node's key.
        status: Running in a sequence, queued at a node's end, or waiting at a join.
        step: The key of the step whose wait is going on; None when queued, joining, or when sent
            by a migration to a sequence's end (then `due` says when they go on).
        entry: Which entry of the node this is, from 1.
        entered: When the node was entered.
        began: When the wait began.
        due: When the wait is over; None while a date is missing (C9), queued or joining. A joining
            position with a due time is settled then, as after a migration (M6).
        overtaken: Whether a goal has ended it although it finishes its steps (C3).
        arrived: The nodes that have arrived at a join (of a decision ``key.way``), sorted.
        skip: Ids of steps that were passed before a migration and do not run again (M3).
    """

    campaign: int
    version: int
    node: str
    status: Status
    step: str | None
    entry: int
    entered: Instant
    began: Instant | None = None
    due: Instant | None = None
    overtaken: bool = False
    arrived: tuple[str, ...] = ()
    skip: frozenset[int] = frozenset()

    @property
    def identity(self) -> tuple[int, int, str]:
        """What tells a contact's positions apart: campaign, version and node."""
        return (self.campaign, self.version, self.node)
