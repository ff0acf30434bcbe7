"""The pages, by noun: front, package, a campaign's picture, a package's media, style and icon.

Each takes a request and gives a response; what stands on a page is worked out by the catalog.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from package_format.index import IndexLine
from package_format.package import Package, Resource
from package_format.parameters import Parameter
from package_format.picture.theme import Theme
from registry_server.catalog.behaviour import does, listens_for
from registry_server.catalog.contents import Group, contents
from registry_server.catalog.listing import Listed, dependents, found_by
from registry_server.catalog.outline import Stop, outline
from registry_server.catalog.versions import newest, releases
from registry_server.errors import DamagedTreeError, NotFoundError
from registry_server.web import rendering
from registry_server.web.documents import PICTURES, document, of_package
from registry_server.web.pictures import Fit, picture

if TYPE_CHECKING:
    from starlette.requests import Request

    from registry_server.tree import Tree

CARDS_ON_A_PAGE = 30
_PICTURES_KEPT = 256
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASK_AGAIN = {"Cache-Control": "no-cache"}
_SVG = "image/svg+xml"


@dataclass(frozen=True)
class Card:
    """A package on the front page; without groups when its archive cannot be read."""

    line: IndexLine
    title: str
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A campaign on a package's page."""

    key: str
    label: str
    outline: tuple[Stop, ...]


class Pages:
    """The pages of one tree."""

    def __init__(self, tree: Tree, address: str) -> None:
        """Take the tree, and the address that people install from."""
        self._tree = tree
        self._address = address
        self._drawn = lru_cache(_PICTURES_KEPT)(self._draw)

    @property
    def routes(self) -> list[Route]:
        """Where each page is."""
        package = "/packages/{publisher}/{short}"
        return [
            Route("/", self.front),
            Route(package, self.package),
            Route(package + "/{version}", self.package),
            Route(package + "/{version}/campaigns/{key}.svg", self.picture),
            Route(package + "/{version}/media/{path:path}", self.media),
            Route("/style.css", self.style),
            Route("/icon.svg", self.icon),
        ]

    def front(self, request: Request) -> Response:
        """Show every package, or those that some words find."""
        words = " ".join(request.query_params.get("q", "").split())[:100]
        found = found_by(words, self._listed())
        pages = max(1, ceil(len(found) / CARDS_ON_A_PAGE))
        asked = request.query_params.get("page", "1")
        number = min(int(asked), pages) if re.fullmatch(r"[1-9]\d{0,5}", asked) else 1
        shown = found[(number - 1) * CARDS_ON_A_PAGE : number * CARDS_ON_A_PAGE]
        html = rendering.page(
            "front.html",
            words=words,
            total=len(found),
            cards=[self._card(listed.newest) for listed in shown],
            number=number,
            pages=pages,
            publish_to=self._tree.publish_to,
        )
        return HTMLResponse(html, headers=_ASK_AGAIN)

    def package(self, request: Request) -> Response:
        """Show a package at its newest version, or at the one that the address names."""
        name, line = self._asked_for(request)
        lines = self._tree.lines(name)
        best = newest(lines)
        package = self._tree.package_of(line)
        exactly = "" if line.version == best.version else f"@{line.version}"
        media = f"/packages/{name}/{line.version}/media/"
        documents = {
            word: None if text is None else document(text, media, package.documents)
            for word, path in (("readme", "README.md"), ("changelog", "CHANGELOG.md"))
            for text in (of_package(package, path),)
        }
        html = rendering.page(
            "package.html",
            package=package,
            line=line,
            newest=best,
            publisher=name.partition("/")[0],
            short=name.partition("/")[2],
            command=f"cpt install {name}{exactly} \\\n    --registry {self._address}",
            campaigns=[
                Drawn(campaign.key, campaign.label, outline(package, campaign))
                for campaign in package.campaigns
            ],
            parameters=_asked_first(package),
            groups=contents(package),
            listens_for=listens_for(package),
            does=does(package),
            dependents=dependents(name, self._listed()),
            releases=releases(lines),
            **documents,
        )
        return HTMLResponse(html, headers=_ASK_AGAIN)

    def picture(self, request: Request) -> Response:
        """Draw a campaign."""
        name, line = self._asked_for(request)
        fit = Fit.NARROW if "narrow" in request.query_params else Fit.WIDE
        theme = Theme.DARK if "dark" in request.query_params else Theme.LIGHT
        self._tree.package_of(line)
        svg = self._drawn(line.digest, request.path_params["key"], fit, theme)
        if svg is None:
            raise NotFoundError(f"{name} {line.version} has no such campaign.")
        return Response(svg, media_type=_SVG, headers=_FOR_A_DAY)

    def media(self, request: Request) -> Response:
        """Give out a picture that a package brings."""
        name, line = self._asked_for(request)
        path = f"media/{request.path_params['path']}"
        data = self._tree.package_of(line).documents.get(path)
        media_type = PICTURES.get(path.rpartition(".")[2].lower())
        if data is None or media_type is None:
            raise NotFoundError(f"{name} {line.version} has no such picture.")
        return Response(data, media_type=media_type, headers=_FOR_EVER)

    def style(self, request: Request) -> Response:
        """Give out the style sheet; its address changes when it does."""
        del request
        return Response(rendering.stylesheet()[0], media_type="text/css", headers=_FOR_EVER)

    def icon(self, request: Request) -> Response:
        """Give out the site's icon."""
        del request
        return Response(rendering.icon(), media_type=_SVG, headers=_FOR_A_DAY)

    def _draw(self, digest: str, key: str, fit: Fit, theme: Theme) -> str | None:
        """Draw a campaign of an archive; the same one always looks the same, so it is kept."""
        package = self._tree.package(digest)
        campaign = _campaign(package, key)
        return None if campaign is None else picture(package, campaign, fit=fit, theme=theme)

    def _asked_for(self, request: Request) -> tuple[str, IndexLine]:
        """Return the package's name and the version that a request is about."""
        name = f"{request.path_params['publisher']}/{request.path_params['short']}"
        lines = self._tree.lines(name)
        version = request.path_params.get("version")
        if version is None:
            return name, newest(lines)
        for line in lines:
            if line.version == version:
                return name, line
        raise NotFoundError(f"{name} has no version {version}.")

    def _listed(self) -> list[Listed]:
        """Every package; one whose index is damaged has a page that says so, and no card."""
        listed = []
        for name in self._tree.names():
            try:
                lines = self._tree.lines(name)
            except (DamagedTreeError, NotFoundError):
                continue
            listed.append(Listed(newest(lines), len(lines)))
        return listed

    def _card(self, line: IndexLine) -> Card:
        try:
            package = self._tree.package_of(line)
        except DamagedTreeError:
            return Card(line, line.name)
        return Card(line, package.manifest.package.title, contents(package))


def _asked_first(package: Package) -> list[tuple[str, Parameter]]:
    """The parameters, those that somebody must answer first."""
    return sorted(package.manifest.parameters.items(), key=lambda item: not item[1].required)


def _campaign(package: Package, key: str) -> Resource | None:
    return next((campaign for campaign in package.campaigns if campaign.key == key), None)
