"""What the arrangement is told, and what it answers: shapes, links, places and routes.

Lengths have no unit here. An SVG counts pixels, a terminal counts cells; `Spacing` says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Exit = str | None
"""Where an arrow leaves a shape: a way's key, or None where there is only one exit."""


@dataclass(frozen=True, order=True)
class Point:
    """A point; y grows downwards."""

    x: float
    y: float

    def moved(self, dx: float, dy: float) -> Point:
        """Return the point moved by so much."""
        return Point(self.x + dx, self.y + dy)


@dataclass(frozen=True)
class Box:
    """A rectangle, given by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height

    def moved(self, dx: float, dy: float) -> Box:
        """Return the box moved by so much."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)


@dataclass(frozen=True)
class Shape:
    """The room a node takes, and where arrows meet it, counted from its upper left corner.

    Attributes:
        width: With everything that is written beside or below it.
        height: Likewise.
        entry: Where arrows arrive.
        exits: Where they leave, in order from the top.
        spread: How far apart several arrows arrive, around `entry`; zero for one point.
    """

    width: float
    height: float
    entry: Point
    exits: Mapping[Exit, Point]
    spread: float = 0


@dataclass(frozen=True, order=True)
class Link:
    """An arrow to draw."""

    source: str
    exit: str
    target: str

    @property
    def way(self) -> Exit:
        """The exit's name; links sort by text, so None is written as the empty text."""
        return self.exit or None


@dataclass(frozen=True)
class Spacing:
    """How much room is left between things.

    Attributes:
        node: Between two nodes, one above the other.
        line: Between a node and a line that passes it.
        lines: Between two lines that pass side by side.
        thickness: How high a passing line itself is: nothing, or one row of cells.
        gutter: The least distance between two columns.
        out: From a column to the first turn after it.
        into: From the last turn to the next column, with room for an arrow's head.
        track: Between two parallel turns.
        level: Between two parallel lines below a row.
        channel: From the lowest thing in a row to the first line below it.
        row: From the last line below a row to the next row.
        comfort: How much of the greatest width a row should take, unless more saves a row.
        whole: Whether only whole numbers will do, as in a terminal.
    """

    node: float
    line: float
    lines: float
    thickness: float
    gutter: float
    out: float
    into: float
    track: float
    level: float
    channel: float
    row: float
    comfort: float = 1.0
    whole: bool = False


@dataclass(frozen=True)
class Route:
    """The way an arrow takes: level and upright pieces from one node's border to another's.

    Attributes:
        link: The arrow.
        points: Where it starts, turns and ends.
        back: Whether it leads back, and so closes a loop.
    """

    link: Link
    points: tuple[Point, ...]
    back: bool = False


@dataclass(frozen=True)
class Arrangement:
    """Where everything stands.

    Attributes:
        boxes: The room of every node, sorted by key.
        routes: The way of every link, sorted by link.
        width: Of the whole.
        height: Of the whole.
    """

    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]
    width: float
    height: float
