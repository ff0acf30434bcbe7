"""Names that look like another one, so that nobody takes a stranger's package for a known one.

Names have lower-case letters, digits and single hyphens, so that what can be confused is little:
hyphens, which the eye skips, some characters that look like others (the pairs are those among
ASCII in Unicode's confusables, UTS 39), and one slip of the finger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_LOOK_ALIKE = (
    ("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"),
    ("2", "z"), ("8", "b"),
)  # fmt: skip
_SHORTEST_TO_MISTYPE = 4


@dataclass(frozen=True)
class Likeness:
    """A name that a new one looks like.

    Attributes:
        name: The name.
        certain: Whether the two can hardly be told apart; otherwise somebody may judge.
    """

    name: str
    certain: bool


def likeness(new: str, known: Iterable[str]) -> Likeness | None:
    """Return the known name that a new one looks like; None if it is one of its own.

    Args:
        new: The new name, which is none of the known ones.
        known: The names that there are.
    """
    near: Likeness | None = None
    seen = skeleton(new)
    for name in sorted(known):
        if skeleton(name) == seen:
            return Likeness(name, certain=True)
        long_enough = min(len(name), len(new)) >= _SHORTEST_TO_MISTYPE
        if near is None and long_enough and is_one_edit_away(new, name):
            near = Likeness(name, certain=False)
    return near


def skeleton(name: str) -> str:
    """Return what the eye sees of a name; names with the same can hardly be told apart."""
    seen = name.replace("-", "")
    for written, read in _LOOK_ALIKE:
        seen = seen.replace(written, read)
    return seen


def is_one_edit_away(one: str, other: str) -> bool:
    """Whether one character added, changed or swapped with the next makes one the other."""
    if len(one) > len(other):
        one, other = other, one
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    rest, longer = one[start:], other[start:]
    if len(one) < len(other):
        return rest == longer[1:]
    swapped = rest[:2] == longer[:2][::-1] and rest[2:] == longer[2:]
    return rest[1:] == longer[1:] or swapped
