"""Names that look like another one, so that nobody takes a stranger's package for a known one.

Names have lower-case letters, digits and single hyphens, so that what can be confused is little:
hyphens, which the eye skips, some characters that look like others (the pairs are those among
ASCII in Unicode's confusables, UTS 39), and one slip of the finger.

Digits are read as letters first, for two of them can look like one together: `c1oud` is `cloud`,
and that looks like `doud`. Whether an `i` is an `l` is asked last, since otherwise `acid` would be
`add`; names that are alike only if both are read so are for somebody to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_DIGITS = str.maketrans("01528", "olszb")
_TOGETHER = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_LOOK_LIKE_L = str.maketrans("i", "l")
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
    seen, apart, farther = skeleton(new), _apart(new), _read_again(new)
    for name in sorted(known):
        other = skeleton(name)
        if other == seen or _apart(name) == apart:
            return Likeness(name, certain=True)
        if near is None and (
            _read_again(name) == farther
            or any(map(_is_near, (new, seen), (name, other)))
            or _is_near(new.replace("-", ""), name.replace("-", ""))
        ):
            near = Likeness(name, certain=False)
    return near


def skeleton(name: str) -> str:
    """Return what the eye sees of a name; names with the same can hardly be told apart."""
    return _together(name.replace("-", "").translate(_DIGITS)).translate(_LOOK_LIKE_L)


def _apart(name: str) -> str:
    """What the eye sees that takes each character by itself."""
    return name.replace("-", "").translate(_DIGITS).translate(_LOOK_LIKE_L)


def _read_again(name: str) -> str:
    """What the eye sees that takes what looks alike by itself for what looks alike together."""
    return _together(_apart(name))


def _together(seen: str) -> str:
    for written, read in _TOGETHER:
        seen = seen.replace(written, read)
    return seen


def _is_near(new: str, name: str) -> bool:
    return min(len(name), len(new)) >= _SHORTEST_TO_MISTYPE and is_one_edit_away(new, name)


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
