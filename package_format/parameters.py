"""Parameters: the values that an account's owner supplies at install.

Here is what a manifest may say about one of them, and how its value is read. What is said across
several is in `package_format.parameter_rules`; what becomes of all that an owner gives, in
`package_format.parameter_values`; and how they get into texts, in `package_format.templates`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Self, TypeAlias

from pydantic import AnyHttpUrl, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic_core import SchemaError

from package_format.campaign.timers import Duration
from package_format.email_address import is_email_address
from package_format.kinds.model import Model
from package_format.spelling import did_you_mean

Value: TypeAlias = str | int | float | bool
"""A parameter's value; dates are ISO texts and durations canonical texts."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_URL = TypeAdapter(AnyHttpUrl)
_TEXT_LIMIT = 10_000


class ParameterType(StrEnum):
    """What a parameter's value is."""

    STRING = "string"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    EMAIL = "email"
    URL = "url"
    DATE = "date"
    DURATION = "duration"
    USER = "user"
    SECRET = "secret"  # noqa: S105 - the name of a type


class Parameter(Model):
    """What a manifest says about one parameter.

    Attributes:
        type: What the value is; a string is one line, a text may be several.
        title: What people see; the parameter's key when left out.
        description: What it is for.
        required: Whether a package cannot be installed without it.
        default: The value when the owner gives none.
        choices: The values of a parameter of type choice.
        pattern: For strings and texts: a regular expression that the whole value must match.
        minimum: For integers, numbers and dates: the least value.
        maximum: For integers, numbers and dates: the greatest value.
    """

    type: ParameterType
    title: Line | None = None
    description: Line | None = None
    required: bool = False
    default: Value | None = None
    choices: tuple[Line, ...] = ()
    pattern: Line | None = None
    minimum: Value | None = None
    maximum: Value | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if (self.type is ParameterType.CHOICE) != bool(self.choices):
            raise ValueError("a parameter of type choice, and no other, lists its choices")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError("the same choice is listed twice")
        if self.pattern is not None:
            if self.type not in (ParameterType.STRING, ParameterType.TEXT):
                raise ValueError("only a string or a text has a pattern")
            _compiled(self.pattern)
        self._bounds_are_in_order()
        if self.default is not None:
            self._default_is_usable(self.default)
        return self

    def _bounds_are_in_order(self) -> None:
        bounds = [value for value in (self.minimum, self.maximum) if value is not None]
        if bounds and self.type not in _BOUNDED:
            raise ValueError("only an integer, a number or a date has a minimum and a maximum")
        read = [_READERS[self.type](value) for value in bounds]
        if read and read[0] > read[-1]:  # type: ignore[operator]  # what is bounded has an order
            raise ValueError("the minimum is greater than the maximum")

    def _default_is_usable(self, default: Value) -> None:
        if self.required:
            raise ValueError("a required parameter has no default: nobody would ever see it")
        if self.type is ParameterType.SECRET:
            raise ValueError("a secret has no default: a package is no place for a secret")
        try:
            self.read(default)
        except ValueError as problem:
            raise ValueError(f"the default cannot be used: {problem}") from None

    def read(self, value: object) -> Value:
        """Return a value as this parameter's type; texts, as flags give them, are converted.

        Raises:
            ValueError: The value cannot be used; the message says why, and never shows a secret.
        """
        read = _READERS[self.type](value)
        if self.type is ParameterType.CHOICE and read not in self.choices:
            hint = did_you_mean(str(read), self.choices)
            offer = f"; {hint}" if hint else f": {', '.join(self.choices)}"
            raise ValueError(f"{read!r} is not one of the choices{offer}")
        if self.pattern is not None and not _matches(self.pattern, str(read)):
            raise ValueError(f"{read!r} does not have the form {self.pattern}")
        self._is_within_bounds(read)
        return read

    def _is_within_bounds(self, value: Value) -> None:
        """Raise a ValueError if a value lies beyond a bound."""
        at_least = None if self.minimum is None else _READERS[self.type](self.minimum)
        if at_least is not None and value < at_least:  # type: ignore[operator]  # what is bounded has an order
            raise ValueError(f"{value} is not allowed; it must be at least {at_least}")
        at_most = None if self.maximum is None else _READERS[self.type](self.maximum)
        if at_most is not None and value > at_most:  # type: ignore[operator]  # what is bounded has an order
            raise ValueError(f"{value} is not allowed; it must be at most {at_most}")


def _compiled(pattern: str) -> TypeAdapter[str]:
    """The pattern in the regular expressions of Rust, which no value can make slow."""
    try:
        constraint = StringConstraints(pattern=rf"\A(?:{pattern})\z")
        return TypeAdapter(Annotated[str, constraint])
    except SchemaError:
        raise ValueError(f"the pattern {pattern} is not a regular expression") from None


def _matches(pattern: str, text: str) -> bool:
    try:
        _compiled(pattern).validate_python(text)
    except ValidationError:
        return False
    return True


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is needed" if value else "the value is empty")
    if len(value) > _TEXT_LIMIT:
        raise ValueError(f"the value is longer than {_TEXT_LIMIT} characters")
    return value


def _line(value: object) -> str:
    text = _text(value)
    if len(text.splitlines()) > 1:
        raise ValueError("the value has several lines, and only one is allowed")
    return text


def _integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    raise ValueError(f"{value!r} is not a whole number")


def _number(value: object) -> int | float:
    try:
        return _integer(value)
    except ValueError:
        pass
    try:
        number = float(value) if isinstance(value, str | float) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a number")
    return number


def _boolean(value: object) -> bool:
    read = value if isinstance(value, bool) else _WORDS.get(str(value).strip().lower())
    if read is None:
        raise ValueError(f"{value!r} is neither true nor false")
    return read


def _email(value: object) -> str:
    text = _line(value).strip()
    if not is_email_address(text):
        raise ValueError(f"{text!r} is not an email address; one looks like ada@example.com")
    return text


def _url(value: object) -> str:
    text = _line(value).strip()
    try:
        _URL.validate_python(text)
    except ValidationError:
        raise ValueError(
            f"{text!r} is not a web address; one looks like https://example.com/page"
        ) from None
    return text


def _date(value: object) -> str:
    text = _line(value).strip()
    wrong = f"{text!r} is not a date; one looks like 2026-03-10"
    if not _DATE.fullmatch(text):
        raise ValueError(wrong)
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(wrong) from None


def _duration(value: object) -> str:
    return str(Duration.parse(_line(value)))


_READERS: Mapping[ParameterType, Callable[[object], Value]] = {
    ParameterType.STRING: _line,
    ParameterType.TEXT: _text,
    ParameterType.INTEGER: _integer,
    ParameterType.NUMBER: _number,
    ParameterType.BOOLEAN: _boolean,
    ParameterType.CHOICE: _line,
    ParameterType.EMAIL: _email,
    ParameterType.URL: _url,
    ParameterType.DATE: _date,
    ParameterType.DURATION: _duration,
    ParameterType.USER: _line,
    ParameterType.SECRET: _line,
}
_BOUNDED = (ParameterType.INTEGER, ParameterType.NUMBER, ParameterType.DATE)
