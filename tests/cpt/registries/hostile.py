"""A host on loopback that means harm, over real sockets: what it sends need not be HTTP."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

Attack: TypeAlias = "Callable[[socket.socket], None]"
"""Answers one request for the index of a package; what was asked has been read."""

_CONFIG = b'{"format":1,"blobs":"blobs/","api":"api/v1/"}'
_HEAD = b"HTTP/1.1 200 OK\r\n"


def answer(body: bytes, extra: bytes = b"", status: bytes = b"200 OK") -> Attack:
    """Say this, and how long it is."""
    said = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), extra)
    return once(said + body)


def once(data: bytes) -> Attack:
    """Say this, and go away."""
    return lambda wire: wire.sendall(data)


def for_ever(data: bytes, before: bytes = b"", pause: float = 0.0) -> Attack:
    """Say this again and again, until nobody listens any more."""

    def do(wire: socket.socket) -> None:
        wire.sendall(before)
        while True:
            wire.sendall(data)
            time.sleep(pause)

    return do


def leads_to(where: bytes) -> Attack:
    """Lead somewhere else."""
    return answer(b"", b"Location: " + where + b"\r\n", b"302 Found")


def reset(wire: socket.socket) -> None:
    """Break the connection off."""
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextlib.contextmanager
def attacking(attack: Attack) -> Iterator[str]:
    """Run a host whose configuration is one, and whose other answers are attacks; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_listen, args=(listening, attack), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def _listen(listening: socket.socket, attack: Attack) -> None:
    with contextlib.suppress(OSError):
        while True:
            wire, _ = listening.accept()
            threading.Thread(target=_serve, args=(wire, attack), daemon=True).start()


def _serve(wire: socket.socket, attack: Attack) -> None:
    with wire, contextlib.suppress(OSError):
        asked = b""
        while b"\r\n\r\n" not in asked:
            more = wire.recv(65536)
            if not more:
                return
            asked += more
        if asked.startswith(b"GET /config.json"):
            answer(_CONFIG, b"Connection: close\r\n")(wire)
        else:
            attack(wire)
