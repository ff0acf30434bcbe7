"""Moments and lengths of time as people type them."""

from __future__ import annotations

from cpt.errors import UsageError


def read_moment(text: str | None, zone: str) -> int:
    """Read ``2026-03-10`` or ``2026-03-10T09:00`` as local time in a zone; None means now.

    Raises:
        UsageError: It is neither.
    """
    from whenever import PlainDateTime, TimeZoneNotFoundError

    if text is None:
        from account_engine.clock import SystemClock

        return SystemClock().now()
    moment = text.strip().replace(" ", "T")
    try:
        local = PlainDateTime.parse_iso(moment if "T" in moment else f"{moment}T00:00")
        return local.assume_tz(zone).timestamp()
    except TimeZoneNotFoundError as error:
        raise UsageError(f"{zone} is not a time zone; one looks like Europe/Oslo") from error
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not a moment; one looks like 2026-03-10 or 2026-03-10T09:00"
        ) from error


def read_zone(text: str) -> str:
    """Return the name of a time zone, as it was given.

    Raises:
        UsageError: There is no such time zone.
    """
    from zoneinfo import available_timezones

    from package_format.spelling import nearest

    known = available_timezones()
    if text in known:
        return text
    by_city = {name.rpartition("/")[2].casefold(): name for name in sorted(known)}
    word = text.rpartition("/")[2].replace(" ", "_").casefold()
    close = nearest(text, known, likeness=0.75) or [
        by_city[city] for city in nearest(word, by_city, likeness=0.85)
    ]
    raise UsageError(
        f"there is no time zone {text}",
        f"did you mean {close[0]}?" if close else "one looks like Europe/Oslo",
    )


def spelled_out(text: str) -> str:
    """Return ``7d`` as ``7 days``; what is written out stays as it is."""
    import re

    units = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    match = re.fullmatch(r"(\d+) *([mhdw])", text.strip())
    return f"{match[1]} {units[match[2]]}" if match else text


def later(now: int, text: str, zone: str) -> int:
    """Return the moment that is a duration such as ``8 days`` later, on the calendar of a zone.

    Raises:
        UsageError: It is not a duration.
    """
    from account_engine.language.timers import later as on_the_calendar
    from package_format.campaign.timers import Duration

    try:
        duration = Duration.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if duration.count < 0:
        raise UsageError("time only goes forward", "an account's clock never runs backwards")
    return on_the_calendar(now, duration, zone)
