"""What search engines read: the sitemap, in parts that they accept, and robots.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from math import ceil
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from package_format.manifest import CATEGORIES
from registry_server.api.freshness import fresh
from registry_server.errors import NotFoundError
from registry_server.web import rendering
from registry_server.web.site import ASK_AGAIN, Site

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PACKAGES_IN_A_PART = 10_000
_NUMBER = re.compile("[1-9][0-9]{0,5}")
_ROBOTS = """\
User-agent: *
Disallow: /log
Disallow: /search
Disallow: /packages/*/compare
Sitemap: {address}/sitemap.xml
"""


class Sitemaps:
    """The sitemap of one site."""

    def __init__(self, site: Site) -> None:
        """Take the site."""
        self._site = site

    @property
    def routes(self) -> list[Route]:
        """Where each part is."""
        return [
            Route("/robots.txt", self.robots),
            Route("/sitemap.xml", self.index),
            Route("/sitemaps/{number}.xml", self.part),
        ]

    def robots(self, request: Request) -> Response:
        """Say what is not worth reading for a search engine: there is no end to comparisons."""
        del request
        return PlainTextResponse(_ROBOTS.format(address=self._site.address), headers=ASK_AGAIN)

    def index(self, request: Request) -> Response:
        """Name the parts."""
        return self._xml(request, "sitemaps.xml", parts=range(1, self._parts + 1))

    def part(self, request: Request) -> Response:
        """Name the pages of one part."""
        asked = request.path_params["number"]
        number = int(asked) if _NUMBER.fullmatch(asked) else 0
        if not 1 <= number <= self._parts:
            raise NotFoundError("The sitemap has no such part.")
        return self._xml(request, "sitemap.xml", pages=self._pages(number))

    @property
    def _parts(self) -> int:
        return max(1, ceil(len(self._site.lists.names()) / PACKAGES_IN_A_PART))

    def _pages(self, number: int) -> Iterator[tuple[str, str | None]]:
        """The addresses of a part's pages, and when each was changed, if that is known."""
        if number == 1:
            yield from ((path, None) for path in ("/", "/new", "/publishers"))
            yield from ((f"/categories/{word}", None) for word in CATEGORIES)
        start = (number - 1) * PACKAGES_IN_A_PART
        first = max(0, start - 1)  # whose publisher stands in the part before
        names = self._site.lists.names()[first : start + PACKAGES_IN_A_PART]
        pairs = pairwise([("", ""), *names])
        for (before, _), (name, changed) in islice(pairs, start - first, None):
            if _publisher(name) != _publisher(before):
                yield f"/publishers/{_publisher(name)}", None
            yield f"/packages/{name}", changed

    def _xml(self, request: Request, template: str, **values: object) -> Response:
        xml = rendering.page(template, address=self._site.address, **values)
        return fresh(request, xml.encode(), "application/xml")


def _publisher(name: str) -> str:
    return name.partition("/")[0]
