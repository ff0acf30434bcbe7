"""Load for a server: prepared requests over several connections, from a process of its own.

Nothing is made of an answer but its status and its end, so that one process asks for more than the
servers that are compared can give. Each connection has one request under way at a time.
"""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

_STATUS = slice(9, 12)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close|^HTTP/1\.0", re.IGNORECASE)
_PATIENCE = 60
_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Load:
    """What some requests came to.

    Attributes:
        seconds: How long all of them took together.
        statuses: How many answers had each status.
    """

    seconds: float
    statuses: Counter[int]

    @property
    def rate(self) -> float:
        """Requests in a second."""
        return self.statuses.total() / self.seconds


def request(
    method: str, path: str, body: bytes = b"", headers: Sequence[tuple[str, str]] = ()
) -> bytes:
    """Return a request as it goes over the wire."""
    said = [f"{method} {path} HTTP/1.1", "Host: registry"]
    said += [f"{name}: {value}" for name, value in headers]
    if method != "GET":
        said.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*said, "", ""]).encode() + body


class _Connection:
    """A connection that is opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def send(self, data: bytes) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), _PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(data)

    def receive(self) -> int:
        """Read an answer to its end and return its status."""
        assert self._socket is not None  # noqa: S101  something was sent
        said = bytearray(self._more())
        while (end := said.find(b"\r\n\r\n")) < 0:
            said += self._more()
        head, length = bytes(said[:end]), len(said)
        status = int(head[_STATUS])
        if (found := _LENGTH.search(head)) is not None:
            whole = end + 4 + int(found[1])
            while length < whole:
                length += len(self._more())
        elif _CHUNKED.search(head):
            while not said.endswith(b"0\r\n\r\n"):
                said += self._more()
        if _CLOSES.search(head):
            self.close()
        return status

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _more(self) -> bytes:
        assert self._socket is not None  # noqa: S101
        data = self._socket.recv(_AT_ONCE)
        if not data:
            raise ConnectionError("the server closed the connection within an answer")
        return data


def ask(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """Ask a server on this machine for everything, and return how long it took."""
    wires = [_Connection(port) for _ in range(min(connections, len(requests)))]
    statuses: Counter[int] = Counter()
    start = time.perf_counter()
    for number, data in enumerate(requests):
        wire = wires[number % len(wires)]
        if number >= len(wires):
            statuses[wire.receive()] += 1
        wire.send(data)
    for wire in wires:
        statuses[wire.receive()] += 1
    seconds = time.perf_counter() - start
    for wire in wires:
        wire.close()
    return Load(seconds, statuses)


class Asker:
    """A process that asks; it lives as long as the block."""

    def __enter__(self) -> Callable[[int, Sequence[bytes], int], Load]:
        """Return `ask`, as that process does it."""
        self._pool = ProcessPoolExecutor(1, get_context("spawn"))
        return lambda port, requests, connections: self._pool.submit(
            ask, port, requests, connections
        ).result()

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._pool.shutdown()


def processor_seconds(process: int) -> float:
    """Return the seconds of processor time that a process and those it started have used."""
    parts = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    own = (int(parts[11]) + int(parts[12])) / _TICKS
    tasks = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return own + sum(processor_seconds(int(child)) for child in tasks)


_TICKS = 100
