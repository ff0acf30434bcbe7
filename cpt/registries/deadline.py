"""A deadline for one exchange over HTTP, however slowly the other side talks.

A timeout of a library is for one read, and who sends a byte at a time is always in time. So the
sockets that an exchange uses are shut when it is over, which ends whatever waits for them.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any

_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Deadline:
    """Ends the exchanges of one client, which has no two at a time.

    Attributes:
        is_over: Whether the last exchange took too long.
    """

    def __init__(self) -> None:
        """Begin without connections."""
        self.is_over = False
        self._sockets: list[socket.socket] = []

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn which connections there are (httpx's request extension ``trace``)."""
        if event in _CONNECTED:
            found = info["return_value"].get_extra_info("socket")
            self._sockets = [one for one in self._sockets if one.fileno() >= 0]
            self._sockets.append(found)
            if self.is_over:
                self.end()

    @contextlib.contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """End what happens inside after so many seconds; `is_over` says whether that was needed."""
        self.is_over = False
        timer = threading.Timer(seconds, self.end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def end(self) -> None:
        """End what happens now, as if it took too long."""
        self.is_over = True
        for one in tuple(self._sockets):
            with contextlib.suppress(OSError, ValueError):
                one.shutdown(socket.SHUT_RDWR)
