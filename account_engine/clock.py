"""Clocks: what tells an account's shell the time. The core is told the time as an argument.

An embedded account is a sandbox: its clock stands in its file and is moved by `Account.tick`, by
hand or by an engine that runs (`account_engine.running`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from account_engine.position import Instant


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> Instant:
        """Return the present moment."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Return the machine's time in whole seconds."""
        return int(time.time())


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
