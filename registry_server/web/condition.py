"""The status page: what is wrong when something is; the same for programs as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from registry_server.trees.inspection import Inspection
from registry_server.web.site import ASK_AGAIN, Site

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def routes(site: Site) -> list[Route]:
    """Where a registry says how it is."""
    inspection = Inspection(site.tree, site.lists)

    def page(request: Request) -> Response:
        """Show how the registry is."""
        del request
        condition = inspection.condition()
        return site.page("status.html", condition=condition, signed=site.tree.is_signed())

    def data(request: Request) -> Response:
        """Tell a program how the registry is."""
        del request
        condition = inspection.condition()
        return JSONResponse({"ok": not condition.wrong, **asdict(condition)}, headers=ASK_AGAIN)

    return [Route("/status", page), Route("/status.json", data)]
