"""Values: what a template can say of a contact, an account or an owner's parameters."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

_BREAKS = re.compile(r"\s*[\x00-\x1f\x7f-\x9f\u2028\u2029]\s*")
_LARGEST = 1e15
"""Beyond this a float's digits are not its own, and it is shown with an exponent."""


def is_empty(value: object) -> bool:
    """Whether there is nothing to show: the contact or the owner gave no value."""
    return value is None or value == ""


def shown(value: object) -> str:
    """Return a value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        return f"{value:.0f}"
    return str(value)


def one_line(text: str) -> str:
    """Return a text that cannot break out of its line: what a mail's header is made of.

    Every line break and other control character, with the space around it, becomes one space.
    """
    return _BREAKS.sub(" ", text).strip() if _BREAKS.search(text) else text


class Value(str):
    """A value as a template has it: a text, which can be compared with anything.

    No message is lost because a contact's value is of another type than its author thought: what
    cannot be compared is neither less nor more.

    Attributes:
        original: The value before it was a text; None when there is none.
    """

    __slots__ = ("original",)

    original: object

    def __new__(cls, original: object) -> Self:
        """Make a text of a value."""
        self = super().__new__(cls, shown(original))
        self.original = original
        return self

    def __bool__(self) -> bool:
        """Whether the value itself is true: neither absent nor empty, zero nor false."""
        return bool(self.original)

    def __eq__(self, other: object) -> bool:
        """Compare as numbers, if the other is one, and else as texts."""
        return self._compared(operator.eq, other)

    def __ne__(self, other: object) -> bool:
        """Compare as `__eq__` does."""
        return not self == other

    def __lt__(self, other: object) -> bool:
        """Compare as numbers, if the other is one, and else as texts."""
        return self._compared(operator.lt, other)

    def __le__(self, other: object) -> bool:
        """Compare as numbers, if the other is one, and else as texts."""
        return self._compared(operator.le, other)

    def __gt__(self, other: object) -> bool:
        """Compare as numbers, if the other is one, and else as texts."""
        return self._compared(operator.gt, other)

    def __ge__(self, other: object) -> bool:
        """Compare as numbers, if the other is one, and else as texts."""
        return self._compared(operator.ge, other)

    def __contains__(self, part: object) -> bool:
        """Whether a text is part of this one."""
        return shown(part) in str(self)

    __hash__ = str.__hash__

    def _compared(self, compare: Callable[[Any, Any], bool], other: object) -> bool:
        if isinstance(other, bool):
            return compare(bool(self), other)
        if isinstance(other, int | float):
            try:
                return compare(float(self), other)
            except ValueError:
                return False
        return compare(str(self), shown(other))


class Values:
    """Values by their names; nothing else of it can be reached from a template."""

    def __init__(self, values: Mapping[str, object]) -> None:
        """Offer these values; a hyphen in a name is written as an underscore."""
        self._values = {name.replace("-", "_"): value for name, value in values.items()}

    def __contains__(self, name: str) -> bool:
        """Whether there is a value of this name, though it may be empty."""
        return name in self._values

    def value(self, name: str) -> Value:
        """Return a value; an empty one if there is none."""
        return Value(self._values.get(name))
