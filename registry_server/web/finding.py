"""Where packages are found: front, search, what is new, categories, publishers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from package_format.manifest import CATEGORIES, FEATURES
from registry_server.catalog.listing import Facts, Listed
from registry_server.errors import NotFoundError
from registry_server.search.port import AHEAD
from registry_server.search.query import Wanted
from registry_server.web.site import Site, leaf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

CARDS_ON_A_PAGE = AHEAD
"""Finding them brings as many along, so that they are not read again."""
_ON_THE_FRONT = 6


@dataclass(frozen=True)
class Card:
    """A package in a list; without facts when its archive cannot be read."""

    listed: Listed
    facts: Facts | None


class Finding:
    """The pages that lead to packages."""

    def __init__(self, site: Site) -> None:
        """Take the site."""
        self._site = site

    @property
    def routes(self) -> list[Route]:
        """Where each page is."""
        return [
            Route("/", self.front),
            Route("/search", self.search),
            Route("/new", self.new),
            Route("/categories/{category}", self.category),
            Route("/publishers", self.publishers),
            Route("/publishers/{publisher}", self.publisher),
        ]

    def front(self, request: Request) -> Response:
        """Show the search, the categories, what most people install, and what is new."""
        del request
        lists = self._site.lists
        total, publishers = lists.total()
        return self._site.page(
            "front.html",
            total=total,
            publishers=publishers,
            categories=CATEGORIES,
            popular=self._cards(lists.popular()[:_ON_THE_FRONT]),
            cards=self._cards(lists.new()[:_ON_THE_FRONT]),
            publish_to=self._site.tree.publish_to,
        )

    def search(self, request: Request) -> Response:
        """Show the packages that some words find, or all of them."""
        words = _asked(request, "q")
        category, feature = (
            word if word in known else ""
            for name, known in (("category", CATEGORIES), ("feature", FEATURES))
            for word in (_asked(request, name),)
        )
        publisher = _asked(request, "publisher")
        found = self._site.lists.found(
            Wanted(words, category or None, feature or None, publisher or None)
        )
        shown = leaf(found.packages, request, CARDS_ON_A_PAGE)
        return self._site.page(
            "search.html",
            words=words,
            category=category,
            feature=feature,
            publisher=publisher,
            categories=CATEGORIES,
            features=FEATURES,
            found=found,
            leaf=shown,
            cards=self._cards(shown.items),
        )

    def new(self, request: Request) -> Response:
        """Show what was published last."""
        shown = leaf(self._site.lists.new(), request, CARDS_ON_A_PAGE)
        return self._site.page("new.html", leaf=shown, cards=self._cards(shown.items))

    def category(self, request: Request) -> Response:
        """Show the packages of a category."""
        category = request.path_params["category"]
        if category not in CATEGORIES:
            raise NotFoundError(f"The marketplace has no category {category}.")
        found = self._site.lists.found(Wanted(category=category))
        shown = leaf(found.packages, request, CARDS_ON_A_PAGE)
        return self._site.page(
            "category.html",
            category=category,
            categories=CATEGORIES,
            found=found,
            leaf=shown,
            cards=self._cards(shown.items),
        )

    def publishers(self, request: Request) -> Response:
        """Show everybody who has published something."""
        shown = leaf(self._site.lists.publishers(), request, 10 * CARDS_ON_A_PAGE)
        return self._site.page("publishers.html", leaf=shown, publishers=shown.items)

    def publisher(self, request: Request) -> Response:
        """Show a publisher's packages."""
        publisher = request.path_params["publisher"]
        shown = leaf(self._site.lists.of_publisher(publisher), request, CARDS_ON_A_PAGE)
        if not shown.total:
            raise NotFoundError(f"Nobody called {publisher} has published anything here.")
        versions, last = self._site.lists.sums_of(publisher)
        return self._site.page(
            "publisher.html",
            publisher=publisher,
            owners=self._site.tree.owners(publisher),
            own_keys=self._site.tree.delegations().get(publisher, ()),
            versions=versions,
            last=last,
            leaf=shown,
            cards=self._cards(shown.items),
        )

    def _cards(self, packages: Iterable[Listed]) -> list[Card]:
        return [Card(listed, self._site.lists.facts(listed)) for listed in packages]


def _asked(request: Request, name: str) -> str:
    """A word or some of a request's query, in one line that is not long."""
    return " ".join(request.query_params.get(name, "").split())[:100]
