"""What is shown of one package: its page, its versions, its campaigns' pictures and its media."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from package_format.delegations import keys_for
from package_format.index import Status
from package_format.package import Package, Resource
from package_format.parameters import Parameter
from package_format.picture.theme import Theme
from package_format.signing import Authorship, authorship, is_vouched_for
from registry_server.catalog.behaviour import calls_out, does, listens_for, sends
from registry_server.catalog.comparison import Said, what_breaks
from registry_server.catalog.contents import contents
from registry_server.catalog.outline import Stop, outline
from registry_server.catalog.versions import Release, newest, releases
from registry_server.errors import DamagedTreeError, NotFoundError
from registry_server.keeping import Keeping
from registry_server.web.documents import PICTURES, document, of_package
from registry_server.web.pictures import Fit, picture
from registry_server.web.site import FOR_A_DAY, FOR_EVER, SVG, Site, leaf, line_of, name_in

if TYPE_CHECKING:
    from starlette.requests import Request

    from package_format.delegations import Delegations
    from package_format.index import IndexLine

HERE = "/packages/{publisher}/{short}"
VERSIONS_ON_A_PAGE = 20
_NEWEST_VERSIONS = 5
_DEPENDENTS = 50
PICTURES_KEPT = 8 * 1024 * 1024
"""How many characters the pictures that are kept may have."""

_COMPARISONS_KEPT = 2048


@dataclass(frozen=True)
class Drawn:
    """A campaign on a package's page."""

    key: str
    label: str
    outline: tuple[Stop, ...]


@dataclass(frozen=True)
class Row:
    """A version among the others of its package.

    Attributes:
        release: The version.
        below: The version below it, if there is one.
        breaks: What those who have that one could lose; None if that cannot be found out.
        vouched: Whether its publisher signed it, where the root names keys of theirs.
    """

    release: Release
    below: str | None
    breaks: tuple[Said, ...] | None
    vouched: bool = True


class PackagePages:
    """The pages of each package."""

    def __init__(self, site: Site) -> None:
        """Take the site."""
        self._site = site
        self._tree = site.tree
        self._pictures = Keeping[str | None](PICTURES_KEPT)
        self._breaks = lru_cache(_COMPARISONS_KEPT)(self._compare)
        self._authorship = lru_cache(_COMPARISONS_KEPT)(self._find_authorship)

    @property
    def routes(self) -> list[Route]:
        """Where each page is."""
        return [
            Route(HERE, self.package),
            Route(HERE + "/versions", self.versions),
            Route(HERE + "/{version}", self.package),
            Route(HERE + "/{version}/campaigns/{key}.svg", self.picture),
            Route(HERE + "/{version}/media/{path:path}", self.media),
        ]

    def package(self, request: Request) -> Response:
        """Show a package at its newest version, or at the one that the address names."""
        name, line = self._site.asked_for(request)
        lines = self._tree.lines(name)
        best = newest(lines)
        notices = self._tree.notices_of(name)
        if line.status is Status.QUARANTINED:  # what it says may be what it is in quarantine for
            return self._site.page(
                "quarantined.html", line=line, notices=notices, versions=len(lines)
            )
        package = self._tree.package_of(line)
        withdrawn = line.status is Status.YANKED
        wanted = best if withdrawn else line  # a withdrawn version is not installed anew
        delegations = self._tree.delegations()
        vouched = is_vouched_for(wanted, delegations)
        exactly = "" if wanted.version == best.version else f"@{wanted.version}"
        media = f"/packages/{name}/{line.version}/media/"
        documents = {
            word: None if text is None else document(text, media, package.documents)
            for word, path in (("readme", "README.md"), ("changelog", "CHANGELOG.md"))
            for text in (of_package(package, path),)
        }
        return self._site.page(
            "package.html",
            package=package,
            line=line,
            newest=best,
            notices=notices,
            command=None
            if wanted.status is Status.YANKED or notices.quarantined or not vouched
            else f"cpt install {name}{exactly} \\\n    --registry {self._site.address}",
            because=self._tree.withdrawn_because(line) if withdrawn else None,
            campaigns=[
                Drawn(campaign.key, campaign.label, outline(package, campaign))
                for campaign in package.campaigns
            ],
            parameters=_asked_first(package),
            groups=contents(package),
            behaviours={
                "Listens for": listens_for(package),
                "Sends": sends(package),
                "Calls out to": calls_out(package),
                "Does besides": does(package),
            },
            dependents=self._site.lists.used_by(name),
            most=_DEPENDENTS,
            rows=self._rows(releases(lines)[:_NEWEST_VERSIONS], lines, delegations),
            versions=len(lines),
            owners=self._tree.owners(name.partition("/")[0]),
            downloads=self._tree.downloads(name),
            origin=self._tree.published_from(line),
            authorship=self._authorship(name, line.version),
            own_keys=keys_for(name, delegations) or (),
            vouched=vouched,
            vouched_newest=None if vouched else _newest_vouched(lines, delegations),
            signed=self._tree.is_signed(),
            **documents,
        )

    def versions(self, request: Request) -> Response:
        """Show every version of a package, with its bump and what broke."""
        name = name_in(request)
        lines = self._tree.lines(name)
        shown = leaf(releases(lines), request, VERSIONS_ON_A_PAGE)
        return self._site.page(
            "versions.html",
            line=newest(lines),
            rows=self._rows(shown.items, lines, self._tree.delegations()),
            leaf=shown,
        )

    def picture(self, request: Request) -> Response:
        """Draw a campaign."""
        name, line = self._site.asked_for(request)
        self._tree.shown(line)
        drawn = (line.digest, request.path_params["key"], *looks(request))
        svg = self._pictures.get(drawn, lambda: weighed(self._draw(*drawn)))
        if svg is None:
            raise NotFoundError(f"{name} {line.version} has no such campaign.")
        return Response(svg, media_type=SVG, headers=FOR_A_DAY)

    def media(self, request: Request) -> Response:
        """Give out a picture that a package brings."""
        name, line = self._site.asked_for(request)
        path = f"media/{request.path_params['path']}"
        data = self._tree.shown(line).documents.get(path)
        media_type = PICTURES.get(path.rpartition(".")[2].lower())
        if data is None or media_type is None:
            raise NotFoundError(f"{name} {line.version} has no such picture.")
        return Response(data, media_type=media_type, headers=FOR_EVER)

    def _draw(self, digest: str, key: str, fit: Fit, theme: Theme) -> str | None:
        """Draw a campaign of an archive; the same one always looks the same, so it is kept."""
        package = self._tree.package(digest)
        campaign = _campaign(package, key)
        return None if campaign is None else picture(package, campaign, fit=fit, theme=theme)

    def _rows(
        self,
        shown: tuple[Release, ...],
        lines: tuple[IndexLine, ...],
        delegations: Delegations,
    ) -> list[Row]:
        """Some releases of a package with what each of them broke."""
        falling = [release.line for release in releases(lines)]
        below = dict(zip((line.version for line in falling), falling[1:], strict=False))
        return [
            replace(
                self._row(release, below.get(release.line.version)),
                vouched=is_vouched_for(release.line, delegations),
            )
            for release in shown
        ]

    def _row(self, release: Release, below: IndexLine | None) -> Row:
        if below is None or release.line.status is Status.QUARANTINED:
            return Row(release, None, ())
        try:
            breaks = self._breaks(below.digest, release.line.digest)
        except DamagedTreeError:
            return Row(release, below.version, None)
        return Row(release, below.version, breaks)

    def _find_authorship(self, name: str, version: str) -> Authorship:
        """Say who signed a version, and whether they did before; versions before never change."""
        lines = self._tree.lines(name)
        return authorship(line_of(lines, version), lines)

    def _compare(self, old: str, new: str) -> tuple[Said, ...]:
        return what_breaks(self._tree.package(old), self._tree.package(new))


def _newest_vouched(lines: tuple[IndexLine, ...], delegations: Delegations) -> IndexLine | None:
    """The newest version that can be had, of those that the root's keys of its publisher signed."""
    for release in releases(lines):
        if release.line.status is Status.ACTIVE and is_vouched_for(release.line, delegations):
            return release.line
    return None


def weighed(svg: str | None) -> tuple[str | None, int]:
    """Return a picture, and how many characters it has."""
    return svg, len(svg or "")


def looks(request: Request) -> tuple[Fit, Theme]:
    """Return how wide and in which colours an address asks for a picture."""
    fit = Fit.NARROW if "narrow" in request.query_params else Fit.WIDE
    return fit, Theme.DARK if "dark" in request.query_params else Theme.LIGHT


def _asked_first(package: Package) -> list[tuple[str, Parameter]]:
    """The parameters, those that somebody must answer first."""
    return sorted(package.manifest.parameters.items(), key=lambda item: not item[1].required)


def _campaign(package: Package, key: str) -> Resource | None:
    return next((campaign for campaign in package.campaigns if campaign.key == key), None)
