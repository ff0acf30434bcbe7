"""The bounded route: a body is read before an operation sees it, up to a limit of size and time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from registry_server.operations.request_bodies import body_of


class _Read(Request):
    """A request whose body has been read."""

    data = b""

    async def body(self) -> bytes:
        return self.data


class BoundedRoute(APIRoute):
    """A route; an operation that reads its body by itself bounds it by itself."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()
        if self.body_field is None:
            return answer

        async def bounded(request: Request) -> Response:
            read = _Read(request.scope, request.receive)
            read.data = await body_of(request)
            return await answer(read)

        return bounded
