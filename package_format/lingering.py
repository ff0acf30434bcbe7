"""Lingering: a connection has its place at a server while what was asked for is taken.

The HTTP layer hands an answer to the system, and waits without an end until all of it is taken. So
each process that answers looks at its own connections every now and then, and ends those of whom
something waits to be taken, and hardly any of it has been; and those that an address has too many
of. When the server is told to end, it ends whatever is still there in time.

What has been taken is what the other system acknowledges; `TCP_INFO` counts that in bytes since
Linux 4.6. Elsewhere nothing is ended. The system's own limit, `TCP_USER_TIMEOUT`, asks for too much
and too little: it ends a program that steadily reads a few kilobytes a second, whose window opens a
little at a time, and lets one that opens it by a byte a minute keep its place for years.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Thread
from types import FrameType

IS_ENFORCED = sys.platform == "linux"
"""Whether the system tells how much of what was sent has been taken."""

_LISTENS = 10
"""The state of a socket that connections come to (`TCP_LISTEN`)."""
_FORGETS = struct.pack("ii", 1, 0)
"""What `SO_LINGER` is to be, so that closing forgets what was never taken."""
_INFO = struct.Struct("B23xI28xI60xQ16xI")
"""Of `struct tcp_info`: the state, packets that were not acknowledged, for how many milliseconds
nothing came, bytes that were acknowledged, and bytes that were not sent.
"""
_ADDRESSES = 4
"""How many addresses it takes at least to have all of a process's connections."""
_LEFT = 3
"""How many seconds before a server would be killed the last connections are ended."""
_OF_ONES_OWN = 64
"""How much of an IPv6 address is somebody's own: the rest they choose themselves."""
_OPEN = "/proc/self/fd"
_TCP = {socket.AF_INET, socket.AF_INET6}

Peer = tuple[str | int, ...]
"""Who is at the other end: an address and a port."""

_Handler = Callable[[int, FrameType | None], None]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a connection may linger.

    Attributes:
        ending: How many seconds after the last one was accepted all that are left are ended.
        pause: How many seconds something waits before it is asked whether enough has been taken.
        least: How many bytes are enough in that time.
        most: How many connections an address has. Of too many, those are ended for which nothing
            waits, and of which nothing has come for longest.
        look: How many seconds pass between two looks.
    """

    ending: float
    pause: float = 60.0
    least: int = 16_384
    most: int | None = None
    look: float = 1.0


def usual(grace: float, places: int, *, is_behind_something: bool) -> Patience:
    """Return the patience of a server, if nobody says another.

    Args:
        grace: For how many seconds it may finish what it has begun when it is told to end.
        places: How many connections this process has.
        is_behind_something: Whether others ask it for people: what is in front has one address, and
            says itself how much of it anybody may have.
    """
    most = None if is_behind_something else max(1, places // _ADDRESSES)
    return Patience(ending=grace - _LEFT, most=most)


@dataclass(frozen=True)
class Connection:
    """A connection as the system describes it.

    Attributes:
        number: The number by which the process knows the socket.
        taken: How many bytes the other side has acknowledged since it came.
        waits: Whether there are bytes that it has not.
        silent: For how many milliseconds nothing has come from there.
    """

    number: int
    taken: int
    waits: bool
    silent: int = 0


@dataclass
class Watch:
    """Who is waited for, since when."""

    patience: Patience
    _marks: dict[Peer, tuple[float, int]] = field(default_factory=dict)
    _listened: bool = False
    _deaf_since: float | None = None

    def lingering(
        self, now: float, connections: Mapping[Peer, Connection], *, listens: bool
    ) -> list[Peer]:
        """Return whose connections are to be ended.

        Args:
            now: Seconds, of a clock that only goes forward.
            connections: What there is, by who is at the other end.
            listens: Whether more of them are accepted.
        """
        if listens:
            self._listened, self._deaf_since = True, None
        elif self._listened and self._deaf_since is None:
            self._deaf_since = now
        if self._deaf_since is not None and now - self._deaf_since >= self.patience.ending:
            return list(connections)
        ended = []
        marks: dict[Peer, tuple[float, int]] = {}
        for peer, connection in connections.items():
            if not connection.waits:
                continue
            since, taken = self._marks.get(peer, (now, connection.taken))
            if now - since >= self.patience.pause:
                if connection.taken - taken < self.patience.least:
                    ended.append(peer)
                since, taken = now, connection.taken
            marks[peer] = since, taken
        self._marks = marks
        return ended + self._too_many(connections)

    def _too_many(self, connections: Mapping[Peer, Connection]) -> list[Peer]:
        if self.patience.most is None or len(connections) <= self.patience.most:
            return []
        by_address: dict[str, list[Peer]] = {}
        rank = {x: (not each.waits, each.silent) for x, each in connections.items()}
        for peer in sorted(rank, key=rank.__getitem__):
            by_address.setdefault(_address(peer), []).append(peer)
        return [peer for peers in by_address.values() for peer in peers[self.patience.most :]]


def _address(peer: Peer) -> str:
    """Return from where a connection comes: an IPv4 address, or a network of IPv6."""
    found = ip_address(str(peer[0]).partition("%")[0])
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, _OF_ONES_OWN), strict=False))
    return str(found)


def end_whoever_begins() -> None:
    """Let a worker that is told to end before it answers do so at once: it has nothing to finish.

    To be called by the process that looks after workers, before it forks them and after it has said
    what happens when it is told to end itself. A worker has that from it until it says otherwise,
    and would hear nothing until then.
    """
    parent = os.getpid()
    for number in (signal.SIGINT, signal.SIGTERM):
        told = signal.getsignal(number)
        if callable(told):
            signal.signal(number, _ending(parent, told))


def _ending(parent: int, told: Callable[[int, FrameType | None], object]) -> _Handler:
    def end(number: int, frame: FrameType | None) -> None:
        if os.getpid() == parent:
            told(number, frame)
        elif number == signal.SIGTERM:  # Ctrl-C reaches everybody, and the parent tells its workers
            os._exit(0)

    return end


def end_lingering(port: int, patience: Patience) -> None:
    """End, from now on, the connections of this process that linger; in a thread of its own.

    Args:
        port: The port at which this process takes connections, or is going to.
        patience: How long they may linger.
    """
    if IS_ENFORCED:
        Thread(target=_keep_looking, args=(port, patience), name="lingering", daemon=True).start()


def _keep_looking(port: int, patience: Patience) -> None:
    watch = Watch(patience)
    while True:
        time.sleep(patience.look)
        connections, listens = accepted_at(port)
        for peer in watch.lingering(time.monotonic(), connections, listens=listens):
            end(peer, connections[peer].number)


def accepted_at(port: int) -> tuple[dict[Peer, Connection], bool]:
    """Return the connections that this process accepted at a port, and whether it accepts more."""
    found: dict[Peer, Connection] = {}
    listens = False
    with os.scandir(_OPEN) as opened:
        numbers = [int(entry.name) for entry in opened]
    for number in numbers:
        with suppress(OSError, struct.error), _borrowed(number) as borrowed:
            if borrowed.family not in _TCP or borrowed.getsockname()[1] != port:
                continue
            info = borrowed.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size)
            state, unacknowledged, silent, taken, unsent = _INFO.unpack(info)
            if state == _LISTENS:
                listens = True
            else:
                waits = bool(unacknowledged or unsent)
                found[borrowed.getpeername()] = Connection(number, taken, waits, silent)
    return found, listens


def end(peer: Peer, number: int) -> None:
    """End somebody's connection at once, and forget what they have not taken.

    Args:
        peer: Who is at the other end; if it is somebody else, nothing is done.
        number: The number by which the process knows the socket.
    """
    with suppress(OSError), _borrowed(number) as borrowed:
        if borrowed.getpeername() == peer:
            borrowed.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _FORGETS)
            borrowed.shutdown(socket.SHUT_RDWR)


@contextmanager
def _borrowed(number: int) -> Iterator[socket.socket]:
    """Look at a socket of the HTTP layer, which alone closes it.

    A second number for it would have to be closed, and could be that of a database's file if the
    first had been given to one meanwhile: whoever closes that gives up the locks of SQLite.

    Raises:
        OSError: It is no socket, or not any more.
    """
    borrowed = socket.socket(fileno=number)
    try:
        yield borrowed
    finally:
        borrowed.detach()
