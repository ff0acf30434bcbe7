"""Conditions: whether one holds for a contact.

What a condition looks like is said in `package_format.campaign.conditions`. The contact's value
decides how it is compared: texts without regard to case and to how Unicode spells a letter, numbers
as numbers, dates as dates. A contact without a value meets `is-not` and ``is-set: false`` and
nothing else.
"""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, assert_never

from whenever import Date

from account_engine.catalogue import NOTHING, Catalogue
from account_engine.contacts import Contact, Value
from package_format.campaign.conditions import (
    AllOf,
    AnyOf,
    Bought,
    BoughtCondition,
    CampaignCondition,
    Condition,
    ConsentCondition,
    Fact,
    FieldCondition,
    HasRole,
    Not,
    OwnerCondition,
    ScoreCondition,
    StageCondition,
    TagCondition,
)

TODAY = "today"
"""Stands for the present date wherever a condition compares with a date."""

_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


def holds(
    condition: Condition,
    contact: Contact,
    today: Date,
    *,
    standing: Collection[str] = (),
    catalogue: Catalogue = NOTHING,
) -> bool:
    """Whether a condition holds for a contact.

    Args:
        condition: The condition; references in it are ids.
        contact: The contact.
        today: The present date where the contact lives.
        standing: The ids of the campaigns in which the contact stands (C2).
        catalogue: What is known of the account's resources.
    """

    def inner_holds(inner: Condition) -> bool:
        return holds(inner, contact, today, standing=standing, catalogue=catalogue)

    match condition:
        case FieldCondition():
            return _compares(condition, contact.values.get(condition.field), today)
        case TagCondition(tag=tag):
            return tag in contact.tags
        case AllOf(all=inner):
            return all(map(inner_holds, inner))
        case AnyOf(any=inner):
            return any(map(inner_holds, inner))
        case Not(not_=inner):
            return not inner_holds(inner)
        case _:
            return _is_known(condition, contact, standing, catalogue)


def _is_known(
    fact: Fact, contact: Contact, standing: Collection[str], catalogue: Catalogue
) -> bool:
    match fact:
        case BoughtCondition(bought=bought):
            return _count(bought, contact, catalogue) >= bought.at_least
        case StageCondition(stage=stage):
            return stage in contact.opportunities
        case ScoreCondition(score=score, operator=word, operand=points):
            had = contact.scores.get(score)
            return _BOUNDS[word](had.points if had else 0, points)
        case OwnerCondition(owner=HasRole(role=role)):
            return contact.owner in catalogue.roles.get(role, ())
        case OwnerCondition(owner=owner):
            return (contact.owner is None) == (owner == "nobody")
        case ConsentCondition(consent=channel):
            return channel not in contact.refused
        case CampaignCondition(in_campaign=campaign):
            return campaign in standing
        case _:
            assert_never(fact)


def _count(bought: Bought, contact: Contact, catalogue: Catalogue) -> int:
    """How many of a product, or of the products of a category, a contact has bought."""
    if bought.product is not None:
        return contact.purchases.get(bought.product, 0)
    return sum(
        count
        for product, count in contact.purchases.items()
        if (category := catalogue.categories.get(product)) is not None
        and is_equal(category, bought.category)
    )


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


_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    "at-least": operator.ge,
    "more-than": operator.gt,
    "at-most": operator.le,
    "less-than": operator.lt,
}

_COMPARISONS: Mapping[str, _Comparison] = {
    "is": is_equal,
    "is-not": lambda value, operand, today: not is_equal(value, operand, today),
    "one-of": _is_one_of,
    "contains": lambda value, operand, _: _folded(operand) in _folded(value),
    "is-before": _by_date(operator.lt),
    "is-after": _by_date(operator.gt),
    **{word: _by_number(compare) for word, compare in _BOUNDS.items()},
}
"""What each operator means for a value that is there."""
