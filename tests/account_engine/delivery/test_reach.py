"""Nobody's inner network is reached, whatever a name resolves to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import httpcore
import pytest

from account_engine.delivery.reach import Reach, UnreachableError, resolved


class _Backend(httpcore.MockBackend):
    """Remembers to where it connected; some addresses do not answer."""

    def __init__(self, dead: Sequence[str] = ()) -> None:
        super().__init__([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
        self.connected: list[str] = []
        self.dead = dead

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected.append(host)
        if host in self.dead:
            raise httpcore.ConnectError("refused")
        return super().connect_tcp(host, port, timeout, local_address, socket_options)


def _reach(
    addresses: Sequence[str], *, allowed: tuple[str, ...] = (), dead: Sequence[str] = ()
) -> tuple[Reach, _Backend]:
    backend = _Backend(dead)
    return Reach(allowed, 10, lambda _host, _port: addresses, backend), backend


def test_a_connection_goes_to_the_address_that_was_looked_at() -> None:
    reach, backend = _reach(["127.0.0.1", "8.8.8.8"])
    reach.connect_tcp("hooks.example", 443)
    assert backend.connected == ["8.8.8.8"]


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    reach, backend = _reach(["8.8.8.8", "9.9.9.9"], dead=["8.8.8.8"])
    reach.connect_tcp("hooks.example", 443)
    assert backend.connected == ["8.8.8.8", "9.9.9.9"]
    reach, _ = _reach(["8.8.8.8"], dead=["8.8.8.8"])
    with pytest.raises(httpcore.ConnectError, match="refused"):
        reach.connect_tcp("hooks.example", 443)


@pytest.mark.parametrize("allowed", ["hooks.example", "HOOKS.example:8443", "hooks.example:8443"])
def test_an_owner_may_allow_a_host_wherever_it_is(allowed: str) -> None:
    reach, backend = _reach(["10.0.0.1"], allowed=(allowed,))
    reach.connect_tcp("hooks.example", 8443)
    assert backend.connected == ["10.0.0.1"]


@pytest.mark.parametrize("allowed", ["example", "hooks.example:80", "evil.hooks.example", "*"])
def test_no_other_host_is_allowed_with_it(allowed: str) -> None:
    reach, backend = _reach(["10.0.0.1"], allowed=(allowed,))
    with pytest.raises(UnreachableError, match="private network"):
        reach.connect_tcp("hooks.example", 8443)
    assert backend.connected == []


def test_a_connection_ends_however_slowly_the_other_side_talks() -> None:
    backend = _Backend()
    reach = Reach((), -1, lambda _host, _port: ["8.8.8.8"], backend)
    with pytest.raises(httpcore.ReadTimeout):
        reach.connect_tcp("hooks.example", 443)


def test_nothing_else_than_the_network_is_reached() -> None:
    reach, _ = _reach([])
    with pytest.raises(UnreachableError):
        reach.connect_unix_socket("/var/run/docker.sock")
    with pytest.raises(UnreachableError):
        reach.sleep(1)


def test_names_are_resolved_by_the_system() -> None:
    assert "127.0.0.1" in resolved("localhost", 80)
    with pytest.raises(httpcore.ConnectError, match="cannot be resolved"):
        resolved("a" * 300, 80)
