"""Reach: connections that go to nobody's inner network, whatever a name resolves to.

A name is resolved once, its addresses are looked at, and the connection goes to the address that
was looked at. Every connection is made here, so redirections are no way around it. A connection
also has an end: it is over after so many seconds, however slowly the other side talks.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import httpcore

from package_format.internet import is_public

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host."""


class UnreachableError(httpcore.ConnectError):
    """The owner has to allow the host first."""


def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host, as the system knows them.

    Raises:
        ConnectError: There is no such host.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} cannot be resolved: {error}") from error
    return tuple(dict.fromkeys(str(info[4][0]) for info in found))


class Reach(httpcore.NetworkBackend):
    """Makes connections."""

    def __init__(
        self,
        allowed: Iterable[str],
        seconds: float,
        resolve: Resolve = resolved,
        backend: httpcore.NetworkBackend | None = None,
    ) -> None:
        """Say which hosts are reached wherever they are.

        Args:
            allowed: ``name`` or ``name:port``.
            seconds: When a connection is over, counted from now.
            resolve: What knows the addresses of hosts.
            backend: What makes connections to addresses.
        """
        self._allowed = frozenset(name.casefold() for name in allowed)
        self._end = time.monotonic() + seconds
        self._resolve = resolve
        self._backend = backend or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host, at an address that was looked at."""
        bare = host.strip("[]")
        allowed = not self._allowed.isdisjoint({bare.casefold(), f"{bare}:{port}".casefold()})
        addresses = [one for one in self._resolve(bare, port) if allowed or is_public(one)]
        if not addresses:
            raise UnreachableError(f"{host} is in a private network, and not allowed")
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(
                    address, port, self._left(timeout), local_address, socket_options
                )
                return _Ending(stream, self._left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002  as the base has it
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002  likewise
    ) -> httpcore.NetworkStream:
        """Refuse: nothing posts to a file."""
        raise UnreachableError(path)

    def sleep(self, seconds: float) -> None:
        """Refuse: nothing is tried again here."""
        raise UnreachableError(f"{seconds} seconds")

    def _left(self, timeout: float | None) -> float:
        """Return how long one answer may take."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("it took too long")
        return left if timeout is None else min(timeout, left)


class _Ending(httpcore.NetworkStream):
    """A connection that comes to an end."""

    def __init__(
        self, stream: httpcore.NetworkStream, left: Callable[[float | None], float]
    ) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _Ending(stream, self._left)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  as the base has it
        return self._stream.get_extra_info(info)
