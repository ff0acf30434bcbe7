"""The layout of a campaign's picture: from its flow to cards and routes on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Many
from dataclasses import replace

from package_format.campaign.flow import Flow
from package_format.campaign.model import Decision, Goal, Sequence
from package_format.picture.arrange import arrange
from package_format.picture.cards import Layout, Style
from package_format.picture.graph import Link, Point
from package_format.picture.sizes import HEADING, MARGIN, SPACING, line, lines
from package_format.picture.stencils import stencils
from package_format.picture.words import Names, by_key, when_text

MAX_WIDTH = 1400
"""A row is broken when it would make the picture wider than this, in pixels."""

_LEAST_HEADING = 240


def layout(flow: Flow, names: Names = by_key, *, max_width: float = MAX_WIDTH) -> Layout:
    """Lay out the picture of a campaign.

    Args:
        flow: The campaign.
        names: What people call the things that it refers to; their keys, if nothing is told.
        max_width: How wide the picture should be at most, in pixels. A single column is never
            broken, so a picture can be wider than a very small limit.
    """
    drawn = stencils(flow, names)
    shapes = {key: stencil.shape for key, stencil in drawn.items()}
    arranged = arrange(shapes, links(flow), SPACING, max_width - 2 * MARGIN)
    summary = summary_of(flow)
    room = max(arranged.width, _LEAST_HEADING)
    heading = (
        line(Point(MARGIN, 42), flow.campaign.title, Style.HEADING, room),
        *lines(Point(MARGIN, 64), summary, Style.SUBHEADING, room, 3),
    )
    top = heading[-1].at.y + HEADING
    cards = tuple(
        drawn[key].card.moved(MARGIN + box.x, top + box.y) for key, box in arranged.boxes.items()
    )
    routes = tuple(
        replace(route, points=tuple(point.moved(MARGIN, top) for point in route.points))
        for route in arranged.routes
    )
    wide = max(arranged.width, *(text.width for text in heading))
    return Layout(
        title=flow.campaign.title,
        summary=summary,
        width=wide + 2 * MARGIN,
        height=top + arranged.height + MARGIN,
        heading=heading,
        cards=cards,
        routes=routes,
    )


def links(flow: Flow) -> tuple[Link, ...]:
    """Return the arrows to draw, those of a decision in the order of its ways.

    Two sorts of arrows to a goal are left out, because they say nothing new and would hide what
    does. A goal that comes ``after: all`` says so in words; only from where contacts would
    otherwise stand for ever does an arrow lead to it. And a goal hears whoever stands anywhere
    before it (C3), so from the first of two sequences in a row no arrow leads to it as well.
    """
    order: Mapping[tuple[str, str], int] = {
        (key, way.key): number
        for key, node in flow.nodes.items()
        if isinstance(node, Decision)
        for number, way in enumerate(node.ways)
    }
    after_all = {k for k, n in flow.nodes.items() if isinstance(n, Goal) and n.after == "all"}
    going_on = {arrow.source for arrow in flow.arrows if arrow.target not in after_all} | after_all
    found = {
        Link(arrow.source, arrow.way or "", arrow.target)
        for arrow in flow.arrows
        if arrow.target not in after_all or arrow.source not in going_on
    }
    return tuple(
        sorted(
            _without_shortcuts(flow, sorted(found)),
            key=lambda link: (link.source, order.get((link.source, link.exit), 0), link),
        )
    )


def _without_shortcuts(flow: Flow, found: Many[Link]) -> list[Link]:
    """Leave out arrows from sequences to goals that can be reached through others, but no goal."""
    kept: dict[str, dict[Link, None]] = {}
    for link in found:
        kept.setdefault(link.source, {})[link] = None
    for link in found:
        ends = flow.nodes[link.source], flow.nodes[link.target]
        if isinstance(ends[0], Sequence) and isinstance(ends[1], Goal):
            del kept[link.source][link]
            if not _reaches(flow, kept, link.source, link.target):
                kept[link.source][link] = None
    return [link for links_ in kept.values() for link in links_]


def _reaches(flow: Flow, found: Mapping[str, Iterable[Link]], source: str, goal: str) -> bool:
    pending, seen = [source], {source}
    while pending:
        key = pending.pop()
        for link in found.get(key, ()):
            if link.target == goal:
                return True
            if link.target not in seen:
                seen.add(link.target)
                if not isinstance(flow.nodes[link.target], Goal):
                    pending.append(link.target)
    return False


def summary_of(flow: Flow) -> str:
    """Say what a campaign consists of, and what all its timers share."""
    nodes = flow.nodes.values()
    goals = sum(isinstance(node, Goal) for node in nodes)
    sequences = [node for node in nodes if isinstance(node, Sequence)]
    steps = sum(len(node.steps) for node in sequences)
    parts = [_counted(goals, "goal")]
    if sequences:
        parts += [_counted(len(sequences), "sequence"), _counted(steps, "step")]
    defaults = flow.campaign.defaults.wait
    shared = when_text(defaults.at, defaults.weekdays)
    if shared:
        parts.append(f"timers end at {shared}" if defaults.at else f"timers end {shared}")
    return " · ".join(parts)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
