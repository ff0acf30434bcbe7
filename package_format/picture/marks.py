"""What is laid over a picture: what a plan does to its parts, and how many contacts stand where."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from package_format.campaign.places import Place


class Mark(StrEnum):
    """What happens to a node, step or way."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


SIGNS: Mapping[Mark, str] = {
    Mark.ADDED: "+",
    Mark.REMOVED: "−",  # noqa: RUF001  as wide as the plus
    Mark.CHANGED: "~",
    Mark.MOVED: "→",
}
"""A sign for each mark, so that nobody needs to tell colours apart."""

Marks = Mapping[str, Mark]
"""Marks by what they are laid on: ``node``, ``sequence.step`` or ``decision.way``."""

Counts = Mapping[Place, int]
"""How many contacts stand at each place; a place that is not in the picture is not shown."""


def marked_at(marks: Mapping[str, Mark | str], name: str) -> Mark | None:
    """Return the mark laid on a part, if there is one."""
    mark = marks.get(name)
    return None if mark is None else Mark(mark)


def counted(number: int) -> str:
    """Write a number of contacts with thin marks between the thousands."""
    return f"{number:,}"
