"""Timers: the waits that a step may have, as an author writes them.

What a wait means for a contact at an instant is the engine's business
(`account_engine.language.timers`).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from package_format.forms import described
from package_format.kinds.model import Model, RefTo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = ("minute", "hour", "day", "week", "month", "year")

_DURATION = re.compile(r"(-?\d{1,6}) *(minute|hour|day|week|month|year)s?")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Duration:
    """A length of time in one unit; days and longer are counted on the calendar (C9)."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: object) -> Duration:
        """Read a duration such as ``2 days`` or ``-1 day``.

        Raises:
            ValueError: The text is not a duration.
        """
        match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None:
            wrong = f"{described(text)} is not a duration"
            raise ValueError(f"{wrong}; one looks like 2 days or 90 minutes")
        return cls(int(match[1]), match[2])

    def __str__(self) -> str:
        """Return the canonical text."""
        return f"{self.count} {self.unit}{'' if abs(self.count) == 1 else 's'}"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate from text and write as text, so that models can hold durations."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(value),
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.to_string_ser_schema(),
        )


def _weekdays(value: object) -> object:
    """Read ``mon-fri``, ``sat`` or a list of days; write a tuple in the week's order."""
    if isinstance(value, str):
        first, _, last = value.partition("-")
        if first in WEEKDAYS and (not last or last in WEEKDAYS):
            start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
            if start <= end:
                return WEEKDAYS[start : end + 1]
            return (*WEEKDAYS[: end + 1], *WEEKDAYS[start:])
        raise ValueError(
            f"{described(value)} names no weekdays; write mon-fri, sat, or a list of days"
        )
    if isinstance(value, list | tuple):
        return tuple(sorted(value, key=lambda d: WEEKDAYS.index(d) if d in WEEKDAYS else 0))
    return value


def _time_of_day(value: object) -> object:
    if isinstance(value, str) and _TIME.fullmatch(value):
        return value
    raise ValueError(f"{described(value)} is not a time of day; one looks like 09:00 (in quotes)")


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Weekdays = Annotated[tuple[Weekday, ...], BeforeValidator(_weekdays)]
TimeOfDay = Annotated[str, BeforeValidator(_time_of_day)]


class IfPast(StrEnum):
    """What happens when a date or a contact's date field lies in the past (C9)."""

    SKIP_STEP = "skip-step"
    GO_ON = "go-on"
    END = "end"


class IfMissing(StrEnum):
    """What happens when the contact's date field is empty (C9)."""

    HOLD = "hold"
    SKIP_STEP = "skip-step"
    END = "end"


class WaitDefaults(Model):
    """What a campaign's waits say when they do not say it themselves.

    Attributes:
        at: The time of day.
        weekdays: The days of the week, such as ``mon-fri``.
    """

    at: TimeOfDay | None = None
    weekdays: Weekdays | None = None


class Wait(Model):
    """A timer: exactly one of `for_`, `until` and `until_field`.

    Attributes:
        for_: A delay, counted from when the wait begins.
        until: A local date and time, in the contact's zone.
        until_field: A contact's date field.
        offset: Added to the field's date; negative means before it.
        every: ``year`` for the date's next anniversary, whatever its year: a birthday, a renewal.
        at: The time of day at which the contact goes on, in the contact's zone.
        weekdays: The days on which the contact may go on.
        if_past: For `until` and `until_field`.
        if_missing: For `until_field`.
    """

    for_: Duration | None = None
    until: dt.datetime | None = None
    until_field: Annotated[str, RefTo("field")] | None = None
    offset: Duration | None = None
    every: Literal["year"] | None = None
    at: TimeOfDay | None = None
    weekdays: Weekdays | None = None
    if_past: IfPast = IfPast.SKIP_STEP
    if_missing: IfMissing = IfMissing.HOLD

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: object) -> object:
        return {"for": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_one_sort(self) -> Self:
        chosen = [x for x in (self.for_, self.until, self.until_field) if x is not None]
        if len(chosen) != 1:
            raise ValueError("a wait has exactly one of for, until and until-field")
        if self.for_ is not None and self.for_.count < 0:
            raise ValueError("a delay cannot be negative")
        if self.offset is not None and self.until_field is None:
            raise ValueError("offset goes with until-field")
        if self.every is not None and self.until_field is None:
            raise ValueError("every goes with until-field")
        if self.until is not None and self.until.tzinfo is not None:
            raise ValueError("until is in the contact's own time; leave out the zone")
        return self

    @property
    def sort(self) -> str:
        """Which of the three kinds of timer this is: ``for``, ``until`` or ``until-field``."""
        if self.for_ is not None:
            return "for"
        return "until" if self.until is not None else "until-field"

    def with_defaults(self, defaults: WaitDefaults) -> Wait:
        """Return this wait with the campaign's defaults filled in where it says nothing."""
        return self.model_copy(
            update={
                "at": self.at if self.at is not None else defaults.at,
                "weekdays": self.weekdays if self.weekdays is not None else defaults.weekdays,
            }
        )
