"""Patience: whether a request is made again, and after how long; no dice in here."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock

ATTEMPTS = 4
"""How often something is asked for before it is given up."""

LONGEST_WAIT = 60.0
"""The most seconds that a registry may ask to be left alone; who asks for more is given up."""

FELT = 3.0
"""From how many seconds on people are told of a wait."""

_FIRST_WAIT = 0.25

PASSING = frozenset({429, 500, 502, 503, 504})
"""The statuses by which a host says that another time the answer may be another."""


def wait_before_next(
    attempt: int, retry_after: str | None, *, now: datetime, chance: float
) -> float | None:
    """Return how many seconds to wait before asking again; None to give up.

    What a host asks for (``Retry-After``, RFC 9110 section 10.2.3) is respected within bounds;
    otherwise waits double, and chance keeps many clients apart.

    Args:
        attempt: How many times it has been asked for, from 1.
        retry_after: What the answer says, if there was an answer and it says so.
        now: The present moment, in UTC.
        chance: A random number from 0 to 1.
    """
    if attempt >= ATTEMPTS:
        return None
    wanted = _asked_for(retry_after, now)
    if wanted is None:
        return math.ldexp(_FIRST_WAIT, attempt - 1) * (0.5 + chance)
    return wanted if wanted <= LONGEST_WAIT else None


def _asked_for(retry_after: str | None, now: datetime) -> float | None:
    """Read what a host asks for: seconds or a date; None where it is neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < len("1000000000") else math.inf
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


class Once:
    """Tells people of waits that are felt: of one at a time, however many threads wait."""

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Say who tells them, and what tells the time in seconds."""
        self._say = say
        self._clock = clock
        self._until = float("-inf")
        self._lock = Lock()

    def of_a_wait(self, why: str, seconds: float) -> None:
        """Tell of a wait, unless it is short, or another one that was told of goes on."""
        if seconds < FELT:
            return
        with self._lock:
            now = self._clock()
            if now < self._until:
                return
            self._until = now + seconds
        self._say(f"note: {why}; it is asked again in {seconds:.0f} s")
