"""A registry that sends a byte at a time is waited for no longer than one that sends nothing."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cpt.errors import RegistryError
from cpt.registries.http import HttpRegistry

CERTIFICATE = Path(__file__).resolve().parents[2] / "loopback.pem"
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"


@contextmanager
def dripping(before: bytes, endless: bytes, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve, on the port that is yielded, something at once, and then a byte every 20 ms."""
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            with contextlib.suppress(OSError):
                plain, _ = server.accept()
                with context.wrap_socket(plain, server_side=True) if context else plain as client:
                    client.recv(4096)
                    client.sendall(before)
                    while not stopped.wait(0.02):
                        client.sendall(endless)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stopped.set()
            thread.join()


@pytest.mark.parametrize(
    ("before", "endless"),
    [(b"", b"H"), (b"HTTP/1.1 200 OK\r\nX: ", b"x"), (HEADERS, b" ")],
    ids=["status", "headers", "body"],
)
@pytest.mark.parametrize("ask", [HttpRegistry.names, lambda registry: registry.versions("a/b")])
def test_a_registry_that_drips_is_given_up(
    before: bytes, endless: bytes, ask: Callable[[HttpRegistry], object]
) -> None:
    with dripping(before, endless) as port:
        registry = HttpRegistry(f"http://127.0.0.1:{port}", patience=0.3)
        began = time.monotonic()
        with pytest.raises(RegistryError, match="does not answer in time") as caught:
            ask(registry)
        assert time.monotonic() - began < 10
        assert caught.value.help == ("try again later",)


def test_a_registry_that_drips_through_tls_is_given_up() -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(CERTIFICATE)
    trusting = httpx.HTTPTransport(verify=ssl.create_default_context(cafile=str(CERTIFICATE)))
    with dripping(HEADERS, b" ", serving) as port:
        registry = HttpRegistry(f"https://127.0.0.1:{port}", trusting, patience=0.5)
        with pytest.raises(RegistryError, match="does not answer in time"):
            registry.names()
