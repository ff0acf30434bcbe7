"""Serving: the application behind a socket. An edge, and the one module that knows granian.

The process that is started only looks after the workers that it forks. It never imports what they
need, and what is tried first is tried in a process that ends: so all of them together take little
more memory than one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from package_format.garbage_collection import everything_lasts
from package_format.lingering import Patience, end_lingering, end_whoever_begins, usual
from package_format.listening import family_of, kill_no_ghosts, name_of, say_when_ready
from registry_server.errors import CannotServeError
from registry_server.operations.logs import Form, configuration
from registry_server.operations.peers import PRIVATE
from registry_server.operations.workers import shared_metrics
from registry_server.store import Place, Store

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from registry_server.operations.rates import Rates

_GRACE = 30
"""For how many seconds a worker that is to end may finish what it has begun."""
_HEADERS_TAKE = 10_000
"""For how many milliseconds a connection may say nothing, or not all of its headers."""
_PLACES = 1024
"""How many connections all workers together have."""


def serve(  # noqa: PLR0913  an option each
    source: Path | Place,
    *,
    host: str,
    port: int,
    address: str | None,
    workers: int,
    rates: Rates,
    log: Form,
    ready: Callable[[str], None],
    signing_key: str | None = None,
    lingering: Patience | None = None,
) -> None:
    """Serve a registry until the process is told to stop.

    Args:
        source: The folder of a tree that is only read, or where a store is.
        host: The IP address to listen at.
        port: The port to listen at; 0 for any that is free.
        address: The address that people use, if there is something in front of this server.
        workers: How many processes share the work.
        rates: How often one may ask.
        log: What the log looks like, on standard error.
        ready: Is told the address once the server answers.
        signing_key: The online key that signs the index; see `registry_server.signing.read_key`.
        lingering: How long a connection is kept for whom, if not as long as usual.

    Raises:
        CannotServeError: The port is taken, or may not be used; or the store cannot be opened; or
            the key cannot be read, or is another one than the root names.
        UnavailableError: The store's database does not answer.
    """
    if isinstance(source, Place):
        with ProcessPoolExecutor(1) as apart:
            # Here a failure can be told; in a worker it cannot.
            apart.submit(_try, source, signing_key).result()
    port = free_port(host, port)
    public = address or f"http://{name_of(host)}:{port}"
    places = max(1, _PLACES // workers)
    lingering = lingering or usual(_GRACE, places, is_behind_something=address is not None)
    server = Server(
        "registry_server.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        backpressure=places,
        # Which HTTP it is would be found out without an end to the wait for a first byte.
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=configuration(log),
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_TAKE),
        workers_kill_timeout=_GRACE,
        respawn_failed_workers=True,
    )
    server.on_startup(end_whoever_begins)
    server.on_startup(kill_no_ghosts)
    server.on_startup(
        lambda: Thread(target=say_when_ready, args=(host, port, public, ready), daemon=True).start()
    )
    with shared_metrics(workers):
        server.serve(
            target_loader=partial(
                _load,
                source,
                public,
                rates,
                signing_key,
                port,
                lingering,
                proxied=address is not None,
            ),
            wrap_loader=False,
        )


def _try(place: Place, signing_key: str | None) -> None:
    from registry_server.upkeep.describing import bring_up_to_date  # noqa: PLC0415

    with closing(Store.open(place)) as store:
        if signing_key is not None:
            from registry_server.signing import demand_fitting_key, read_key  # noqa: PLC0415

            demand_fitting_key(store.database, read_key(signing_key))
        bring_up_to_date(store)


def _load(
    source: Path | Place,
    address: str,
    rates: Rates,
    signing_key: str | None,
    port: int,
    lingering: Patience,
    *,
    proxied: bool,
) -> ASGIApp:
    """Make the application; called in each worker, which alone imports it."""
    from registry_server.app import create_app, create_registry  # noqa: PLC0415
    from registry_server.trees.folder_tree import FolderTree  # noqa: PLC0415

    if isinstance(source, Place):
        store = Store.open(source, is_up_to_date=True)
        signer = None
        if signing_key is not None:
            from registry_server.signing import Signer, read_key  # noqa: PLC0415

            signer = Signer(store.database, read_key(signing_key))
        app = create_registry(store, address, rates=rates, signer=signer)
    else:
        app = create_app(FolderTree(source), address, rates=rates)
    everything_lasts()
    end_lingering(port, lingering)
    # Whoever is asked by another name has something in front, which says for whom it asks.
    return wrap_asgi_with_proxy_headers(app, list(PRIVATE)) if proxied else app


def free_port(host: str, port: int) -> int:
    """Return the port, or one that is free.

    granian lets several servers share a port (SO_REUSEPORT), so that a second one started by
    mistake would silently take half of the requests: it is asked for exclusively first.
    """
    try:
        with socket.create_server((host, port), family=family_of(host)) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        raise CannotServeError(
            f"cannot listen at {host}, port {port}: {error.strerror or error}",
            "another server may be running there; choose a port with --port (0 for a free one)",
        ) from error
