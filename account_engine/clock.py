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
