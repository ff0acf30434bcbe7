"""A host on loopback that serves a tree over real sockets, and misbehaves as it is told to."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TypeAlias

from tests.cpt.registries.conftest import QuietServer

Misdeed: TypeAlias = "Callable[[Handler, bytes], None]"
"""Answers one request in another way; told the bytes that should have been sent."""


@dataclass(frozen=True)
class Asked:
    """A request that came.

    Attributes:
        path: Its path.
        headers: Its headers, by their names in lower case.
    """

    path: str
    headers: dict[str, str]


@dataclass
class Host:
    """A host.

    Attributes:
        root: The folder that it serves.
        address: Its address.
        misdeeds: What it does instead of answering, once each, by path; `always` for ever.
        always: What it does instead of answering, each time, by path.
        asked: What it was asked, in order.
        etags: Whether it says ETags.
        ranges: Whether it sends parts of files.
    """

    root: Path
    address: str = ""
    misdeeds: dict[str, deque[Misdeed]] = field(default_factory=dict)
    always: dict[str, Misdeed] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    etags: bool = True
    ranges: bool = True

    def does(self, path: str, *misdeeds: Misdeed) -> None:
        """Let it do these things, one after the other, when it is asked for a file."""
        self.misdeeds.setdefault(f"/{path}", deque()).extend(misdeeds)

    def paths(self) -> list[str]:
        """Return what it was asked for, in order."""
        return [each.path for each in self.asked]


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    host: Host

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.host.asked.append(Asked(self.path, headers))
        file = self.host.root / self.path.lstrip("/")
        data = file.read_bytes() if file.is_file() else b""
        waiting = self.host.misdeeds.get(self.path)
        if waiting:
            waiting.popleft()(self, data)
        elif self.path in self.host.always:
            self.host.always[self.path](self, data)
        elif file.is_file():
            self.behave(data, headers)
        else:
            self.say(404, b"")

    def behave(self, data: bytes, headers: dict[str, str]) -> None:
        """Answer as a good host does."""
        etag = f'"{sha256(data).hexdigest()[:16]}"'
        if self.host.etags and headers.get("if-none-match") == etag:
            self.say(304, b"", {"ETag": etag})
            return
        extra = {"ETag": etag} if self.host.etags else {}
        wanted = headers.get("range", "")
        if wanted and self.host.ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                self.say(416, b"")
                return
            extra["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self.say(206, data[start:], extra)
            return
        self.say(200, data, extra)

    def say(
        self,
        status: int,
        data: bytes,
        extra: Mapping[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        """Send an answer, whose length may be a lie."""
        self.send_response(status)
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)
        if length is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is called there
        pass


def drop_after(number: int) -> Misdeed:
    """Send so many bytes of what was asked for, and go away."""

    def do(handler: Handler, data: bytes) -> None:
        start = int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=")[:-1])
        part = data[start : start + number]
        extra = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        handler.say(206 if start else 200, part, extra, len(data) - start)

    return do


def answer(status: int, data: bytes = b"", length: int | None = None, **extra: str) -> Misdeed:
    """Answer just this."""
    headers = {name.replace("_", "-"): value for name, value in extra.items()}
    return lambda handler, _: handler.say(status, data, headers, length)


def stall_after(number: int) -> Misdeed:
    """Send so many bytes of what was asked for, and nothing more while the other side waits."""

    def do(handler: Handler, data: bytes) -> None:
        handler.say(200, data[:number], length=len(data))
        handler.rfile.read(1)

    return do


def without_length(data: bytes) -> Misdeed:
    """Answer in the old way, in which the end of the connection is the end of the file."""

    def do(handler: Handler, _: bytes) -> None:
        handler.protocol_version = "HTTP/1.0"
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(data)
        handler.close_connection = True

    return do


@contextlib.contextmanager
def hosting(root: Path) -> Iterator[Host]:
    """Run a host for a tree."""
    host = Host(root)
    handler = type("HandlerOfOne", (Handler,), {"host": host})
    server = QuietServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    host.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
