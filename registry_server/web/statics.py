"""What pages are dressed with: the style sheet and the icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from registry_server.web import rendering
from registry_server.web.site import FOR_A_DAY, FOR_EVER, SVG

if TYPE_CHECKING:
    from starlette.requests import Request


def routes() -> list[Route]:
    """Where each of them is."""
    return [Route("/style.css", _style), Route("/icon.svg", _icon)]


def _style(request: Request) -> Response:
    """Give out the style sheet; its address changes when it does."""
    del request
    return Response(rendering.stylesheet()[0], media_type="text/css", headers=FOR_EVER)


def _icon(request: Request) -> Response:
    """Give out the site's icon."""
    del request
    return Response(rendering.icon(), media_type=SVG, headers=FOR_A_DAY)
