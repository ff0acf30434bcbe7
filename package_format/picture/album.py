"""Albums: all the campaigns of a package on one page, one below the other.

Here is only how layouts are put together; each campaign is laid out for itself, so that it looks
the same alone. In an album its parts are known by ``campaign.node``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from package_format.picture.cards import Card, Layout, Style, Text
from package_format.picture.graph import Link, Point, Route
from package_format.picture.sizes import HEADING, MARGIN, line, lines

_BETWEEN = 20
"""From one campaign's lowest part, with its margin, to the next one's title."""


def album(title: str, summary: str, campaigns: Mapping[str, Layout]) -> Layout:
    """Return the pictures of several campaigns as one.

    Args:
        title: What stands above them all: the package's title.
        summary: What it brings, in one sentence.
        campaigns: Their layouts by the campaigns' keys, in the order in which they shall stand.
    """
    wide = max(laid.width for laid in campaigns.values())
    room = wide - 2 * MARGIN
    heading = [line(Point(MARGIN, 42), title, Style.HEADING, room)]
    heading += lines(Point(MARGIN, 64), summary, Style.SUBHEADING, room, 3)
    top = heading[-1].at.y + HEADING - 42
    cards: list[Card] = []
    routes: list[Route] = []
    for key, laid in campaigns.items():
        heading += _titles(laid, top)
        cards += (_of(key, card).moved(0, top) for card in laid.cards)
        routes += (_route(key, route, top) for route in laid.routes)
        top += laid.height - MARGIN + _BETWEEN
    return Layout(
        title=title,
        summary=" ".join(_sentences(summary, campaigns)),
        width=wide,
        height=top - _BETWEEN + MARGIN,
        heading=tuple(heading),
        cards=tuple(cards),
        routes=tuple(sorted(routes, key=lambda route: route.link)),
    )


def _titles(laid: Layout, top: float) -> Iterator[Text]:
    """A campaign's own heading, smaller than that of the page."""
    first, *rest = laid.heading
    yield line(first.at.moved(0, top), first.full, Style.TITLE, laid.width - 2 * MARGIN)
    yield from (replace(text, at=text.at.moved(0, top)) for text in rest)


def _of(campaign: str, card: Card) -> Card:
    parts = tuple(replace(part, name=f"{campaign}.{part.name}") for part in card.parts)
    return replace(card, key=f"{campaign}.{card.key}", parts=parts)


def _route(campaign: str, route: Route, top: float) -> Route:
    source, exit_, target = route.link.source, route.link.exit, route.link.target
    link = Link(f"{campaign}.{source}", exit_, f"{campaign}.{target}")
    return replace(route, link=link, points=tuple(point.moved(0, top) for point in route.points))


def _sentences(summary: str, campaigns: Mapping[str, Layout]) -> Iterator[str]:
    yield summary if summary.endswith(".") else f"{summary}."
    last = len(campaigns) - 1
    for number, laid in enumerate(campaigns.values()):
        yield f"{laid.title}: {laid.summary}{'' if number == last else '.'}"
