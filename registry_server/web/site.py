"""The site: what every page stands on, and what a request's address names in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from package_format.index import IndexLine
from registry_server.catalog.versions import newest
from registry_server.errors import NotFoundError
from registry_server.web import rendering

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request

    from registry_server.trees.lists import Lists
    from registry_server.trees.tree import Tree

FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "no-cache"}
SVG = "image/svg+xml"

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Site:
    """What every page stands on.

    Attributes:
        tree: The registry's files.
        address: The address that people reach the registry by, without a slash at its end.
        lists: All packages together.
    """

    tree: Tree
    address: str
    lists: Lists

    def page(self, template: str, **values: object) -> Response:
        """Render a page."""
        html = rendering.page(template, address=self.address, has_log=self.tree.has_log, **values)
        return HTMLResponse(html, headers=ASK_AGAIN)

    def asked_for(self, request: Request) -> tuple[str, IndexLine]:
        """Return the package's name and the version that an address is about.

        Raises:
            NotFoundError: There is no such package or version.
        """
        name = name_in(request)
        version = request.path_params.get("version")
        lines = self.tree.lines(name)
        return name, newest(lines) if version is None else line_of(lines, version)


@dataclass(frozen=True)
class Leaf(Generic[_Item]):
    """One page of a long list.

    Attributes:
        items: What stands on it.
        number: Which page it is, from 1.
        pages: How many there are.
        total: How many items there are on all of them.
        back: The address of the one before, if there is one.
        more: The address of the one after, if there is one.
    """

    items: tuple[_Item, ...]
    number: int
    pages: int
    total: int
    back: str | None
    more: str | None


def leaf(items: Sequence[_Item], request: Request, size: int) -> Leaf[_Item]:
    """Return the page of a list that an address asks for, or the nearest one that there is."""
    pages = max(1, ceil(len(items) / size))
    asked = request.query_params.get("page", "1")
    number = min(int(asked), pages) if re.fullmatch(r"[1-9]\d{0,5}", asked) else 1

    def at(other: int) -> str | None:
        if not 1 <= other <= pages:
            return None
        kept = [(key, value) for key, value in _short(request) if key != "page" and value]
        return f"{request.url.path}?{urlencode([*kept, ('page', other)])}"

    shown = tuple(items[(number - 1) * size : number * size])
    return Leaf(shown, number, pages, len(items), at(number - 1), at(number + 1))


def _short(request: Request) -> Iterable[tuple[str, str]]:
    """The first few of an address's words, none of them long: they come back in links."""
    return [(key[:40], value[:100]) for key, value in request.query_params.multi_items()[:8]]


def name_in(request: Request) -> str:
    """Return the package's name that an address holds; whether there is one is another matter."""
    return "{publisher}/{short}".format_map(request.path_params)


def line_of(lines: Iterable[IndexLine], version: str) -> IndexLine:
    """Return the line of a version.

    Raises:
        NotFoundError: There is none.
    """
    name = ""
    for line in lines:
        name = line.name
        if line.version == version:
            return line
    raise NotFoundError(f"{name} has no version {version}.")
