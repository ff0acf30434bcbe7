"""A registry leads nobody to what is nearer to them than it is, whatever names resolve to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cpt.errors import DamagedRegistryError
from cpt.registries.http import HttpRegistry
from cpt.registries.nearness import Lookout, Nearness, Place, TooNearError, nearness_of
from tests.cpt.registries.misbehaving import Host, answer, hosting

TAGS = "acme/lifecycle-tags"
CONFIG = "http://packages.example/config.json"


@pytest.fixture
def host(tree: Path) -> Iterator[Host]:
    with hosting(tree) as running:
        yield running


@pytest.fixture
def led(host: Host, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address that resolves to this machine, to which a registry behind a proxy leads."""
    resolve = socket.getaddrinfo

    def resolved(name: str, port: int, *more: int) -> list[tuple[Any, ...]]:
        return [*resolve("127.0.0.1" if name == "led.example" else name, port, *more)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setenv("HTTP_PROXY", host.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    address = f"http://led.example:{urlsplit(host.address).port}/config.json"
    host.always[CONFIG] = answer(302, Location=address)
    return address


def test_a_name_that_resolves_to_this_machine_is_asked_nothing(
    host: Host, led: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "led.example")
    with pytest.raises(DamagedRegistryError, match=f"leads to {led}: this machine"):
        HttpRegistry("http://packages.example").versions(TAGS)
    assert host.paths() == [CONFIG], "and nothing was said there"


def test_what_a_proxy_reaches_is_its_own_business(host: Host, led: str) -> None:
    host.always[led] = answer(200, b'{"format": 1, "blobs": "blobs/"}')
    assert HttpRegistry("http://packages.example").versions(TAGS) == ()
    assert host.paths()[:2] == [CONFIG, led]


class _Connection:
    """A connection to an address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.is_closed = False

    def get_extra_info(self, _: str) -> tuple[str, int]:
        return self.address, 443

    def close(self) -> None:
        self.is_closed = True


def connect(lookout: Lookout, host: str, address: str, *, is_registry: bool = False) -> _Connection:
    connection = _Connection(address)
    lookout.expect(host, is_registry=is_registry)
    lookout.trace("connection.connect_tcp.started", {"host": host, "port": 443})
    lookout.trace("connection.connect_tcp.complete", {"return_value": connection})
    return connection


@pytest.mark.parametrize(
    ("registry", "elsewhere"),
    [
        ("93.184.216.34", "127.0.0.1"),
        ("93.184.216.34", "169.254.169.254"),
        ("93.184.216.34", "::ffff:127.0.0.1"),
        ("93.184.216.34", "192.168.1.1"),
        ("2606:4700::1111", "fd12:3456::1"),
        ("10.0.0.5", "127.0.0.1"),
        ("100.64.0.1", "fe80::1%eth0"),
    ],
)
def test_nobody_is_led_nearer(registry: str, elsewhere: str) -> None:
    lookout = Lookout(Place("packages.example"))
    connect(lookout, "packages.example", registry, is_registry=True)
    with pytest.raises(TooNearError) as error:
        connect(lookout, "led.example", elsewhere)
    assert error.value.nearness is nearness_of(elsewhere)


@pytest.mark.parametrize(
    ("registry", "elsewhere"),
    [
        ("93.184.216.34", "8.8.8.8"),
        ("10.0.0.5", "192.168.1.1"),
        ("10.0.0.5", "8.8.8.8"),
        ("127.0.0.1", "127.0.0.2"),
        ("::1", "10.0.0.5"),
    ],
)
def test_what_is_as_far_away_is_gone_to(registry: str, elsewhere: str) -> None:
    lookout = Lookout(Place("packages.example"))
    connect(lookout, "packages.example", registry, is_registry=True)
    assert not connect(lookout, "led.example", elsewhere).is_closed


def test_a_registrys_name_that_changes_does_not_bring_it_nearer() -> None:
    place = Place("packages.example")
    lookout = Lookout(place)
    connect(lookout, "packages.example", "93.184.216.34", is_registry=True)
    connect(lookout, "packages.example", "127.0.0.1", is_registry=True)
    assert place.nearness is Nearness.INTERNET
    with pytest.raises(TooNearError):
        connect(lookout, "packages.example", "127.0.0.1")  # at another port


def test_what_nobody_has_seen_is_on_the_internet_but_this_machine_is_known_by_its_name() -> None:
    assert Place("packages.example").nearness is Nearness.INTERNET
    assert Place("localhost.").nearness is Nearness.MACHINE
    assert Place("2130706433").nearness is Nearness.MACHINE


def test_a_connection_to_a_proxy_is_not_looked_at() -> None:
    lookout = Lookout(Place("packages.example"))
    lookout.expect("led.example", is_registry=False)
    lookout.trace("connection.connect_tcp.started", {"host": "127.0.0.1", "port": 3128})
    proxy = _Connection("127.0.0.1")
    lookout.trace("connection.connect_tcp.complete", {"return_value": proxy})
    assert not proxy.is_closed
