"""Listening: what a server is called, and when it answers; granian says nothing of either."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Address, ip_address

_PATIENCE = 30.0
_LOOK_AGAIN = 0.02


def name_of(host: str) -> str:
    """Return the host's part of an address: the machine's name if it listens everywhere."""
    ip = ip_address(host)
    if ip.is_unspecified:
        return socket.gethostname()
    return f"[{ip}]" if isinstance(ip, IPv6Address) else str(ip)


def family_of(host: str) -> socket.AddressFamily:
    """Return which sort of address a host is."""
    return socket.AF_INET6 if isinstance(ip_address(host), IPv6Address) else socket.AF_INET


def say_when_ready(
    host: str, port: int, address: str, ready: Callable[[str], None], patience: float = _PATIENCE
) -> None:
    """Tell the address once the server answers; granian says nothing when its workers listen.

    This runs in a thread while granian forks its workers, and a lock that is held at that moment
    stays held in the worker for ever: nothing is imported or looked up here. (What looks a host's
    name up, as `socket.create_connection` does, imports a codec when it does so first.)

    Args:
        host: The IP address that it listens at.
        port: Its port.
        address: What to tell.
        ready: Whom to tell.
        patience: For how many seconds to try.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with suppress(OSError):
            with socket.socket(family_of(host)) as probe:
                probe.settimeout(1)
                probe.connect((host, port))
            ready(address)
            return
        time.sleep(_LOOK_AGAIN)
