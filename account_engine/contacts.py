"""Contacts: whom everything is about, and all that the engine knows of one of them.

Resources of the account are named by *ids* written ``#12``; built-in contact fields by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from account_engine.position import Position

Value: TypeAlias = str | int | float | bool
"""A contact's value; dates are ISO texts (2026-03-10), absent values are absent keys."""


@dataclass(frozen=True)
class Contact:
    """One contact.

    Attributes:
        id: The account's number for the contact.
        values: Built-in fields by name and custom fields by id (``#12``).
        tags: The ids of the tags that the contact carries.
        opted_out: Whether the contact refused emails (C13).
    """

    id: int
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    opted_out: bool = False


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
