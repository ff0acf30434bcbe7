"""Throttling: who asks too often for what takes the server's time, hears how long to wait.

Files of the tree are not counted: they are cheap, and what stands in front keeps them. Each process
counts for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING

from starlette.requests import Request
from throttled import MemoryStore, RateLimiterType, Throttled, per_min

from registry_server.operations.peers import address_of
from registry_server.operations.rates import Rates

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

_REMEMBERED = 10_000
"""Of how many it is known how often they asked; who has been quiet for longest is forgotten."""

Refuse = Callable[[Request, HTTPStatus, str], "Response"]


class Throttling:
    """Lets requests in as often as they may come."""

    def __init__(self, app: ASGIApp, rates: Rates, free: tuple[str, ...], refuse: Refuse) -> None:
        """Stand in front of an application.

        Args:
            app: The application.
            rates: How often.
            free: The beginnings of the addresses that are not counted.
            refuse: Says to whoever asked that it was too often.
        """
        self._app = app
        self._free = free
        self._refuse = refuse
        self._of_addresses = _limiter(rates.per_address)
        self._of_tokens = _limiter(rates.per_token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or say how long to wait."""
        if not scope["path"].startswith(self._free):
            request = Request(scope)
            wait = self._wait(request)
            if wait:
                seconds = f"{wait} second{'' if wait == 1 else 's'}"
                response = self._refuse(
                    request,
                    HTTPStatus.TOO_MANY_REQUESTS,
                    f"That was too often for this registry. Try again in {seconds}.",
                )
                response.headers["Retry-After"] = str(wait)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _wait(self, request: Request) -> int:
        """For how many seconds somebody has to wait; if it is 0, that was one."""
        wait = 0.0
        token = request.headers.get("Authorization")
        if token and self._of_tokens:
            kept = sha256(token.encode()).hexdigest()
            wait = self._of_tokens.limit(kept).state.retry_after
        if self._of_addresses and not wait:
            wait = self._of_addresses.limit(address_of(request)).state.retry_after
        return ceil(wait)


def _limiter(a_minute: int) -> Throttled | None:
    if not a_minute:
        return None
    return Throttled(
        using=RateLimiterType.GCRA.value,
        quota=per_min(a_minute, burst=a_minute),
        store=MemoryStore(options={"MAX_SIZE": _REMEMBERED}),
    )
