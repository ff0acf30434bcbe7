"""The path data of lines, corners and arrow heads."""

from __future__ import annotations

import math
from collections.abc import Sequence

from package_format.picture.graph import Box, Point

_RADIUS = 10.0
HEAD = 9.0
"""How long an arrow's head is."""
_HALF_HEAD = 4.4


def number(value: float) -> str:
    """Write a coordinate as short as it can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def at(point: Point) -> str:
    """Write a point."""
    return f"{number(point.x)} {number(point.y)}"


def rounded(points: Sequence[Point], radius: float = _RADIUS) -> str:
    """A line through points, its corners rounded."""
    data = [f"M{at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(radius, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _towards(corner, before, room), _towards(corner, after, room)
        data.append(f"L{at(start)}Q{at(corner)} {at(end)}")
    data.append(f"L{at(points[-1])}")
    return "".join(data)


def shortened(points: Sequence[Point], by: float) -> tuple[Point, ...]:
    """Take a little off the end of a line, to make room for its head."""
    return (*points[:-1], _towards(points[-1], points[-2], by))


def head(tip: Point) -> str:
    """An arrow's head that points right."""
    x, y = tip.x - HEAD, tip.y
    back = Point(x + 2.2, y)
    corners = (Point(x, y - _HALF_HEAD), tip, Point(x, y + _HALF_HEAD), back)
    return "M" + "L".join(at(corner) for corner in corners) + "z"


def diamond(box: Box) -> str:
    """A diamond that fills a box."""
    middle = Point(box.x + box.width / 2, box.y + box.height / 2)
    corners = (
        Point(middle.x, box.y),
        Point(box.right, middle.y),
        Point(middle.x, box.bottom),
        Point(box.x, middle.y),
    )
    return "M" + "L".join(at(corner) for corner in corners) + "z"


def cap(box: Box, height: float, radius: float) -> str:
    """The upper part of a box whose corners are rounded."""
    r = number(radius)
    return (
        f"M{number(box.x)} {number(box.y + height)}v{number(radius - height)}"
        f"a{r} {r} 0 0 1 {r} -{r}h{number(box.width - 2 * radius)}"
        f"a{r} {r} 0 0 1 {r} {r}v{number(height - radius)}z"
    )


def _length(one: Point, other: Point) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _towards(start: Point, end: Point, by: float) -> Point:
    share = by / (_length(start, end) or 1)
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
