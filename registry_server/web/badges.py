"""Badges: the version that a package is known by, as a small picture for readmes and websites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from package_format.index import Status
from package_format.picture.metrics import measure
from registry_server.api.freshness import fresh
from registry_server.catalog.versions import newest
from registry_server.web import rendering
from registry_server.web.packages import HERE
from registry_server.web.site import SVG, Site, name_in

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_PADDING = 7
_SIZE = 11
_LONGEST = 40


def routes(site: Site) -> list[Route]:
    """Where the badge of a package is."""

    def badge(request: Request) -> Response:
        """Draw a package's newest version."""
        name = name_in(request)
        line = newest(site.tree.lines(name))
        bad = line.status is not Status.ACTIVE or site.tree.notices_of(name).deprecated is not None
        svg = draw(name.partition("/")[2], line.version, bad=bad)
        return fresh(request, svg.encode(), SVG)

    return [Route(HERE + "/badge.svg", badge)]


def draw(label: str, value: str, *, bad: bool) -> str:
    """Return a badge as SVG.

    Args:
        label: What stands on its left.
        value: What stands on its right.
        bad: Whether the value is one to beware of.
    """
    measured = measure(_SIZE)
    texts = [text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in (label, value)]
    left, right = (round(measured(text)) + 2 * _PADDING for text in texts)
    return rendering.page(
        "badge.svg", label=texts[0], value=texts[1], left=left, right=right, bad=bad
    )
