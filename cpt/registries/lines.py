"""Lines: what those ask with who ask a registry over HTTP, one for each thread.

A line has one exchange at a time, is watched by what ends it when it takes too long, and by what
looks whom it has reached.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import Any, TypeAlias

import httpx

from cpt.network import believed, usable_proxies
from cpt.registries.deadline import Deadline
from cpt.registries.nearness import Lookout, Place

Carrier: TypeAlias = httpx.BaseTransport
"""What carries requests; tests bring their own."""

_TIMEOUT = httpx.Timeout(20, connect=5)


class Line:
    """What one thread asks with: a client that has one exchange at a time, and what watches it."""

    def __init__(self, carrier: Carrier | None, place: Place, stopped: threading.Event) -> None:
        self._stopped = stopped
        self.deadline = Deadline()
        self.lookout = Lookout(place)
        with usable_proxies():
            self.client = httpx.Client(
                transport=carrier,
                verify=believed(),
                timeout=_TIMEOUT,
                headers={"User-Agent": "cpt", "Accept-Encoding": "gzip"},
            )

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Let both know of what the client does."""
        self.lookout.trace(event, info)  # first: what is shut says no more where it led
        self.deadline.trace(event, info)
        if self._stopped.is_set():
            self.deadline.end()


class Lines:
    """The lines of those who ask, one for each thread; a later thread has that of one that ended.

    `threading.local` would do the same, and crashes the interpreter (CPython 3.11): when one is let
    go it walks through all threads, and where what it holds closes a socket meanwhile, another
    thread ends and takes away what it walks on.
    """

    def __init__(self, carrier: Carrier | None, place: Place) -> None:
        self._carrier = carrier
        self._place = place
        self.stopped = threading.Event()
        self._lines: dict[int, Line] = {}
        weakref.finalize(self, _hang_up, self._lines)

    def mine(self) -> Line:
        """Return the line of the thread that asks."""
        thread = threading.get_ident()
        found = self._lines.get(thread)
        if found is None:
            found = self._lines[thread] = Line(self._carrier, self._place, self.stopped)
        return found

    def stop(self) -> None:
        """End whatever any thread asks for at the moment, or waits for, and will ask for."""
        self.stopped.set()
        for line in tuple(self._lines.values()):
            line.deadline.end()


def _hang_up(lines: dict[int, Line]) -> None:
    for line in lines.values():
        line.client.close()
