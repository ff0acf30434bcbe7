"""The application: routes, headers that every answer carries, and what becomes of failures."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount

from registry_server.api import openapi
from registry_server.api.desk import Desk, utc_now
from registry_server.api.files import CHEAP, PREFIXES, Files
from registry_server.api.problems import OUR_FAULT, STATUSES, problem
from registry_server.api.straight import Straight
from registry_server.api.v1 import PREFIX, create_api
from registry_server.auth.issuers import IssuerKeys
from registry_server.catalog.publishing import Publishing
from registry_server.counting import Counting
from registry_server.errors import DamagedTreeError, RegistryServerError
from registry_server.operations.health import Health
from registry_server.operations.metrics import Metrics
from registry_server.operations.rates import Rates
from registry_server.operations.throttling import Throttling
from registry_server.operations.watching import Watched
from registry_server.store import Store
from registry_server.trees.folder_lists import FolderLists
from registry_server.trees.folder_tree import FolderTree
from registry_server.trees.stored_lists import StoredLists
from registry_server.trees.stored_tree import StoredTree
from registry_server.web import rendering
from registry_server.web.lost import meant
from registry_server.web.pages import page_routes
from registry_server.web.site import Site

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from registry_server.signing import Signer

_RATES = Rates()
_NOWHERE = "Nothing has this address. It may have been mistyped."
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f]")
_log = logging.getLogger(__name__)

_PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
# A picture is drawn with a style of its own; opened by itself it may have that, and nothing else.
_PICTURE_POLICY = b"default-src 'none'; style-src 'unsafe-inline'; sandbox"


def _headers(policy: bytes) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"content-security-policy", policy),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
    )


_KEPT_BY_NOBODY = ((b"cache-control", b"no-store"),)
"""Unless an answer says how long it is kept: a problem passes, and the API tells one person."""

_HEADERS, _PICTURE_HEADERS = _headers(_PAGE_POLICY), _headers(_PICTURE_POLICY)

_TITLES = {
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.FORBIDDEN: "This is kept from everybody",
    HTTPStatus.SERVICE_UNAVAILABLE: "This does not work at the moment",
    HTTPStatus.TOO_MANY_REQUESTS: "Not so fast",
    HTTPStatus.METHOD_NOT_ALLOWED: "This page can only be read",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something is wrong here",
}


def create_registry(
    store: Store,
    address: str,
    now: Callable[[], str] = utc_now,
    rates: Rates = _RATES,
    issuers: IssuerKeys | None = None,
    signer: Signer | None = None,
) -> Starlette:
    """Return the application that serves what is in a store, and writes there.

    Args:
        store: Where everything is kept.
        address: The address that people reach it by.
        now: Tells the time.
        rates: How often one may ask.
        issuers: The keys of those who vouch for workflows, for tests.
        signer: What signs the index, if this server does.
    """
    tree = StoredTree(store, address.rstrip("/"))
    publishing = Publishing(store.database, store.blobs, tree.package_of, tree.delegations)
    site = Site(tree, tree.publish_to, StoredLists(store.database))
    counting = Counting(store.database, lambda: now()[: len("2026-11-26")])
    desk = Desk(store, publishing, now, tree.publish_to, issuers or IssuerKeys(), signer)
    app = _create(site, Files(tree, counting.fetched), rates, [Mount(PREFIX, create_api(desk))])
    app.state.counting = counting
    return app


def create_app(tree: FolderTree, address: str, rates: Rates = _RATES) -> Starlette:
    """Return the application that serves a tree that is a folder.

    Args:
        tree: The tree.
        address: The address that people reach it by, for the commands that pages show.
        rates: How often one may ask.
    """
    return _create(Site(tree, address.rstrip("/"), FolderLists(tree)), Files(tree), rates)


def _create(site: Site, files: Files, rates: Rates, more: Sequence[BaseRoute] = ()) -> Starlette:
    metrics = Metrics()
    app = Starlette(
        routes=[
            *files.routes,
            *Health(site.tree.checks(), ending=partial(_ending, site)).routes,
            *metrics.routes,
            *more,
            *openapi.routes(site.address),
            *page_routes(site),
        ],
        middleware=[
            Middleware(Straight, files, metrics, _HEADERS),
            Middleware(CarefulHeaders),
            Middleware(Watched, metrics, _on_bug),
            Middleware(Throttling, rates, CHEAP, _answer),
            Middleware(OneLine),
        ],
        exception_handlers={
            HTTPException: _on_http,
            RegistryServerError: _on_error,
            DamagedTreeError: _on_damage,
        },
    )
    # A redirection would be made of the Host header, which anybody may forge.
    app.router.redirect_slashes = False
    app.state.site = site
    return app


def _ending(site: Site) -> Sequence[str]:
    """What of what is signed will need somebody soon; what is wrong says the status page."""
    try:
        return [ending.what for ending in site.tree.endings(dt.datetime.now(dt.UTC))]
    except RegistryServerError:
        return ()


class CarefulHeaders:
    """Gives every answer the headers that tell a browser to trust nothing it was not told to.

    And whatever stands in front to keep nothing of which it was not told for how long.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and its answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = dict(message["headers"])
                is_picture = said.get(b"content-type", b"").startswith(b"image/svg+xml")
                careful = _PICTURE_HEADERS if is_picture else _HEADERS
                careful += _KEPT_BY_NOBODY
                message["headers"] += [both for both in careful if both[0] not in said]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OneLine:
    """Finds nothing at an address that holds a line's end, or another control character.

    Routes would: in the patterns that they are, the end may stand before a line's end, so that
    ``/metrics%0A`` would be ``/metrics``, though not for a rule of what stands in front.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or say that there is no such address."""
        app = self._app
        if scope["type"] == "http" and _CONTROLS.search(scope["path"]):
            app = _answer(Request(scope), HTTPStatus.NOT_FOUND, _NOWHERE)
        await app(scope, receive, send)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for nothing else
    status = HTTPStatus(error.status_code)
    detail = {
        HTTPStatus.NOT_FOUND: _NOWHERE,
        HTTPStatus.METHOD_NOT_ALLOWED: "This address can only be read; 'cpt publish' publishes.",
    }.get(status, f"{error.detail}.")
    response = _answer(request, status, detail)
    response.headers.update(error.headers or {})
    return response


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RegistryServerError)  # noqa: S101  registered for nothing else
    return _answer(request, STATUSES[type(error)], str(error))


async def _on_damage(request: Request, error: Exception) -> Response:
    _log.error("%s", error)
    return _answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"{error} Whoever runs this registry has to restore it from a copy.",
    )


def _on_bug(request: Request) -> Response:
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, OUR_FAULT)


def _answer(request: Request, status: HTTPStatus, detail: str) -> Response:
    """Tell a program in problem+json, and a person on a page."""
    path = request.url.path
    if path.startswith(PREFIXES):
        return problem(status, detail)
    if _is_asked_by_a_program(request):
        response = problem(status, detail)
        response.headers.update(_AS_ASKED)
        return response
    missing = status is HTTPStatus.NOT_FOUND
    html = rendering.page(
        "problem.html",
        status=status.value,
        title=_TITLES.get(status, status.phrase),
        detail=detail,
        meant=meant(path, request.app.state.site.lists) if missing else (),
    )
    return HTMLResponse(html, status_code=status, headers=_AS_ASKED)


_AS_ASKED = {"Vary": "Accept"}


def _is_asked_by_a_program(request: Request) -> bool:
    """Whether JSON is asked for and no page."""
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and "text/html" not in accepted
