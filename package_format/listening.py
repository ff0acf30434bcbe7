"""Listening: what a server is called, when it answers, and whether a worker of it is left.

Of the first two granian says nothing, and of the third not always what is so.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from multiprocessing import active_children

_PATIENCE = 30.0
_LOOK_AGAIN = 0.02
_GRANIANS = "_granian"
"""The logger in which granian says what it does with its workers."""


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


def kill_no_ghosts() -> None:
    """Keep granian from saying that it kills a worker that has ended.

    Two threads of it wait for each worker. Whichever comes second hears from the system that there
    is no such process, and takes the worker for one that will not end until the first has noted it.
    """
    logging.getLogger(_GRANIANS).addFilter(_is_of_the_living)


def _is_of_the_living(record: logging.LogRecord) -> bool:
    if not record.getMessage().startswith("Killing "):
        return True
    return any(_is_there(child.pid) for child in active_children())


def _is_there(process: int | None) -> bool:
    """Whether the system knows a process; elsewhere than on POSIX asking would end it."""
    if os.name != "posix" or process is None:
        return True
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False
