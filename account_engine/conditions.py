"""Conditions: whether one holds for a contact.

What a condition looks like is said in `package_format.campaign.conditions`. The contact's value
decides how it is compared: texts without regard to case and to how Unicode spells a letter, numbers
as numbers, dates as dates. A contact without a value meets `is-not` and ``is-set: false`` and
nothing else.
"""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeAlias, assert_never

from whenever import Date

from account_engine.contacts import Contact, Value
from package_format.campaign.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FieldCondition,
    Not,
    TagCondition,
)

TODAY = "today"
"""Stands for the present date wherever a condition compares with a date."""

_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


def holds(condition: Condition, contact: Contact, today: Date) -> bool:
    """Whether a condition holds for a contact.

    Args:
        condition: The condition; references in it are ids.
        contact: The contact.
        today: The present date where the contact lives.
    """
    match condition:
        case FieldCondition():
            return _compares(condition, contact.values.get(condition.field), today)
        case TagCondition(tag=tag):
            return tag in contact.tags
        case AllOf(all=inner):
            return all(holds(one, contact, today) for one in inner)
        case AnyOf(any=inner):
            return any(holds(one, contact, today) for one in inner)
        case Not(not_=inner):
            return not holds(inner, contact, today)
        case _:
            assert_never(condition)


def is_missing(value: Value | None) -> bool:
    """Whether a contact has no value: an empty text is none."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_equal(value: Value, other: object, today: Date | None = None) -> bool:
    """Whether a contact's value is another one, compared by what the contact's value is.

    Args:
        value: The contact's value.
        other: What it is compared with, as an author wrote it.
        today: What the word ``today`` stands for, if anything.
    """
    if isinstance(value, bool):
        return _BOOLEANS.get(_folded(other)) is value
    if isinstance(value, int | float):
        number = _number(other)
        return number is not None and value == number
    if other == TODAY and today is not None and (date := read_date(value)) is not None:
        return date == today
    return _folded(value) == _folded(other)


def read_date(value: object) -> Date | None:
    """Read a contact's date: an ISO text, of which only the date counts; None if it is none."""
    if not isinstance(value, str):
        return None
    try:
        return Date.parse_iso(value.strip()[:10])
    except ValueError:
        return None


def _compares(condition: FieldCondition, value: Value | None, today: Date) -> bool:
    word, operand = condition.operator, condition.operand
    if word == "is-set":
        return is_missing(value) != operand
    if value is None or is_missing(value):
        return word == "is-not"
    return _COMPARISONS[word](value, operand, today)


def _folded(value: object) -> str:
    """A text in which case, outer space and Unicode's spellings make no difference."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(value).strip()).casefold())


def _number(value: object) -> int | float | None:
    """A number, or a text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        return float(str(value))
    except ValueError:
        return None


_Comparison: TypeAlias = Callable[[Value, object, Date], bool]


def _is_one_of(value: Value, operand: object, today: Date) -> bool:
    return isinstance(operand, tuple) and any(is_equal(value, one, today) for one in operand)


def _by_date(compare: Callable[[Date, Date], bool]) -> _Comparison:
    def comparison(value: Value, operand: object, today: Date) -> bool:
        date, other = read_date(value), today if operand == TODAY else read_date(operand)
        return date is not None and other is not None and compare(date, other)

    return comparison


def _by_number(compare: Callable[[float, float], bool]) -> _Comparison:
    def comparison(value: Value, operand: object, _today: Date) -> bool:
        number, other = _number(value), _number(operand)
        return number is not None and other is not None and compare(number, other)

    return comparison


_COMPARISONS: Mapping[str, _Comparison] = {
    "is": is_equal,
    "is-not": lambda value, operand, today: not is_equal(value, operand, today),
    "one-of": _is_one_of,
    "contains": lambda value, operand, _: _folded(operand) in _folded(value),
    "is-before": _by_date(operator.lt),
    "is-after": _by_date(operator.gt),
    "at-least": _by_number(operator.ge),
    "more-than": _by_number(operator.gt),
    "at-most": _by_number(operator.le),
    "less-than": _by_number(operator.lt),
}
"""What each operator means for a value that is there."""
