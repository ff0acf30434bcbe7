"""Timers: when a wait is over (C9).

Pure calendar work: what a wait means for a contact whose wait began at one moment and is looked at
in another. What is then done with the contact is the interpreter's business.

A wait ends in two movements. First its own end: a delay after it began, or a date; then the
earliest moment, not before that, that its time of day and its weekdays allow. A wait without a time
of day keeps the one it has when it moves to another day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from whenever import Date, PlainDateTime, Time, TimeZoneNotFoundError, ZonedDateTime
from whenever import Instant as Moment

from account_engine.contacts import Contact
from account_engine.language.conditions import is_missing, read_date
from account_engine.position import Instant
from package_format.campaign.timers import WEEKDAYS, Duration, Wait

NEVER: Final[Instant] = Moment.from_utc(9999, 1, 1).timestamp()
"""Where a time beyond all calendars ends up."""

LONG_AGO: Final[Instant] = Moment.from_utc(2, 1, 1).timestamp()
"""Where a time before all calendars ends up."""

_SECONDS = {"minute": 60, "hour": 3600}
_SHORT_YEAR = 365 * 86_400
_MIDNIGHT = Time(0, 0)


@dataclass(frozen=True)
class At:
    """The wait is over then; if that is not later than now, it is no wait (C5)."""

    instant: Instant


@dataclass(frozen=True)
class Past:
    """The wait's date lies in the past; its `if_past` decides."""


@dataclass(frozen=True)
class Missing:
    """The contact has no such date; the wait's `if_missing` decides."""


Outcome: TypeAlias = At | Past | Missing


def zone_of(contact: Contact, zone: str) -> str:
    """Return the contact's own time zone, or the account's if they have none that exists."""
    own = contact.values.get("time_zone")
    return own if isinstance(own, str) and _exists(own) else zone


def today(contact: Contact, now: Instant, zone: str) -> Date:
    """Return the present date where the contact lives."""
    return _local(now, zone_of(contact, zone)).date()


def due(wait: Wait, began: Instant, contact: Contact, now: Instant, zone: str) -> Outcome:
    """Say when a wait is over.

    Args:
        wait: The wait, with the campaign's defaults filled in.
        began: When it began.
        contact: Whose wait it is.
        now: What a date is past in comparison with.
        zone: The account's time zone.
    """
    own = zone_of(contact, zone)
    if wait.for_ is not None:
        return At(allowed(wait, later(began, wait.for_, own), own))
    if wait.until is not None:
        end = _instant(PlainDateTime(wait.until.replace(second=0, microsecond=0)), own)
    else:
        value = contact.values.get(wait.until_field or "")
        date = None if is_missing(value) else read_date(value)
        if date is None:
            return Missing()
        if wait.every is not None:
            return At(_anniversary(wait, date, now, own))
        end = _end(wait, date, own)
    end = allowed(wait, end, own)
    return Past() if end < now else At(end)


def _anniversary(wait: Wait, date: Date, now: Instant, zone: str) -> Instant:
    """The end of the wait for the date's first anniversary whose end is yet to come.

    One that ends just now is over: who is led back to the wait by it waits for the next.
    """
    moved = _end(wait, date, zone) - _instant(date.at(_MIDNIGHT), zone)
    years = max(0, _local(now, zone).year - date.year - 1 - max(0, moved // _SHORT_YEAR + 1))
    while True:
        try:
            end = allowed(wait, _end(wait, date.add(years=years), zone), zone)
        except ValueError:  # beyond the calendar
            return NEVER
        if end > now:
            return end
        years += 1


def _end(wait: Wait, date: Date, zone: str) -> Instant:
    """The end of a wait for a date, before its hours and weekdays are looked at."""
    end = _instant(date.at(_MIDNIGHT), zone)
    return end if wait.offset is None else later(end, wait.offset, zone)


def allowed(wait: Wait, earliest: Instant, zone: str) -> Instant:
    """Return the first moment, not before the earliest, that a wait's hours and weekdays allow."""
    local, at = _local(earliest, zone), _time_of_day(wait)
    date = local.date()
    while True:
        if not wait.weekdays or WEEKDAYS[date.day_of_week().value - 1] in wait.weekdays:
            if at is None and date == local.date():
                return earliest
            moment = _instant(date.at(at or local.time()), zone)
            if moment >= earliest:
                return moment
        date = date.add(days=1)


def handled(wait: Wait, due: Instant, now: Instant, zone: str) -> Instant:
    """Return when a wait that was over at `due` goes on if it is handled now: now, or later.

    On the day on which it was due a timer goes on at once, however late; afterwards it still
    honours its weekdays and hours (C9).
    """
    if _local(now, zone).date() == _local(due, zone).date():
        return now
    return allowed(wait, now, zone)


def later(start: Instant, duration: Duration, zone: str) -> Instant:
    """Return the moment a duration after another: days count on the calendar, hours as hours."""
    if duration.unit in _SECONDS:
        return _bounded(start + duration.count * _SECONDS[duration.unit])
    months = {"month": 1, "year": 12}.get(duration.unit, 0) * duration.count
    days = {"day": 1, "week": 7}.get(duration.unit, 0) * duration.count
    local = _local(start, zone)
    try:
        date = local.date().add(months=months, days=days)
    except ValueError:
        return NEVER if duration.count > 0 else LONG_AGO
    return _instant(date.at(local.time()), zone)


def shifted(date: Date, duration: Duration) -> Date | None:
    """Return a date so much later, on the calendar; None beyond all calendars."""
    months = {"month": 1, "year": 12}.get(duration.unit, 0) * duration.count
    days = {"day": 1, "week": 7}.get(duration.unit, 0) * duration.count
    try:
        return date.add(months=months, days=days)
    except ValueError:
        return None


def written(instant: Instant, zone: str) -> str:
    """Write a moment as its contact would: ``2026-03-10 09:00 Europe/Oslo``."""
    local = _local(instant, zone)
    return f"{local.date().format_iso()} {local.hour:02}:{local.minute:02} {zone}"


@lru_cache(maxsize=1024)
def _exists(zone: str) -> bool:
    try:
        Moment.from_timestamp(0).to_tz(zone)
    except TimeZoneNotFoundError:
        return False
    return True


def _local(instant: Instant, zone: str) -> ZonedDateTime:
    return Moment.from_timestamp(instant).to_tz(zone)


def _instant(local: PlainDateTime, zone: str) -> Instant:
    """A local time's moment: a gap shifts it forward, of a repeat the first is used (C9)."""
    try:
        return _bounded(local.assume_tz(zone, disambiguation="compatible").timestamp())
    except ValueError:  # on the first or last day of the calendar
        return LONG_AGO if local.year == 1 else NEVER


def _bounded(instant: Instant) -> Instant:
    return max(LONG_AGO, min(NEVER, instant))


def _time_of_day(wait: Wait) -> Time | None:
    """The hours that a wait allows; a date that has a time of its own keeps it."""
    if wait.at is None or (wait.until is not None and wait.until.time() != dt.time()):
        return None
    return Time.parse_iso(wait.at)
