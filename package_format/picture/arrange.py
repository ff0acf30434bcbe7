"""Puts shapes and links on a page: columns from left to right, in rows no wider than a limit.

Every part of the graph that hangs together is arranged for itself; the parts stand one below the
other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from package_format.picture.graph import Arrangement, Box, Link, Route, Shape, Spacing
from package_format.picture.layers import layers
from package_format.picture.ranks import components, ranks, walk
from package_format.picture.routes import Page
from package_format.picture.rows import break_rows

_TRIES = 4
_MANY = 1_000
"""With more pieces of lines than this, the first way to break rows must do."""


def arrange(
    shapes: Mapping[str, Shape], links: Sequence[Link], spacing: Spacing, limit: float
) -> Arrangement:
    """Arrange shapes and links.

    Args:
        shapes: By key, in the order in which a reader should meet what nothing leads to.
        links: In the order in which a reader should follow those of one node.
        spacing: The room between things.
        limit: How wide a row may be; one wider column is wider.
    """
    boxes: dict[str, Box] = {}
    routes: list[Route] = []
    width = height = 0.0
    for keys in components(list(shapes), links):
        inside = set(keys)
        own = [link for link in links if link.source in inside]
        part = _part({key: shapes[key] for key in keys}, own, spacing, limit)
        down = height + spacing.row if boxes else 0.0
        boxes.update({key: box.moved(0, down) for key, box in part.boxes.items()})
        routes += [
            replace(route, points=tuple(p.moved(0, down) for p in route.points))
            for route in part.routes
        ]
        width, height = max(width, part.width), down + part.height
    return Arrangement(
        {key: boxes[key] for key in sorted(boxes)},
        tuple(sorted(routes, key=lambda route: route.link)),
        width,
        height,
    )


def _part(
    shapes: Mapping[str, Shape], links: Sequence[Link], spacing: Spacing, limit: float
) -> Arrangement:
    met, back = walk(list(shapes), links)
    forward = [link for link in links if link not in back]
    rank = ranks(met, [(link.source, link.target) for link in forward])
    layered = layers(met, forward, rank, shapes)
    widths = [
        max((shapes[item.key].width for item in column if not item.is_bend), default=0)
        for column in layered.columns
    ]
    crossing = [len({h.target for h in layered.between(c)}) for c in range(len(widths))]
    back_links = [link for link in links if link in back]
    room = limit
    tried: list[Arrangement] = []
    tries = _TRIES if len(layered.hops) <= _MANY else 1
    while len(tried) < tries:
        rows = break_rows(widths, crossing, spacing.gutter, room)
        tried.append(Page(shapes, layered, back_links, spacing, rows).draw())
        if tried[-1].width <= limit or tried[-1].width > min(t.width for t in tried):
            break
        room -= tried[-1].width - limit
    return min(tried, key=lambda arranged: arranged.width)
