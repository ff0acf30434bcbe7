"""The application: routes, headers that every answer carries, and what becomes of failures."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from account_engine.clock import Clock, SystemClock
from account_engine.errors import AccountError, UnknownObjectError
from account_engine.server.desks import Desks
from account_engine.server.hosts import KnownHosts
from account_engine.server.native import NativeApi
from account_engine.server.pages.pages import COOKIE, Installations, Pages
from account_engine.server.pages.sessions import LINK_LASTS, Sessions
from account_engine.server.problems import UNFORESEEN, ProblemError, meaning, response
from account_engine.server.public.pages import Public
from account_engine.server.rest_v2 import endpoint as rest_v2
from account_engine.server.rest_v2.endpoint import RestV2
from account_engine.server.web import rendering
from account_engine.server.xmlrpc.endpoint import XmlRpc
from account_engine.stores.sqlite_file import FilePath

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from account_engine.whereabouts import Witness

_LOG = logging.getLogger("account_engine.server")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# A picture is drawn with a style of its own; opened by itself it may have that, and nothing else.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def create_app(
    location: FilePath,
    *,
    clock: Clock | None = None,
    installations: Installations = lambda _: (),
    link: str | None = None,
    address: str = "",
    proxied: bool = False,
    witness: Witness | None = None,
) -> Starlette:
    """Return the application that serves an account.

    Args:
        location: Where the account is (`account_engine.stores.locations`).
        clock: What knows the time; the machine's clock if left out.
        installations: What reads the account's record, for the owner's pages.
        link: The digest of the token of the link that lets the owner in once.
        address: The address that people use; it is asked by no other name. Any name will do if it
            is left out.
        proxied: Whether something of the owner's stands in front of it.
        witness: What remembers how far the account has come; without it no work is handed out.
    """
    desks = Desks(location)
    time = clock or SystemClock()
    sessions = Sessions(link, time.now() + LINK_LASTS)
    secure = address.startswith("https:")
    pages = Pages(desks, time, sessions, installations, secure=secure, proxied=proxied)
    names = tuple(filter(None, [urlsplit(address).hostname]))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await desks.close()

    app = Starlette(
        routes=[
            *NativeApi(desks, time, witness).routes,
            *XmlRpc(desks).routes,
            *RestV2(desks).routes,
            *Public(desks, proxied=proxied).routes,
            *pages.routes,
        ],
        middleware=[Middleware(CarefulHeaders), Middleware(KnownHosts, names)],
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _on_http,
            ProblemError: _on_problem,
            AccountError: _on_account,
            ClientDisconnect: _on_leaving,
            HTTPStatus.INTERNAL_SERVER_ERROR: _on_bug,
        },
    )
    # A redirection would be made of the Host header, which anybody may forge.
    app.router.redirect_slashes = False
    app.state.desks = desks
    return app


class CarefulHeaders:
    """Gives every answer the headers that tell a browser to trust nothing it was not told to."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and its answer back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if headers.get("Content-Type", "").startswith("image/svg+xml"):
                    headers["Content-Security-Policy"] = _PICTURE_POLICY
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for nothing else
    status = HTTPStatus(error.status_code)
    detail = {
        HTTPStatus.NOT_FOUND: "Nothing has this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not know that method.",
    }.get(status, f"{error.detail}.")
    word = status.phrase.casefold().replace(" ", "-")
    return _answer(request, ProblemError(status, word, detail, dict(error.headers or {})))


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101  likewise
    return _answer(request, error)


async def _on_account(request: Request, error: Exception) -> Response:
    assert isinstance(error, AccountError)  # noqa: S101  likewise
    problem = meaning(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("%s %s: %s", request.method, request.url.path, error)
    elif request.method != "GET" and UnknownObjectError in map(type, (error, error.__cause__)):
        _LOG.warning("%s %s is refused: %s", request.method, request.url.path, error)
    return _answer(request, problem)


async def _on_leaving(request: Request, error: Exception) -> Response:
    del request, error  # nobody is there to read it
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _on_bug(request: Request, error: Exception) -> Response:
    del error  # the server logs it, with its traceback
    problem = ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "bug", UNFORESEEN)
    return _answer(request, problem)


def _answer(request: Request, problem: ProblemError) -> Response:
    if request.url.path.startswith(f"{rest_v2.PREFIX}/"):
        return rest_v2.response(problem)
    if request.url.path.startswith(("/api/", "/crm/")):
        return response(problem)
    title = str(problem.more.get("title") or problem.status.phrase)
    known = COOKIE in request.cookies
    answer = rendering.problem(problem.status.value, title, problem.detail, owner=known)
    answer.headers.update(problem.headers)
    return answer
