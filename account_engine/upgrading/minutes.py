"""Minutes: what becomes of all times within one minute, reckoned for its ends alone.

A million contacts wait for a hundred thousand different moments, but within a minute nothing
happens on the calendar: a new time is the same for all, or it is as many seconds behind the
beginning of the minute as the old one was. Where the minute's ends say neither, in the minute that
is now, and where a new time can be just the old one, each moment is reckoned for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from account_engine.position import Instant
from account_engine.stores.records import Reckoned, Reckoning

MINUTE = 60
"""Seconds."""

_LAST = MINUTE - 1


class Along(IntEnum):
    """With which of the old times a new one moves along, second by second."""

    NEITHER = 0
    BEGINNING = 1
    END = 2


_MOVING = {(0, 0): Along.NEITHER, (_LAST, 0): Along.BEGINNING, (0, _LAST): Along.END}
"""With what a time moves, by how much later it is at the last second of the one and the other."""


@dataclass(frozen=True)
class Minute:
    """What becomes of the times of those whose waits began in one minute, and end in another.

    Attributes:
        first: What becomes of the first second of both.
        began: With what `Reckoned.began` moves along; likewise `due` and `resumes`.
    """

    first: Reckoned
    began: Along = Along.NEITHER
    due: Along = Along.NEITHER
    resumes: Along = Along.NEITHER


def reckoned_for_all(
    reckoning: Reckoning, began: Instant, due: Instant | None, zone: str | None, now: Instant
) -> Minute | None:
    """Reckon what becomes of two whole minutes; None if that is not alike for all of them.

    Args:
        reckoning: Reckons one time.
        began: The first second of the minute in which waits began.
        due: That of the minute in which they were to end; None for who waits for nothing.
        zone: See `Reckoning`.
        now: The moment of the migration.
    """
    if any(_meet(now, one) for one in (began, due)):
        return None
    first = reckoning(began, due, zone)
    later = reckoning(began + _LAST, due, zone)
    longer = first if due is None else reckoning(began, due + _LAST, zone)
    if any((one.owed, one.why) != (first.owed, first.why) for one in (later, longer)):
        return None
    begins = _along(first.began, later.began, longer.began)
    ends = _along(first.due, later.due, longer.due)
    resumes = _along(first.resumes, later.resumes, longer.resumes)
    if begins is None or ends is None or resumes is None:
        return None
    if _meet(first.due, due) and ends is not Along.END:
        return None
    return Minute(first, begins, ends, resumes)


def _meet(moment: Instant | None, minute: Instant | None) -> bool:
    """Whether a moment, which may move by a minute, can be just one of another minute."""
    return moment is not None and minute is not None and abs(moment - minute) < MINUTE


def _along(first: Instant | None, later: Instant | None, longer: Instant | None) -> Along | None:
    if first is None or later is None or longer is None:
        return Along.NEITHER if first is later is longer else None
    return _MOVING.get((later - first, longer - first))
