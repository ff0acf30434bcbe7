"""Scalars: what a text without quotes means, by YAML 1.2's core schema.

So ``no`` and ``2026-03-10`` are texts.
"""

from __future__ import annotations

import math
import re

from package_format.source.nodes import Scalar

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""The scalars that are no text and no number."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_UNUSABLE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_BEGINS_A_NUMBER = frozenset("+-.0123456789")

_DIGITS_LIMIT = 100


class UnusableNumberError(ValueError):
    """The text is a number that a package cannot hold."""


def scalar_value(text: str) -> Scalar:
    """Return the value of a scalar without quotes.

    Raises:
        UnusableNumberError: It is no finite number, or has too many digits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _BEGINS_A_NUMBER:
        return text
    number = _number(text)
    if number is None and not _UNUSABLE.fullmatch(text):
        return text
    if number is None or not math.isfinite(number):
        raise UnusableNumberError(text)
    return number


def _number(text: str) -> int | float | None:
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _DIGITS_LIMIT else math.inf
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0) if len(text) <= _DIGITS_LIMIT else math.inf
    if _FLOAT.fullmatch(text):
        return float(text)
    return None
