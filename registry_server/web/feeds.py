"""Atom feeds (RFC 4287) of what is published: all of it, a publisher's, a package's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from registry_server.api.freshness import fresh
from registry_server.catalog import changelog
from registry_server.catalog.shelf import latest_of
from registry_server.catalog.versions import newest
from registry_server.errors import DamagedTreeError, NotFoundError, WithheldError
from registry_server.web import rendering
from registry_server.web.documents import document, of_package
from registry_server.web.packages import HERE
from registry_server.web.site import Site, name_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from package_format.index import IndexLine

_ENTRIES = 50
_NEVER = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Entry:
    """A version in a feed; `said` is what its author says of it, in HTML, if the feed tells."""

    line: IndexLine
    said: str | None = None


class Feeds:
    """The feeds of one site."""

    def __init__(self, site: Site) -> None:
        """Take the site."""
        self._site = site

    @property
    def routes(self) -> list[Route]:
        """Where each feed is."""
        return [
            Route("/feed.atom", self.everything),
            Route("/publishers/{publisher}/feed.atom", self.publisher),
            Route(HERE + "/feed.atom", self.package),
        ]

    def everything(self, request: Request) -> Response:
        """Tell what was published last."""
        latest = self._site.lists.latest(_ENTRIES)
        return self._feed(request, "Campaign packages", "/new", map(Entry, latest))

    def publisher(self, request: Request) -> Response:
        """Tell what a publisher published last."""
        publisher = request.path_params["publisher"]
        latest = self._site.lists.latest(_ENTRIES, publisher)
        if not latest:
            raise NotFoundError(f"Nobody called {publisher} has published anything here.")
        return self._feed(request, publisher, f"/publishers/{publisher}", map(Entry, latest))

    def package(self, request: Request) -> Response:
        """Tell a package's versions, with what its author says of each."""
        name = name_in(request)
        lines = self._site.tree.lines(name)
        said = self._said(newest(lines))
        latest = latest_of(lines)[:_ENTRIES]
        entries = (Entry(line, said.get(line.version)) for line in latest)
        return self._feed(request, name, f"/packages/{name}", entries)

    def _said(self, line: IndexLine) -> Mapping[str, str]:
        """What the newest version's changelog says, by version."""
        try:
            package = self._site.tree.shown(line)
        except (DamagedTreeError, WithheldError):
            return {}
        text = of_package(package, "CHANGELOG.md") or ""
        media = f"{self._site.address}/packages/{line.name}/{line.version}/media/"
        return {
            entry.version.text: str(document(entry.text, media, package.documents))
            for entry in changelog.entries(text)[:_ENTRIES]
        }

    def _feed(self, request: Request, title: str, page: str, entries: Iterable[Entry]) -> Response:
        told = list(entries)
        xml = rendering.page(
            "feed.xml",
            address=self._site.address,
            here=request.url.path,
            page=page,
            title=title,
            entries=told,
            updated=told[0].line.published if told else _NEVER,
        )
        return fresh(request, xml.encode(), "application/atom+xml")
