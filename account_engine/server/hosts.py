"""Hosts: the names by which this server may be asked.

A page elsewhere may let its own name lead to this machine (DNS rebinding), and a browser would
then take both for one. Such a page cannot make a browser say another name than its own.
"""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send


class KnownHosts:
    """Answers only who asks for this server by a name that it has."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        """Stand in front of an application.

        Args:
            app: The application.
            names: The names of the machine, besides its numbers and `localhost`; if there are none,
                every name will do.
        """
        self._app, self._names = app, frozenset(name.casefold() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or say why not."""
        if scope["type"] != "http" or not self._names or self._is_known(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        answer = PlainTextResponse(
            "This server does not go by that name. Whoever runs it can say by which it goes: "
            "cpt account serve --address URL\n",
            HTTPStatus.MISDIRECTED_REQUEST,
        )
        await answer(scope, receive, send)

    def _is_known(self, headers: Headers) -> bool:
        name = host_in(headers.get("Host", ""))
        return name in self._names or name == "localhost" or _is_number(name)


def host_in(text: str) -> str:
    """Return the host in what a ``Host`` header says, without the port."""
    host, _, port = text.rpartition(":")
    return (host if host and (port.isdecimal() or not port) else text).strip("[]").casefold()


def _is_number(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False
