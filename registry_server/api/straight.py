"""The straight way: the files that are installed from are given out past what pages need.

Between the socket and the tree there is then nothing but what is sent. Whatever is not there, is
kept from people, or goes wrong, is left to the application: it looks again, and says so as it says
everything. So does it answer where each request is written down.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from registry_server.errors import DamagedTreeError, RegistryServerError
from registry_server.operations import request_ids
from registry_server.operations.logs import REQUESTS
from registry_server.operations.watching import given_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from registry_server.api.files import Files
    from registry_server.operations.metrics import Metrics

_LOG = logging.getLogger(REQUESTS)


class Straight:
    """Gives out the files that are installed from."""

    def __init__(
        self,
        app: ASGIApp,
        files: Files,
        metrics: Metrics,
        headers: Sequence[tuple[bytes, bytes]],
    ) -> None:
        """Stand in front of an application.

        Args:
            app: The application.
            files: The files.
            metrics: What counts requests.
            headers: What every answer carries.
        """
        self._app = app
        self._files = files
        self._metrics = metrics
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand the request on."""
        begun, found = time.perf_counter(), None
        if scope["type"] == "http" and not _LOG.isEnabledFor(logging.INFO):
            with suppress(RegistryServerError, DamagedTreeError, OSError):
                found = self._files.at_once(scope)
        if found is None:
            await self._app(scope, receive, send)
            return
        operation, content = found
        status, headers, body = content.answer(scope)
        name = request_ids.begin(given_id(scope))
        headers += (*self._headers, (request_ids.RAW_HEADER, name.encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        took = time.perf_counter() - begun
        self._metrics.answered(f"api.files.{operation}", "GET", status, took)
