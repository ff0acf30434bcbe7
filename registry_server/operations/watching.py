"""Watching: each request gets a name, is counted, and is written into the log.

It stands outside of everything that may fail, so that what fails there is told and written down
with the name of its request.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request

from registry_server.operations import request_ids
from registry_server.operations.logs import REQUESTS

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from registry_server.operations.metrics import Metrics

_LOG = logging.getLogger(REQUESTS)
_PATH_LIMIT = 500
_METHOD_LIMIT = 20
_NO_ANSWER = 499
"""What is written down of a request whose asker left before there was an answer."""


class Watched:
    """Watches the requests of an application."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, failed: Callable[[Request], Response]
    ) -> None:
        """Stand in front of an application.

        Args:
            app: The application.
            metrics: What counts.
            failed: Tells whoever asked of a fault of ours.
        """
        self._app = app
        self._metrics = metrics
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and its answer back."""
        name = request_ids.begin(given_id(scope))
        begun, status = time.perf_counter(), 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((request_ids.RAW_HEADER, name.encode()))
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        except Exception:
            _LOG.exception("%s %s failed", *_asked(scope))
            if status:  # too late to say it
                raise
            await self._failed(Request(scope))(scope, receive, send_named)
        finally:
            self._tell(scope, status or _NO_ANSWER, time.perf_counter() - begun)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        operation = _operation(scope)
        self._metrics.answered(operation, scope["method"], status, seconds)
        if _LOG.isEnabledFor(logging.INFO):
            method, path = _asked(scope)
            _LOG.info(
                "%s %s %d",
                method,
                path,
                status,
                extra={
                    "method": method,
                    "path": path,
                    "status": status,
                    "milliseconds": round(seconds * 1000, 2),
                    "operation": operation,
                    "client": scope["client"][0] if scope.get("client") else None,
                },
            )


def given_id(scope: Scope) -> str | None:
    """Return what something in front calls a request; None if it does not call it anything."""
    for name, value in scope["headers"]:
        if name == request_ids.RAW_HEADER:
            return str(value, "latin-1")
    return None


def _asked(scope: Scope) -> tuple[str, str]:
    """What was asked for, as far as a log has to know it, in one line that nothing in it steers."""
    path = "".join(char if char.isprintable() else "�" for char in scope["path"][:_PATH_LIMIT])
    return scope["method"][:_METHOD_LIMIT], path


def _operation(scope: Scope) -> str:
    """What was asked for: the function that answers it, such as ``api.packages.publish``."""
    endpoint = scope.get("endpoint")
    if endpoint is None:
        return "none"
    module = str(getattr(endpoint, "__module__", "")).partition(".")[2]
    return f"{module}.{getattr(endpoint, '__name__', type(endpoint).__name__)}"
