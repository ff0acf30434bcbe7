"""Readers: who asks a server over a socket, and takes what comes at a pace of their own."""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

import pytest

from package_format.lingering import IS_ENFORCED

only_where_it_is_told = pytest.mark.skipif(
    not IS_ENFORCED, reason="this system does not tell what a reader has taken"
)


def can_listen(host: str) -> bool:
    """Tell whether this machine has an address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with suppress(OSError), socket.create_server((host, 0), family=family):
        return True
    return False


class Server:
    """A server in a process of its own.

    Attributes:
        process: The process, which only looks after workers.
        host: Where it listens.
        port: At which port.
    """

    def __init__(self, process: subprocess.Popen[str], address: str, host: str) -> None:
        self.process = process
        self.host = host
        self.port = int(address.rpartition(":")[2])

    def end(self, within: float) -> float:
        """Tell it to end; return how many seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=within)
        return time.monotonic() - begun


@contextmanager
def started(code: str, *arguments: str, host: str = "127.0.0.1") -> Iterator[Server]:
    """Run a program that serves, and prints its address once it answers."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Server(process, process.stdout.readline().strip(), host)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(40)


class Reader:
    """Somebody who asks, and reads when told to; their system keeps hardly anything for them."""

    def __init__(self, server: Server) -> None:
        family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.socket.settimeout(30)
        self.socket.connect((server.host, server.port))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def ask(self, path: str) -> Self:
        """Ask once."""
        self.socket.sendall(_request(path))
        return self

    def ask_again_and_again(self, path: str) -> Self:
        """Ask without an end and without reading, until the server has no ear for it."""
        with suppress(TimeoutError):
            self.socket.settimeout(1)
            while True:
                self.socket.sendall(_request(path) * 100)
        return self

    def is_ended(self, within: float) -> bool:
        """Wait, without reading, until the other side has ended the connection."""
        poll = select.poll()
        poll.register(self.socket, 0)
        return bool(poll.poll(within * 1000))

    def drip(self, start: bytes, drops: bytes, within: float) -> bool:
        """Say something, and then a byte every now and then; tell if the other side ends it.

        Args:
            start: What is said at once; with nothing to follow, this side of the connection closes.
            drops: What follows, again and again.
            within: For how many seconds to go on.
        """
        self.socket.sendall(start)
        if not drops:
            self.socket.shutdown(socket.SHUT_WR)
        self.socket.settimeout(0.2)
        end = time.monotonic() + within
        said = 0
        while time.monotonic() < end:
            try:
                if not self.socket.recv(65536):
                    return True
            except TimeoutError:
                pass
            except ConnectionError:
                return True
            if drops:
                with suppress(ConnectionError):
                    self.socket.sendall(drops[said % len(drops) :][:1])
                said += 1
        return False

    def body(self, *, sip: int = 65536, pauses: float = 0, during: float = 0) -> bytes:
        """Take an answer: in sips at first, with pauses between them, and then at once."""
        data = bytearray()
        end = time.monotonic() + during
        while b"\r\n\r\n" not in data:
            data += self._some(sip)
        head, _, rest = bytes(data).partition(b"\r\n\r\n")
        lines = dict(x.lower().split(b": ", 1) for x in head.split(b"\r\n")[1:])
        length = int(lines[b"content-length"])
        body = bytearray(rest)
        while len(body) < length:
            if time.monotonic() < end:
                time.sleep(pauses)
                body += self._some(sip)
            else:
                body += self._some(65536)
        return bytes(body)

    def _some(self, most: int) -> bytes:
        data = self.socket.recv(most)
        assert data, "the other side has ended it"
        return data


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
