"""Serving: the application behind a socket, and the one module that knows granian."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from threading import Thread

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server
from starlette.applications import Starlette

from account_engine.errors import CannotServeError
from account_engine.server.app import create_app
from account_engine.server.pages.pages import Installations
from account_engine.server.pages.sessions import digest
from account_engine.server.tokens import random_text
from account_engine.whereabouts import Witness
from package_format.lingering import Patience, end_lingering, end_whoever_begins, usual
from package_format.listening import family_of, kill_no_ghosts, name_of, say_when_ready

_HEADERS_TAKE = 10_000
"""For how many milliseconds a connection may say nothing, or not all of its headers."""
_GRACE = 10
"""For how many seconds the worker may finish what it has begun when it is to end."""
_PLACES = 1024
"""How many connections it has."""


def serve(
    location: str,
    *,
    host: str,
    port: int,
    address: str | None,
    installations: Installations,
    witness: Witness,
    ready: Callable[[str, str], None],
    lingering: Patience | None = None,
) -> None:
    """Serve an account until the process is told to stop.

    Args:
        location: Where the account is (`account_engine.stores.locations`).
        host: The IP address to listen at.
        port: The port to listen at; 0 for any that is free.
        address: The address that people use, if there is something in front of this server.
        installations: What reads the account's record; it has to be a function of a module.
        witness: What remembers how far the account has come.
        ready: Is told the address, and the link that lets the owner in once, when the server
            answers.
        lingering: How long a connection is kept for whom, if not as long as usual.

    Raises:
        CannotServeError: The port is taken, or may not be used.
    """
    port, token = free_port(host, port), random_text()
    public = (address or f"http://{name_of(host)}:{port}").rstrip("/")
    lingering = lingering or usual(_GRACE, _PLACES, is_behind_something=address is not None)
    application = partial(
        _load,
        location,
        installations,
        digest(token),
        public,
        witness,
        port,
        lingering,
        proxied=address is not None,
    )
    server = Server(
        "account_engine.server.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,  # sessions of the owner's pages are kept in its memory
        backpressure=_PLACES,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_TAKE),
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=_GRACE,
        respawn_failed_workers=True,
    )

    def say(address: str) -> None:
        ready(address, f"{address}/login?token={token}")

    server.on_startup(end_whoever_begins)
    server.on_startup(kill_no_ghosts)
    server.on_startup(
        lambda: Thread(target=say_when_ready, args=(host, port, public, say), daemon=True).start()
    )
    server.serve(target_loader=application, wrap_loader=False)


def _load(
    location: str,
    installations: Installations,
    link: str,
    address: str,
    witness: Witness,
    port: int,
    lingering: Patience,
    *,
    proxied: bool,
) -> Starlette:
    """Make the application; called in the worker."""
    end_lingering(port, lingering)
    return create_app(
        location,
        installations=installations,
        link=link,
        address=address,
        proxied=proxied,
        witness=witness,
    )


def free_port(host: str, port: int) -> int:
    """Return the port, or one that is free; asked for exclusively, since granian shares ports.

    Raises:
        CannotServeError: It is taken, or may not be used.
    """
    try:
        with socket.create_server((host, port), family=family_of(host)) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        raise CannotServeError(
            f"cannot listen at {host}, port {port}: {error.strerror or error}",
            "another server may be running there; choose a port with --port (0 for a free one)",
        ) from error
