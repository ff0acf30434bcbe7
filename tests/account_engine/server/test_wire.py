"""What comes over a connection and is no sound request, or takes its time."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest

from account_engine.server import asking
from account_engine.server.app import create_app
from tests.account_engine.server.conftest import Served
from tests.browser import on_loopback

FORM = (
    b"POST /login HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
QUICK = 2.0
"""In how many seconds somebody else is answered, on a slow and busy machine."""


def _said(address: str, sent: bytes, *, patience: float = 5.0) -> bytes:
    """Send bytes over a connection, and return all that comes back."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port or 0), timeout=patience) as wire:
        wire.sendall(sent)
        found = b""
        try:
            while piece := wire.recv(65_536):
                found += piece
        except TimeoutError:
            pass
    return found


def test_a_request_is_one_request(served: Served) -> None:
    """Two lengths, or a length and chunks, could hide a second request from a proxy."""
    hidden = b"GET /api/v1/account HTTP/1.1\r\nHost: x\r\n\r\n"
    start = FORM
    nasty = (
        start + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(hidden) + hidden,
        start + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
        start + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + hidden,
        start + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
        start + b"Content-Length: +5\r\n\r\nkey=x" + hidden,
        start + b"Content-Length: 99999999999999999999\r\n\r\n" + hidden,
        b"GET /login HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n",
        b"GET /login HTTP/1.1\r\nHost: a\r\nHost: b\r\nX\0: a\r\n\r\n",
    )
    with on_loopback(create_app(served.shop.location)) as address:
        for sent in nasty:
            answer = _said(address, sent, patience=1.0)
            statuses = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1")]
            assert len(statuses) <= 1, sent
            assert b" 500 " not in answer


def test_who_sends_without_end_is_not_waited_for(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.3)
    monkeypatch.setattr(asking, "SLOWEST", 2**30)
    with on_loopback(create_app(served.shop.location)) as address:
        slow = _said(address, FORM + b"Content-Length: 100\r\n\r\nkey=", patience=3)
        assert slow.startswith(b"HTTP/1.1 408 ")
        large = b"10000\r\n" + b"x" * 2**16 + b"\r\n"
        endless = _said(
            address, FORM + b"Transfer-Encoding: chunked\r\n\r\n" + large * 6, patience=3
        )
        assert endless.startswith(b"HTTP/1.1 413 ")
        huge = _said(address, FORM + b"Content-Length: 9000000\r\n\r\nkey=", patience=1)
        assert huge.startswith(b"HTTP/1.1 413 ")
        assert _said(address, b"GET /login HTTP/1.0\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.")


def test_who_leaves_in_the_middle_disturbs_nobody(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with on_loopback(create_app(served.shop.location)) as address:
        where = urlsplit(address)
        for _ in range(20):
            with socket.create_connection((where.hostname, where.port or 0)) as wire:
                wire.sendall(FORM + b"Content-Length: 50\r\n\r\nkey=")
        assert _said(address, b"GET /login HTTP/1.0\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.")
    assert "Traceback" not in caplog.text


def test_who_waits_keeps_nobody_else_waiting(served: Served) -> None:
    """A hundred connections that say nothing are no more than that."""
    with on_loopback(create_app(served.shop.location)) as address:
        where = (urlsplit(address).hostname, urlsplit(address).port or 0)
        idle = [socket.create_connection(where) for _ in range(100)]
        for wire in idle:
            wire.sendall(b"POST /login HTTP/1.1\r\nHost: ")
        try:
            before = time.monotonic()
            assert _said(address, b"GET /login HTTP/1.0\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.")
            assert time.monotonic() - before < QUICK
        finally:
            for wire in idle:
                wire.close()
