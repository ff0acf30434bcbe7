"""Criteria: what turns look at in a contact, and so what contacts are sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from package_format.kinds.model import references

if TYPE_CHECKING:
    from collections.abc import Iterable

    from account_engine.flows import LiveFlow

REACH: Mapping[str, str] = MappingProxyType(
    {"email": "model@example.com", "phone": "x", "fax": "x", "street": "x", "city": "x"}
)
"""The fields of which one mostly asks only whether they say how to reach somebody (C13).

Where no campaign speaks of such a field, all whose value is certainly good have this one.
"""

SORTS = ("opportunity", "purchase", "score", "task")
"""What else is known of contacts (`account_engine.contacts.Contact`), sort by sort."""


@dataclass(frozen=True)
class Criteria:
    """What is looked at. Where a contact stands, what they refuse and whose they are always is.

    Attributes:
        tags: Tags, by number.
        fields: The names of fields.
        sorts: Some of `SORTS`.
        nodes: Nodes, by campaign and number: how often they were entered (C6).
        on_minutes: Whether something else becomes of those who act at the first second of a minute
            than of those who act in the course of it.
    """

    tags: frozenset[int] = frozenset()
    fields: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()
    nodes: frozenset[tuple[int, int]] = frozenset()
    on_minutes: bool = False

    def __or__(self, other: Criteria) -> Criteria:
        """Return both."""
        return Criteria(
            *(getattr(self, one.name) | getattr(other, one.name) for one in fields(Criteria))
        )


def spoken_of(flows: Iterable[LiveFlow]) -> frozenset[str]:
    """Return the fields of contacts that campaigns read, compare, wait for or write."""
    return frozenset(
        text
        for flow in flows
        for _, kind, text in references(flow.flow.campaign)
        if kind == "field"
    )
