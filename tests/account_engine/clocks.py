"""A clock that is moved by hand, for tests of what runs by one."""

from __future__ import annotations

from account_engine.position import Instant


class VirtualClock:
    """A clock that stands still until it is moved, either way."""

    def __init__(self, now: Instant) -> None:
        """Set it."""
        self._now = now

    def now(self) -> Instant:
        """Return what it shows."""
        return self._now

    def move(self, seconds: int) -> None:
        """Move it on, or back."""
        self._now += seconds
