"""Where packages are found: front, search, what is new, categories, publishers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from package_format.index import IndexLine
from package_format.manifest import CATEGORIES, FEATURES
from registry_server.catalog.listing import Listed, found_by
from registry_server.errors import NotFoundError
from registry_server.web.site import Site, leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.requests import Request

CARDS_ON_A_PAGE = 30
_NEW_ON_THE_FRONT = 9
_LOOKED_THROUGH = 2_000
"""How many packages' archives are read to say which are of a category; the newest ones."""


@dataclass(frozen=True)
class Card:
    """A package in a list; without title and contents when its archive cannot be read."""

    line: IndexLine
    title: str
    brings: tuple[str, ...] | None = None
    campaign: str | None = None


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
        """Show the search, the categories, and what is new."""
        del request
        shelf = self._site.shelf
        return self._site.page(
            "front.html",
            total=len(shelf.packages),
            publishers=len(shelf.publishers),
            categories=CATEGORIES,
            cards=self._cards(shelf.new[:_NEW_ON_THE_FRONT]),
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
        shelf = self._site.shelf
        among = shelf.of_publisher(publisher) if publisher else shelf.packages.values()
        found: Sequence[Listed] = found_by(words, among)
        if feature:
            found = [listed for listed in found if feature in listed.newest.features]
        if category:
            found = self._of_category(category, found[:_LOOKED_THROUGH])
        shown = leaf(found, request, CARDS_ON_A_PAGE)
        return self._site.page(
            "search.html",
            words=words,
            category=category,
            feature=feature,
            publisher=publisher,
            categories=CATEGORIES,
            features=FEATURES,
            leaf=shown,
            cards=self._cards(shown.items),
        )

    def new(self, request: Request) -> Response:
        """Show what was published last."""
        shown = leaf(self._site.shelf.new, request, CARDS_ON_A_PAGE)
        return self._site.page("new.html", leaf=shown, cards=self._cards(shown.items))

    def category(self, request: Request) -> Response:
        """Show the packages of a category, the newest first."""
        category = request.path_params["category"]
        if category not in CATEGORIES:
            raise NotFoundError(f"The marketplace has no category {category}.")
        new = self._site.shelf.new
        found = self._of_category(category, new[:_LOOKED_THROUGH])
        shown = leaf(found, request, CARDS_ON_A_PAGE)
        return self._site.page(
            "category.html",
            category=category,
            categories=CATEGORIES,
            leaf=shown,
            cards=self._cards(shown.items),
            looked_through=_LOOKED_THROUGH if len(new) > _LOOKED_THROUGH else None,
        )

    def publishers(self, request: Request) -> Response:
        """Show everybody who has published something."""
        shelf = self._site.shelf
        shown = leaf(shelf.publishers, request, 10 * CARDS_ON_A_PAGE)
        counts = [(one, len(shelf.of_publisher(one))) for one in shown.items]
        return self._site.page("publishers.html", leaf=shown, publishers=counts)

    def publisher(self, request: Request) -> Response:
        """Show a publisher's packages."""
        publisher = request.path_params["publisher"]
        own = self._site.shelf.of_publisher(publisher)
        if not own:
            raise NotFoundError(f"Nobody called {publisher} has published anything here.")
        shown = leaf(own, request, CARDS_ON_A_PAGE)
        return self._site.page(
            "publisher.html",
            publisher=publisher,
            versions=sum(listed.versions for listed in own),
            last=max(listed.newest.published for listed in own),
            leaf=shown,
            cards=self._cards(shown.items),
        )

    def _of_category(self, category: str, packages: Iterable[Listed]) -> list[Listed]:
        found = []
        for listed in packages:
            facts = self._site.shelving.facts(listed.newest)
            if facts is not None and category in facts.categories:
                found.append(listed)
        return found

    def _cards(self, packages: Iterable[Listed]) -> list[Card]:
        return [self._card(listed.newest) for listed in packages]

    def _card(self, line: IndexLine) -> Card:
        facts = self._site.shelving.facts(line)
        if facts is None:
            return Card(line, line.name)
        return Card(line, facts.title, facts.brings, facts.campaign)


def _asked(request: Request, name: str) -> str:
    """A word or some of a request's query, in one line that is not long."""
    return " ".join(request.query_params.get(name, "").split())[:100]
