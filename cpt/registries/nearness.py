"""Nearness: a registry leads nobody to what is nearer to them than it is itself.

Somebody's own machine listens to itself, and their network to itself, and neither expects a
stranger to decide what it is asked. What a name resolves to is known for sure when there is a
connection, so each is looked at then, before anything is said on it. Browsers have the same rule
(Private Network Access, https://wicg.github.io/private-network-access/).

A connection to a proxy is not looked at: what that reaches is nearer to it, not to oneself.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from package_format.internet import is_of_this_machine, is_public


class Nearness(IntEnum):
    """How near something is to oneself.

    Attributes:
        INTERNET: Everybody can reach it.
        NETWORK: Whoever is in some network can.
        MACHINE: Only this machine can.
    """

    INTERNET = 0
    NETWORK = 1
    MACHINE = 2


class TooNearError(Exception):
    """A connection leads to what is nearer than the registry.

    Attributes:
        nearness: How near that is.
    """

    def __init__(self, nearness: Nearness) -> None:
        super().__init__(nearness.name)
        self.nearness = nearness


class Place:
    """Where a registry is, as far as that was seen; threads that ask it share this."""

    def __init__(self, host: str) -> None:
        """Name the registry's host; one that is called like this machine is."""
        self._seen = Nearness.MACHINE if is_oneself(host) else None

    @property
    def nearness(self) -> Nearness:
        """How near it is: as far away as it was ever seen, for its name may be led nearer."""
        return Nearness.INTERNET if self._seen is None else self._seen

    def see(self, nearness: Nearness) -> None:
        """Learn where it was seen."""
        self._seen = nearness if self._seen is None else min(self._seen, nearness)


class Lookout:
    """Looks at the connections of one client, which makes no two at a time."""

    def __init__(self, place: Place) -> None:
        """Take where the registry is."""
        self._place = place
        self._host = ""
        self._is_registry = False
        self._is_direct = False

    def expect(self, host: str, *, is_registry: bool) -> None:
        """Say whom the next connection is to lead to.

        Args:
            host: The host's name, as it is asked for.
            is_registry: Whether it is the registry itself, at its port.
        """
        self._host, self._is_registry = host, is_registry

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Look at a connection (httpx's request extension ``trace``).

        Raises:
            TooNearError: It leads to what is too near; it is closed, and nothing was said on it.
        """
        if event == "connection.connect_tcp.started":
            self._is_direct = info["host"] == self._host
        elif event == "connection.connect_tcp.complete" and self._is_direct:
            stream = info["return_value"]
            nearness = nearness_of(stream.get_extra_info("server_addr")[0])
            if self._is_registry:
                self._place.see(nearness)
            elif nearness > self._place.nearness:
                stream.close()
                raise TooNearError(nearness)


def nearness_of(address: str) -> Nearness:
    """Return how near an address is."""
    if is_of_this_machine(address):
        return Nearness.MACHINE
    return Nearness.INTERNET if is_public(address) else Nearness.NETWORK


def is_oneself(host: str) -> bool:
    """Whether a host is this machine, or what only it can reach, by what it is called."""
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return is_of_this_machine(host)
    except ValueError:
        try:
            return is_of_this_machine(socket.inet_ntoa(socket.inet_aton(host)))  # 127.1, 0x7f000001
        except OSError:
            return False
