"""Filters: the fixed set of ways in which a template may change a value. One row a filter.

Every filter is total: what it cannot make sense of comes out as it went in, because a contact's
value may be anything, and a message is not lost for that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from package_format.templates.values import is_empty, shown

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MOST_DECIMALS = 6
_LARGEST = Decimal(10) ** 15
_LONGEST_NUMBER = 100
"""Of how many characters a text may be that is read as a number; reading it costs time."""


@dataclass(frozen=True)
class Filter:
    """A row of the table.

    Attributes:
        name: What stands behind the bar.
        apply: What it does to a value.
        accepts: Says of each argument whether it can be used, in order; the filter has at most so
            many.
        needs: How many arguments it has at least.
        about: What it does, for the reference.
    """

    name: str
    apply: Callable[..., object]
    about: str
    accepts: tuple[Callable[[object], bool], ...] = ()
    needs: int = 0


def _texts(change: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: change(shown(value))


def _title(text: str) -> str:
    """Capitalize each word, and leave the rest of it as it is (``McKay``, ``it's``)."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _default(value: object, alternative: object) -> object:
    return alternative if is_empty(value) else value


_DATE_STYLES: Mapping[str, Callable[[dt.date], str]] = {
    "iso": dt.date.isoformat,
    "long": lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    "short": lambda day: f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}",
    "us": lambda day: f"{_MONTHS[day.month - 1]} {day.day}, {day.year}",
    "dotted": lambda day: f"{day.day:02}.{day.month:02}.{day.year}",
}


def _date(value: object, style: str = "long") -> object:
    try:
        return _DATE_STYLES[style](dt.datetime.fromisoformat(shown(value)).date())
    except ValueError:
        return value


def _number(value: object, decimals: int = 0) -> object:
    text = shown(value)
    if len(text) > _LONGEST_NUMBER:
        return value
    try:
        number = Decimal(text)
    except InvalidOperation:
        return value
    # Nothing is computed before it is known to be small: `abs` of 1e999999999 overflows.
    if not number.is_finite() or not -_LARGEST <= number <= _LARGEST:
        return value
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    return f"{rounded:,f}"


def _money(value: object, currency: str) -> object:
    number = _number(value, 2)
    return number if number is value else f"{number} {currency}"


def _is_anything(value: object) -> bool:
    return isinstance(value, str | int | float)


def _is_style(value: object) -> bool:
    return isinstance(value, str) and value in _DATE_STYLES


def _is_decimals(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST_DECIMALS


def _is_text(value: object) -> bool:
    return isinstance(value, str)


FILTERS: Mapping[str, Filter] = {
    row.name: row
    for row in (
        Filter("capitalize", _texts(_capitalize), "Makes the first letter a capital."),
        Filter(
            "date",
            _date,
            f"Writes a date in words. Styles: {', '.join(_DATE_STYLES)}; `long` when none is said.",
            (_is_style,),
        ),
        Filter(
            "default",
            _default,
            "Stands in where there is no value: `default('there')`.",
            (_is_anything,),
            needs=1,
        ),
        Filter("lower", _texts(str.lower), "Makes all letters small."),
        Filter(
            "money",
            _money,
            "Writes a number with two decimals and a currency: `money('EUR')`.",
            (_is_text,),
            needs=1,
        ),
        Filter(
            "number",
            _number,
            f"Groups a number by thousands, with so many decimals (0 to {_MOST_DECIMALS}).",
            (_is_decimals,),
        ),
        Filter("title", _texts(_title), "Makes the first letter of each word a capital."),
        Filter("trim", _texts(str.strip), "Takes away space around the text."),
        Filter("upper", _texts(str.upper), "Makes all letters capitals."),
    )
}
"""Every filter by its name."""
