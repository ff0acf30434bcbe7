"""Health: whether the process lives, and whether it can do its work.

The two are told apart as whoever starts and stops processes needs it: one that does not live is
started again; one that is not ready (its database is away) gets no requests until it is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from registry_server.errors import RegistryServerError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PATIENCE = 5.0
"""After how many seconds what has not answered does not answer."""

_KEPT = 1.0
_HEADERS = {"Cache-Control": "no-store"}

Checks = Mapping[str, Callable[[], None]]
"""What is needed, by name; each raises a `RegistryServerError` if it is not there."""


class Health:
    """Tells how the process is."""

    def __init__(
        self,
        checks: Checks,
        patience: float = PATIENCE,
        ending: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """Take what is needed.

        Args:
            checks: What is needed.
            ending: Says what will need somebody soon; a process is ready all the same.
            patience: After how many seconds what has not answered does not answer.
        """
        self._checks = checks
        self._patience = patience
        self._ending = ending
        self._found: tuple[float, asyncio.Task[dict[str, str]]] | None = None

    @property
    def routes(self) -> list[Route]:
        """Where it is asked."""
        return [Route("/healthz", self._lives), Route("/readyz", self._is_ready)]

    async def _lives(self, request: Request) -> Response:
        del request
        return JSONResponse({"ok": True}, headers=_HEADERS)

    async def _is_ready(self, request: Request) -> Response:
        del request
        found = await self.problems()
        status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
        told = {name: found.get(name, "ok") for name in self._checks}
        soon = [] if found else await asyncio.to_thread(self._ending)
        more = {"soon": list(soon)} if soon else {}
        return JSONResponse({"ok": not found, **told, **more}, status_code=status, headers=_HEADERS)

    async def problems(self) -> dict[str, str]:
        """Return what is wrong, by what it is wrong with; asked once a second, whoever asks."""
        now = time.monotonic()
        if self._found is None or (self._found[1].done() and now - self._found[0] > _KEPT):
            self._found = now, asyncio.create_task(self._look())
        return await asyncio.shield(self._found[1])

    async def _look(self) -> dict[str, str]:
        said = await asyncio.gather(*(self._ask(check) for check in self._checks.values()))
        return {name: why for name, why in zip(self._checks, said, strict=True) if why is not None}

    async def _ask(self, check: Callable[[], None]) -> str | None:
        try:
            await asyncio.wait_for(asyncio.to_thread(check), self._patience)
        except TimeoutError:
            return f"It has not answered for {self._patience:g} seconds."
        except RegistryServerError as error:
            return str(error)
        return None
