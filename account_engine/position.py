"""Positions: where a contact stands in a campaign."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
            by a migration to a node's end (then `due` says when they go on).
        entry: Which entry of the node this is, from 1; grows with every entry, and may jump.
        entered: When the node was entered.
        began: When the wait began, queueing included; None for one for whom the step's own wait
            does not count (any more): a migration sent them here with the due time of another
            place, or the wait is over and they go on in its next allowed hours (C9).
        due: When the wait is over; None while a date is missing (C9), queued or joining. A wait due
            no later than it began has yet to begin: it begins when it is handled, as after a
            migration to a date that is past. A joining position with a due time is settled then, as
            after a migration (M6).
        overtaken: Whether a goal has ended it although it finishes its steps (C3). At a join:
            whether the join has been passed and absorbs what still arrives (C8).
        arrived: The nodes that have arrived at a join (of a decision ``key.way``), sorted.
        skip: Ids of steps that were passed before a migration and do not run again because of it
            (M3); once each, here or beyond: they travel along the arrows, up to the next goal.
        owed: Ids of new steps that a migration catches the contact up with (M4), in order; while
            there are any, `due` is when the next of them runs.
        resumes: What `due` is again when nothing is owed any more.
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
    owed: tuple[int, ...] = ()
    resumes: Instant | None = None

    @property
    def identity(self) -> tuple[int, int, str]:
        """What tells a contact's positions apart: campaign, version and node."""
        return (self.campaign, self.version, self.node)

    @property
    def where(self) -> str:
        """The node's key, and the step's after a dot."""
        return self.node if self.step is None else f"{self.node}.{self.step}"

    @property
    def came(self) -> Instant:
        """When the contact came to where they stand, as far as that is known."""
        return self.entered if self.began is None else self.began

    def queued(self, now: Instant) -> Position:
        """Return the position at the end of its node, waiting for nothing but a goal (C7)."""
        return replace(
            self, status=Status.QUEUED, step=None, began=now, due=None, overtaken=False, arrived=()
        )

    def owing(self, steps: tuple[int, ...], due: Instant | None) -> Position:
        """Return the position with steps that run first, the next of them then (M4)."""
        return replace(self, owed=steps, resumes=self.due, due=due) if steps else self

    def resumed(self) -> Position:
        """Return the position as it is when nothing is owed any more."""
        return replace(self, owed=(), resumes=None, due=self.resumes) if self.owed else self
