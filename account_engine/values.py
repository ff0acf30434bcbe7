"""Values: what a contact's field may hold, and how what somebody typed becomes it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from typing import assert_never

from account_engine.contacts import Value
from account_engine.errors import InvalidDataError
from package_format.contact_fields import FieldType
from package_format.kinds.model import Json

LONGEST = 20_000
"""How many characters a contact's value may have; every message that uses it holds all of it."""

_LARGEST = 10**15
"""How large a contact's number may be, either way: beyond this not every whole number is exact."""

_NUMBERS = f"holds a number between {-_LARGEST:,} and {_LARGEST:,}"
_SHOWN = 60
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}


def read_value(
    given: Value, kind: FieldType, choices: Sequence[str] = (), *, name: str = "the field"
) -> Value | None:
    """Read a contact's value.

    Args:
        given: The value, or a text of it as people type it.
        kind: What the field holds.
        choices: What a field of type choice allows.
        name: What the field is called in messages.

    Returns:
        The value; None for an empty text, which clears the field.

    Raises:
        InvalidDataError: It is not a value of that type.
    """
    if isinstance(given, str) and len(given) > LONGEST:
        raise InvalidDataError(
            f"{name} holds up to {LONGEST:,} characters, and this has {len(given):,}; shorten it"
        )
    if not isinstance(given, str) and not _is_small(given):
        raise InvalidDataError(f"{name} {_NUMBERS}")
    text = str(given).strip()
    if isinstance(given, str) and not text:
        return None
    verify_text(text, name)
    match kind:
        case FieldType.TEXT:
            return str(given)
        case FieldType.NUMBER:
            return _number(given, text, name)
        case FieldType.DATE:
            try:
                return dt.date.fromisoformat(text).isoformat()
            except ValueError:
                raise InvalidDataError(
                    f"{name} holds a date such as 2026-03-10, not {_brief(text)}"
                ) from None
        case FieldType.BOOLEAN:
            if text.casefold() not in _BOOLEANS:
                raise InvalidDataError(f"{name} holds true or false, not {_brief(text)}")
            return _BOOLEANS[text.casefold()]
        case FieldType.CHOICE:
            if text not in choices:
                raise InvalidDataError(
                    f"{name} holds one of {', '.join(choices)}, not {_brief(text)}"
                )
            return text
        case _:
            assert_never(kind)


def verify_text(text: str, name: str) -> None:
    """Verify that a text is one that can be kept: no NUL, and nothing that is no character.

    Raises:
        InvalidDataError: It is not.
    """
    if _NO_CHARACTER.search(text):
        raise InvalidDataError(
            f"{name} holds text, and {_brief(text)} has what is no character of one"
        )


def verify_data(data: Json, name: str) -> None:
    """Verify that data can be kept: each text, as `verify_text` does, and each number.

    Raises:
        InvalidDataError: It cannot.
    """
    match data:
        case str():
            verify_text(data, name)
        case float() if not math.isfinite(data):
            raise InvalidDataError(f"{name} holds a number, not {data}")
        case list() | tuple():
            for item in data:
                verify_data(item, name)
        case dict():
            for key, item in data.items():
                verify_text(key, name)
                verify_data(item, f"{name}.{key}")
        case _:
            pass


def _number(given: Value, text: str, name: str) -> Value:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return given
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidDataError(f"{name} holds a number, not {_brief(text)}")
    if not _is_small(number):
        raise InvalidDataError(f"{name} {_NUMBERS}, not {_brief(text)}")
    return int(text) if text.lstrip("+-").isdecimal() else number


def _is_small(number: float) -> bool:
    return -_LARGEST <= number <= _LARGEST


def _brief(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
