"""Contradictions: why a condition can never hold, whoever the contact is.

Pure reasoning about one condition. It finds pairs in an `all` that exclude each other; it never
says so of a condition that some contact could meet.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from package_format.campaign.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FieldCondition,
    Not,
    TagCondition,
)
from package_format.kinds.model import Path

_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
_BOUNDS = ("at-least", "more-than", "at-most", "less-than")


@dataclass(frozen=True)
class Contradiction:
    """Why a condition cannot hold.

    Attributes:
        message: One sentence.
        path: Where in the condition's data the later of the two stands.
    """

    message: str
    path: Path = ()


@dataclass(frozen=True)
class _Atom:
    """A comparison that has to hold, or to fail."""

    condition: FieldCondition | TagCondition
    holds: bool
    path: Path


def contradiction(condition: Condition) -> Contradiction | None:
    """Say why a condition can never hold; None if it may."""
    if isinstance(condition, AnyOf):
        if not condition.any:
            return Contradiction("this holds for nobody: there is nothing in it")
        reasons = [contradiction(inner) for inner in condition.any]
        first = reasons[0]
        if first is None or None in reasons:
            return None
        return Contradiction(first.message, ("any", 0, *first.path))
    for inner, path in _alternatives(condition, ()):
        reason = contradiction(inner)
        if reason is not None:
            return Contradiction(reason.message, (*path, *reason.path))
    for one, other in combinations(_atoms(condition, (), holds=True), 2):
        message = _conflict(one, other)
        if message is not None:
            return Contradiction(message, other.path)
    return None


def _alternatives(condition: Condition, path: Path) -> Iterator[tuple[Condition, Path]]:
    """Yield the `any` conditions that have to hold."""
    if isinstance(condition, AllOf):
        for index, inner in enumerate(condition.all):
            yield from _alternatives(inner, (*path, "all", index))
    elif isinstance(condition, AnyOf):
        yield condition, path


def _atoms(condition: Condition, path: Path, *, holds: bool) -> Iterator[_Atom]:
    """Yield the comparisons that have to hold or to fail; alternatives are left out."""
    match condition:
        case FieldCondition() | TagCondition():
            yield _Atom(condition, holds, path)
        case AllOf(all=inner) if holds or len(inner) == 1:
            for index, one in enumerate(inner):
                yield from _atoms(one, (*path, "all", index), holds=holds)
        case AnyOf(any=inner) if not holds or len(inner) == 1:
            for index, one in enumerate(inner):
                yield from _atoms(one, (*path, "any", index), holds=holds)
        case Not(not_=one):
            yield from _atoms(one, (*path, "not"), holds=not holds)
        case _:
            pass


def _conflict(one: _Atom, other: _Atom) -> str | None:
    a, b = one.condition, other.condition
    if isinstance(a, TagCondition) or isinstance(b, TagCondition):
        if a == b and one.holds is not other.holds:
            return "a contact cannot have a tag and not have it"
        return None
    if a.field != b.field:
        return None
    if a == b and one.holds is not other.holds:
        return f"{a.field} cannot both be so and not be so"
    if not (_excludes(one, other) or _excludes(other, one)):
        return None
    return f"no value of {a.field} can be both {_told(one)} and {_told(other)}"


def _excludes(one: _Atom, other: _Atom) -> bool:
    """Whether no value meets both."""
    if _is_empty(one):
        return _needs_a_value(other)
    values = _values(one)
    if values is not None:
        return all(not _may_be(other, value) for value in values)
    below, above = _upper(one), _lower(other)
    if below is not None and above is not None:
        (most, open_above), (least, open_below) = below, above
        return least > most or (least == most and (open_above or open_below))
    before, after = _date(one, "is-before"), _date(other, "is-after")
    return before is not None and after is not None and before <= after + dt.timedelta(days=1)


def _is_empty(atom: _Atom) -> bool:
    condition = atom.condition
    return (
        isinstance(condition, FieldCondition)
        and condition.operator == "is-set"
        and condition.operand is not atom.holds
    )


def _needs_a_value(atom: _Atom) -> bool:
    condition = atom.condition
    if not isinstance(condition, FieldCondition):
        return False
    if condition.operator == "is-set":
        return not _is_empty(atom)
    return atom.holds is not (condition.operator == "is-not")


def _values(atom: _Atom) -> tuple[object, ...] | None:
    """Return the values that are possible, if they can be listed."""
    condition = atom.condition
    if not isinstance(condition, FieldCondition):
        return None
    match condition.operator, atom.holds:
        case ("is", True) | ("is-not", False):
            return (condition.operand,)
        case ("one-of", True):
            return condition.one_of or ()
        case _:
            return None


def _may_be(atom: _Atom, value: object) -> bool:
    """Whether a value may meet a comparison; what cannot be told may be."""
    condition = atom.condition
    if not isinstance(condition, FieldCondition):
        return True
    word, operand = condition.operator, condition.operand
    if "today" in (_folded(value), _folded(operand)):
        return True
    if word in ("is", "is-not"):
        may_be_equal = _is_alike(value, operand)
        return may_be_equal if atom.holds is (word == "is") else value != operand
    if word == "one-of":
        listed = condition.one_of or ()
        return any(_is_alike(value, one) for one in listed) if atom.holds else value not in listed
    if word in _BOUNDS and type(value) in (int, float):
        return _within(word, float(str(value)), float(str(operand))) is atom.holds
    return True


def _within(word: str, value: float, bound: float) -> bool:
    return {
        "at-least": value >= bound,
        "more-than": value > bound,
        "at-most": value <= bound,
        "less-than": value < bound,
    }[word]


def _upper(atom: _Atom) -> tuple[float, bool] | None:
    """Return the greatest value, and whether it is itself excluded."""
    return _bound(atom, {"at-most": False, "less-than": True})


def _lower(atom: _Atom) -> tuple[float, bool] | None:
    """Return the least value, and whether it is itself excluded."""
    return _bound(atom, {"at-least": False, "more-than": True})


def _bound(atom: _Atom, words: dict[str, bool]) -> tuple[float, bool] | None:
    """Return a bound that has to hold; one that must not may also mean that there is no value."""
    condition = atom.condition
    if isinstance(condition, FieldCondition) and atom.holds and condition.operator in words:
        return float(str(condition.operand)), words[condition.operator]
    return None


def _date(atom: _Atom, word: str) -> dt.date | None:
    condition = atom.condition
    if not (isinstance(condition, FieldCondition) and atom.holds and condition.operator == word):
        return None
    try:
        return dt.date.fromisoformat(str(condition.operand))
    except ValueError:
        return None


def _is_alike(one: object, other: object) -> bool:
    """Whether two values are equal in a field of some type: ``3`` and ``3.0``, true and yes."""
    texts = (_folded(one), _folded(other))
    if texts[0] == texts[1]:
        return True
    if all(text in _TRUTHS for text in texts):
        return _TRUTHS[texts[0]] is _TRUTHS[texts[1]]
    try:
        return float(texts[0]) == float(texts[1])
    except ValueError:
        return False


def _folded(value: object) -> str:
    """A value as the engine compares it: without regard to case, space and Unicode's spelling."""
    return unicodedata.normalize("NFC", str(value).strip()).casefold()


def _told(atom: _Atom) -> str:
    condition = atom.condition
    if not isinstance(condition, FieldCondition):
        return ""
    if condition.operator == "is-set":
        return "empty" if _is_empty(atom) else "there"
    operand = condition.operand
    shown = ", ".join(map(str, operand)) if isinstance(operand, tuple) else str(operand)
    word = condition.operator.replace("-", " ").removeprefix("is ")
    told = f"{'' if word == 'is' else word + ' '}{shown}"
    return told if atom.holds else f"not {told}"
