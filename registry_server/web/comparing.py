"""Any two versions of a package side by side: pictures, resources, texts, and the changelog."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from package_format.package import Package
from package_format.picture.comparison import compared_campaigns
from package_format.picture.marks import SIGNS, Mark
from package_format.picture.theme import Theme
from package_format.versions import Version
from registry_server.catalog import changelog
from registry_server.catalog.comparison import Between, between
from registry_server.catalog.sides import Row, side_by_side
from registry_server.catalog.versions import releases
from registry_server.errors import NotFoundError
from registry_server.keeping import Keeping
from registry_server.web.documents import document, of_package
from registry_server.web.packages import HERE, PICTURES_KEPT, looks, weighed
from registry_server.web.pictures import Fit, both
from registry_server.web.site import FOR_A_DAY, SVG, Site, line_of, name_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup
    from starlette.requests import Request

    from package_format.index import IndexLine

_KEPT = 128


@dataclass(frozen=True)
class Drawing:
    """A campaign of two versions.

    Attributes:
        key: Its key, as the newer version has it.
        label: What people know it by.
        marks: How much was added, removed, changed and moved; nothing if it is the same.
        before: Its key in the old version, if that has it.
        after: Its key in the new version, if that has it.
    """

    key: str
    label: str
    marks: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Told:
    """What an author says of a version, rendered."""

    version: str
    text: Markup


class Comparing:
    """The page that compares, and its pictures."""

    def __init__(self, site: Site) -> None:
        """Take the site."""
        self._site = site
        self._between = lru_cache(_KEPT)(self._compare)
        self._pictures = Keeping[str | None](PICTURES_KEPT)

    @property
    def routes(self) -> list[Route]:
        """Where each page is."""
        return [
            Route(HERE + "/compare", self.compare),
            Route(HERE + "/compare/{key}.svg", self.picture),
        ]

    def compare(self, request: Request) -> Response:
        """Show two versions side by side: by default the newest and the one below it."""
        name, old, new, lines = self._asked_for(request)
        before, after = map(self._site.tree.shown, (old, new))
        texts = [of_package(package, "README.md") or "" for package in (before, after)]
        return self._site.page(
            "compare.html",
            line=new,
            title=after.manifest.package.title,
            name=name,
            old=old,
            new=new,
            versions=[release.line.version for release in releases(lines)],
            is_back=_version(new) < _version(old),
            between=self._between(old.digest, new.digest),
            drawings=list(_drawings(before, after)),
            changelog=list(_told(before, after, f"/packages/{name}/")),
            readme=_readme(*texts),
        )

    def picture(self, request: Request) -> Response:
        """Draw two versions of a campaign as one."""
        name, old, new, _ = self._asked_for(request)
        for line in (old, new):
            self._site.tree.shown(line)
        key = request.path_params["key"]
        drawn = (old.digest, new.digest, key, *looks(request))
        svg = self._pictures.get(drawn, lambda: weighed(self._draw(*drawn)))
        if svg is None:
            raise NotFoundError(
                f"Neither {old.version} nor {new.version} of {name} has such a campaign."
            )
        return Response(svg, media_type=SVG, headers=FOR_A_DAY)

    def _asked_for(
        self, request: Request
    ) -> tuple[str, IndexLine, IndexLine, tuple[IndexLine, ...]]:
        """The package's name, both versions, and all of them."""
        name = name_in(request)
        lines = self._site.tree.lines(name)
        falling = [release.line for release in releases(lines)]
        to = request.query_params.get("to")
        new = line_of(lines, to) if to else falling[0]
        from_ = request.query_params.get("from")
        below = falling[min(falling.index(new) + 1, len(falling) - 1)]
        return name, line_of(lines, from_) if from_ else below, new, lines

    def _compare(self, old: str, new: str) -> Between:
        return between(self._site.tree.package(old), self._site.tree.package(new))

    def _draw(self, old: str, new: str, key: str, fit: Fit, theme: Theme) -> str | None:
        before, after = self._site.tree.package(old), self._site.tree.package(new)
        return both(before, after, key, fit=fit, theme=theme)


def _drawings(old: Package, new: Package) -> Iterator[Drawing]:
    """The campaigns of both versions, those that changed first."""
    there = {campaign.key: campaign for package in (old, new) for campaign in package.campaigns}
    befores, afters = ({campaign.key for campaign in p.campaigns} for p in (old, new))
    found = compared_campaigns(old, new)
    for compared in sorted(found, key=lambda one: (not one.marks, one.key)):
        counts = [(sign, list(compared.marks.values()).count(mark)) for mark, sign in SIGNS.items()]
        gone = set(compared.marks.values()) == {Mark.REMOVED} and compared.key not in afters
        yield Drawing(
            compared.key,
            there[compared.key].label,
            " ".join(f"{sign}{count}" for sign, count in counts if count),
            compared.key if compared.key in befores else None,
            None if gone else compared.key,
        )


def _told(old: Package, new: Package, media: str) -> Iterator[Told]:
    """What the author says of the versions in between, the newest first."""
    low, high = sorted((old, new), key=lambda package: package.manifest.version)
    text = of_package(high, "CHANGELOG.md") or ""
    base = f"{media}{high.manifest.version}/media/"
    for entry in changelog.between(text, low.manifest.version, high.manifest.version):
        yield Told(entry.version.text, document(entry.text, base, high.documents, below=3))


def _readme(before: str, after: str) -> tuple[Row, ...]:
    return () if before == after else side_by_side(before, after)


def _version(line: IndexLine) -> Version:
    return Version.parse(line.version)
