"""Contacts: whom everything is about, and all that the engine knows of one of them.

Resources of the account are named by *ids* written ``#12``; built-in contact fields by their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from package_format.contact_fields import Channel

if TYPE_CHECKING:
    from account_engine.position import Instant, Position

Value: TypeAlias = str | int | float | bool
"""A contact's value; dates are ISO texts (2026-03-10), absent values are absent keys."""

Fact: TypeAlias = "tuple[str, str, int, Instant]"
"""Something that is known of a contact: sort, subject, number, since.

The sort is ``purchase``, ``task``, ``score`` or ``opportunity``; the subject an id (``#12``); the
number how many, or which of several; the instant that of points, otherwise 0.
"""


@dataclass(frozen=True)
class Points:
    """What a contact has of a lead score.

    Attributes:
        points: How many; more than none.
        since: From when on the next loss is counted.
    """

    points: int
    since: Instant


@dataclass(frozen=True)
class Contact:
    """One contact.

    Attributes:
        id: The account's number for the contact.
        values: Built-in fields by name and custom fields by id (``#12``).
        tags: The ids of the tags that the contact carries.
        refused: The channels by which the contact does not want to be reached (C13).
        owner: The address of the user whom the contact belongs to, if they belong to anybody.
        purchases: How many of each product they have bought, by the product's id.
        opportunities: The ids of the stages in which their opportunities stand, oldest first.
        tasks: How many tasks about them are open, by the id of the task's template.
        scores: Their points by the id of the lead score.
    """

    id: int
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    refused: frozenset[Channel] = frozenset()
    owner: str | None = None
    purchases: Mapping[str, int] = field(default_factory=dict)
    opportunities: tuple[str, ...] = ()
    tasks: Mapping[str, int] = field(default_factory=dict)
    scores: Mapping[str, Points] = field(default_factory=dict)

    @property
    def facts(self) -> Iterator[Fact]:
        """What is known of them besides their values and tags."""
        yield from (("purchase", product, n, 0) for product, n in self.purchases.items())
        yield from (("task", task, n, 0) for task, n in self.tasks.items())
        yield from (("score", one, had.points, had.since) for one, had in self.scores.items())
        yield from (("opportunity", one, n, 0) for n, one in enumerate(self.opportunities, 1))

    @property
    def opted_out(self) -> bool:
        """Whether the contact refused emails."""
        return Channel.EMAIL in self.refused


@dataclass(frozen=True)
class ContactState:
    """All that a turn reads and writes.

    Attributes:
        contact: The contact.
        positions: Where they stand, in every campaign and version.
        entries: How often they have entered a node, by (campaign, the node's id); for life (C6).
        passed: The steps whose action they have passed: (campaign, the step's id, entry) (M3, C11).
    """

    contact: Contact
    positions: tuple[Position, ...] = ()
    entries: Mapping[tuple[int, int], int] = field(default_factory=dict)
    passed: frozenset[tuple[int, int, int]] = frozenset()
