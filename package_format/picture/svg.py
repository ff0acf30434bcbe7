"""Draws a layout as SVG: self-contained, light and dark, with a text for those who cannot see it.

Nothing in it is fetched and nothing runs. Every text that comes from a package is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import assert_never
from xml.sax.saxutils import escape, quoteattr

from package_format.picture.cards import Anchor, Card, Icon, Layout, Text
from package_format.picture.graph import Box, Point, Route
from package_format.picture.icons import ICONS, SIZE
from package_format.picture.marks import Counts, Mark, Marks, counted, marked_at
from package_format.picture.metrics import measure, shown
from package_format.picture.paths import (
    HEAD,
    at,
    cap,
    diamond,
    head,
    number,
    rounded,
    shortened,
)
from package_format.picture.sizes import MARGIN
from package_format.picture.theme import Theme, style_sheet

_CORNER = 12
_PILL_CORNER = 14
_LEGEND = 30
_LEGEND_ROW = 22
_LEGEND_GAP = 20
_SIGN_WIDTH = 23
_LONG = 120
_COUNT_TEXT = measure(11, bold=True)
_LEGEND_TEXT = measure(12)
_DOTS = (
    '<defs><pattern id="cpt-dots" width="22" height="22" patternUnits="userSpaceOnUse">'
    '<circle class="dot" cx="11" cy="11" r="1"/></pattern></defs>'
)


def draw_svg(
    layout: Layout,
    *,
    marks: Marks | None = None,
    counts: Counts | None = None,
    theme: Theme | str = Theme.AUTO,
) -> str:
    """Draw a layout.

    Args:
        layout: What `package_format.picture.layout` returned.
        marks: What happens to which part, by ``node``, ``sequence.step`` or ``decision.way``.
        counts: How many contacts stand at each place.
        theme: Colours that follow the reader's system, or fixed ones.
    """
    legend, below = _legend(layout, marks or {})
    height = layout.height + below
    width = layout.width
    size = f'width="{number(width)}" height="{number(height)}"'
    title = shown(layout.title)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cpt-picture" role="img" '
        f"aria-label={quoteattr(title)} "
        f'viewBox="0 0 {number(width)} {number(height)}" {size}>'
    )
    parts = [
        opening,
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(shown(description(layout)))}</desc>",
        f"<style>{style_sheet(Theme(theme))}</style>",
        _DOTS,
        f'<rect class="canvas" {size} rx="16"/>',
        f'<rect fill="url(#cpt-dots)" {size} rx="16"/>',
        *(_text(text) for text in layout.heading),
        *_routes(layout.routes),
        *(line for card in layout.cards for line in _card(card, marks or {})),
        *_counts(layout, counts or {}),
        *legend,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def description(layout: Layout) -> str:
    """Say in sentences what the picture shows."""
    sentences = [f"{layout.summary}."]
    for card in layout.cards:
        targets = [
            f"{route.link.target} ({route.link.exit})" if route.link.exit else route.link.target
            for route in layout.routes
            if route.link.source == card.key
        ]
        leads = f" leads to {', '.join(targets)}" if targets else ""
        sentences.append(f"{card.key}: {card.label}{';' if leads else ''}{leads}.")
    return " ".join(sentences)


# --- arrows ---------------------------------------------------------------------------------------


def _routes(routes: Iterable[Route]) -> Iterable[str]:
    """All lines, then all heads: loops first, so that others pass over them."""
    ordered = sorted(routes, key=lambda route: not route.back)
    for route in ordered:
        name = "route back" if route.back else "route"
        data = rounded(shortened(route.points, HEAD - 2.5))
        ends = f"{route.link.source}{'.' + route.link.exit if route.link.exit else ''}"
        arrow = quoteattr(f"{ends} {route.link.target}")
        yield f'<path class="{name}" data-arrow={arrow} d="{data}"/>'
    for tip in sorted({route.points[-1] for route in ordered}):
        yield f'<path class="head" d="{head(tip)}"/>'
    for middle in sorted({point for route in ordered for point in _leftwards(route)}):
        yield f'<path class="sense" d="M{at(middle.moved(3, -4))}l-5 4 5 4"/>'


def _leftwards(route: Route) -> Iterable[Point]:
    """The middles of the long pieces that lead left, against the sense of reading."""
    for start, end in pairwise(route.points):
        if start.x - end.x > _LONG:
            yield Point(round((start.x + end.x) / 2), start.y)


# --- cards ----------------------------------------------------------------------------------------


def _card(card: Card, marks: Mapping[str, Mark]) -> Iterable[str]:
    yield f'<g data-node="{card.key}"><title>{escape(shown(card.label))}</title>'
    mark = marked_at(marks, card.key)
    match card.sort:
        case "goal":
            yield from _goal(card)
        case "sequence":
            yield from _sequence(card)
        case "decision":
            yield from _decision(card)
        case _:
            yield _rect(card.outline, "bar", 4)
    for part in card.parts:
        part_mark = marked_at(marks, part.name)
        if part_mark is not None and card.sort == "sequence":
            yield _rect(part.box, f"{part_mark}-wash", 7)
    yield from (_rect(chip, "chip", 9.5) for chip in card.chips)
    kind = f" on-{card.sort}" if card.sort in ("goal", "decision") else ""
    yield from (_icon(icon, f"icon {icon.name}{kind}") for icon in card.icons)
    yield from (_text(text) for text in card.texts)
    if mark is not None:
        yield from _edge(card, mark)
    for part in card.parts:
        part_mark = marked_at(marks, part.name)
        if part_mark is not None and card.sort == "sequence":
            middle = part.box.y + part.box.height / 2
            yield from _sign(part_mark, Point(card.outline.x, middle), 8)
        elif part_mark is not None:
            yield _rect(part.box, f"{part_mark}-edge", min(_PILL_CORNER, part.box.height / 2))
            yield from _sign(part_mark, Point(part.box.right - 12, part.box.y), 8)
    yield "</g>"


def _goal(card: Card) -> Iterable[str]:
    radius = card.outline.width / 2
    middle = Point(card.outline.x + radius, card.outline.y + radius)
    quiet = " quiet" if card.quiet else ""
    centre = f'cx="{number(middle.x)}" cy="{number(middle.y)}"'
    yield f'<circle class="goal{quiet}" {centre} r="{number(radius - 1)}"/>'
    yield f'<circle class="goal-inner" {centre} r="{number(radius - 6)}"/>'


def _sequence(card: Card) -> Iterable[str]:
    box = card.outline
    yield _rect(box.moved(0, 3), "shadow", _CORNER)
    yield _rect(box, "surface", _CORNER)
    inner = Box(box.x + 0.6, box.y + 0.6, box.width - 1.2, box.height)
    yield f'<path class="header" d="{cap(inner, card.header - 0.6, _CORNER - 0.6)}"/>'
    y = number(box.y + card.header)
    yield f'<path class="rule" d="M{number(box.x)} {y}h{number(box.width)}"/>'


def _decision(card: Card) -> Iterable[str]:
    for line in card.fan:
        yield f'<path class="fan" d="{rounded(line)}"/>'
    yield f'<path class="diamond" d="{diamond(card.outline)}"/>'
    for part in card.parts:
        yield _rect(part.box, "pill", min(_PILL_CORNER, part.box.height / 2))


def _edge(card: Card, mark: Mark) -> Iterable[str]:
    """A mark on a whole node: its border, and a sign at the upper right."""
    box, name = card.outline, f"{mark}-edge"
    match card.sort:
        case "goal":
            yield _rect(box, name, box.width / 2)
            corner = Point(box.right - 7, box.y + 7)
        case "decision":
            yield f'<path class="{name}" d="{diamond(box)}"/>'
            corner = Point(box.x + box.width / 2, box.y)
        case _:
            yield _rect(box, name, _CORNER if card.sort == "sequence" else 4)
            corner = Point(box.right, box.y)
    yield from _sign(mark, corner, 10)


def _sign(mark: Mark, middle: Point, radius: float) -> Iterable[str]:
    yield (
        f'<circle class="{mark}-badge" cx="{number(middle.x)}" cy="{number(middle.y)}" '
        f'r="{number(radius)}"><title>{mark}</title></circle>'
    )
    size = radius * 1.5
    yield _icon(Icon(mark.value, middle.moved(-size / 2, -size / 2), size), "sign")


def _counts(layout: Layout, counts: Counts) -> Iterable[str]:
    for card in layout.cards:
        for stand in card.stands:
            count = counts.get(stand.place, 0)
            if count:
                text = counted(count)
                width = round(_COUNT_TEXT(text)) + 30
                box = Box(stand.at.x - width / 2 + 4, stand.at.y - 9.5, width, 19)
                yield f"<g><title>{escape(f'{text} at {stand.place}')}</title>"
                yield _rect(box, "count", 9.5)
                yield _icon(Icon("people", Point(box.x + 7, box.y + 3.5), 12), "icon count-icon")
                where = at(Point(box.x + 22, box.y + 13.5)).split()
                yield f'<text class="count-text" x="{where[0]}" y="{where[1]}">{text}</text></g>'


def _legend(layout: Layout, marks: Mapping[str, Mark]) -> tuple[list[str], float]:
    """Return what the signs mean, only those that are used, and how much height that takes."""
    names = {card.key for card in layout.cards}
    names |= {part.name for card in layout.cards for part in card.parts}
    used = {Mark(mark) for name, mark in marks.items() if name in names}
    found: list[str] = []
    x, row = float(MARGIN), 0
    for mark in (each for each in Mark if each in used):
        wide = _SIGN_WIDTH + _LEGEND_TEXT(mark)
        if found and x + wide > layout.width - MARGIN:
            x, row = float(MARGIN), row + 1
        y = layout.height + _LEGEND - MARGIN + 6 + row * _LEGEND_ROW
        found += _sign(mark, Point(x + 8, y), 8)
        left = number(x + _SIGN_WIDTH)
        found.append(f'<text class="detail" x="{left}" y="{number(y + 4)}">{mark}</text>')
        x += wide + _LEGEND_GAP
    return found, _LEGEND + row * _LEGEND_ROW if found else 0


# --- small things ---------------------------------------------------------------------------------


def _rect(box: Box, name: str, radius: float) -> str:
    return (
        f'<rect class="{name}" x="{number(box.x)}" y="{number(box.y)}" '
        f'width="{number(box.width)}" height="{number(box.height)}" rx="{number(radius)}"/>'
    )


def _icon(icon: Icon, name: str) -> str:
    scale = f" scale({number(icon.size / SIZE)})" if icon.size != SIZE else ""
    where = f'transform="translate({at(icon.at)}){scale}"'
    return f'<path class="{name}" {where} d="{ICONS[icon.name]}"/>'


def _text(text: Text) -> str:
    match text.anchor:
        case Anchor.START:
            anchor = ""
        case Anchor.MIDDLE:
            anchor = ' text-anchor="middle"'
        case _:
            assert_never(text.anchor)
    where = f'x="{number(text.at.x)}" y="{number(text.at.y)}"'
    title = f"<title>{escape(text.full)}</title>" if text.full != text.text else ""
    return f'<text class="{text.style}" {where}{anchor}>{title}{escape(text.text)}</text>'
