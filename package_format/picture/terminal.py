"""Draws a campaign in a terminal, with box-drawing characters, in so many columns.

The same arrangement as in the SVG, counted in cells. What is too wide even so is written as a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from package_format.campaign.flow import Flow
from package_format.picture.arrange import arrange
from package_format.picture.glyphs import CELLS, LINE, Glyph, Ink, Overlay, Run, glyphs
from package_format.picture.graph import Arrangement, Link, Route
from package_format.picture.layout import links, summary_of
from package_format.picture.marks import SIGNS, Counts, Mark, Marks
from package_format.picture.metrics import cells_of, fit, shown
from package_format.picture.ranks import walk
from package_format.picture.words import Names, by_key, title_of

WIDTH = 100

_UP, _RIGHT, _DOWN, _LEFT = 1, 2, 4, 8
_LINES = " ╵╶╰╷│╭├╴╯─┴╮┤┬┼"
"""The character of every set of directions."""
_LOOPS: Mapping[str, str] = {"─": "╌", "│": "╎"}
_HEAD = "▸"

_ANSI: Mapping[Ink, str] = {
    Ink.FAINT: "2", Ink.TITLE: "1", Ink.GOAL: "32", Ink.SEQUENCE: "34", Ink.DECISION: "33",
    Ink.JOIN: "36", Ink.LINE: "90", Ink.MARK: "1;35",
}  # fmt: skip


def draw_terminal(
    flow: Flow,
    names: Names = by_key,
    *,
    width: int = WIDTH,
    marks: Marks | None = None,
    counts: Counts | None = None,
    colour: bool = False,
) -> str:
    """Draw a campaign as text.

    Args:
        flow: The campaign.
        names: What people call the things that it refers to.
        width: How many columns the text may take.
        marks: What happens to which part, by ``node``, ``sequence.step`` or ``decision.way``.
        counts: How many contacts stand at each place.
        colour: Whether to write ANSI escape sequences.
    """
    drawn = glyphs(flow, names, Overlay(marks or {}, counts or {}, max(8, min(LINE, width - 6))))
    arrows = links(flow)
    shapes = {key: glyph.shape for key, glyph in drawn.items()}
    arranged = arrange(shapes, arrows, CELLS, width)
    fits = arranged.width <= width
    rows = _picture(drawn, arranged) if fits else _list(flow, drawn, arrows)
    head: list[list[Run]] = [
        [(fit(shown(flow.campaign.title), width, cells_of), Ink.TITLE)],
        [(fit(summary_of(flow), width, cells_of), Ink.FAINT)],
        [],
    ]
    lines = (*head, *rows, *_legend(marks or {}))
    text = "\n".join(_written(_cut(line, width), colour=colour) for line in lines)
    return text.rstrip("\n") + "\n"


def _legend(marks: Marks) -> Iterable[list[Run]]:
    used = {Mark(mark) for mark in marks.values()}
    if used:
        yield []
        yield [("   ".join(f"[{SIGNS[mark]}] {mark}" for mark in Mark if mark in used), Ink.MARK)]


# --- the picture ----------------------------------------------------------------------------------


def _picture(drawn: Mapping[str, Glyph], arranged: Arrangement) -> Iterable[list[Run]]:
    cells: dict[tuple[int, int], Run] = _lines(arranged.routes)
    for key, box in arranged.boxes.items():
        for down, row in enumerate(drawn[key].rows):
            x, y = int(box.x), int(box.y) + down
            for text, ink in row:
                for letter in text:
                    wide = cells_of(letter)
                    if not wide:  # an accent belongs to the letter before it
                        before, its_ink = cells.get((x - 1, y), (" ", ink))
                        cells[x - 1, y] = (before + letter, its_ink)
                        continue
                    cells[x, y] = (letter, ink)
                    if wide > 1:
                        cells[x + 1, y] = ("", ink)
                    x += wide
    widths: dict[int, int] = {}
    for x, y in cells:
        widths[y] = max(widths.get(y, 0), x + 1)
    for y in range(int(arranged.height)):
        yield [cells.get((x, y), (" ", Ink.PLAIN)) for x in range(widths.get(y, 0))]


def _lines(routes: Iterable[Route]) -> dict[tuple[int, int], Run]:
    """The cells of all lines: each the union of the directions in which lines leave it."""
    ways: dict[tuple[int, int], int] = {}
    forward: set[tuple[int, int]] = set()
    heads: set[tuple[int, int]] = set()
    for route in routes:
        points = [(int(point.x), int(point.y)) for point in route.points]
        tip = (points[-1][0] - 1, points[-1][1])
        points[-1] = tip
        heads.add(tip)
        ways[points[0]] = ways.get(points[0], 0) | _LEFT
        for start, end in pairwise(points):
            for here, there in pairwise(_between(start, end)):
                ahead = _direction(here, there)
                ways[here] = ways.get(here, 0) | ahead
                ways[there] = ways.get(there, 0) | _opposite(ahead)
                if not route.back:
                    forward |= {here, there}
    found: dict[tuple[int, int], Run] = {}
    for cell, way in ways.items():
        letter = _LINES[way]
        found[cell] = (letter if cell in forward else _LOOPS.get(letter, letter), Ink.LINE)
    found.update(dict.fromkeys(heads, (_HEAD, Ink.LINE)))
    return found


def _between(start: tuple[int, int], end: tuple[int, int]) -> Iterable[tuple[int, int]]:
    (x, y), (to_x, to_y) = start, end
    yield x, y
    while (x, y) != (to_x, to_y):
        x += (to_x > x) - (to_x < x)
        y += (to_y > y) - (to_y < y)
        yield x, y


def _direction(here: tuple[int, int], there: tuple[int, int]) -> int:
    if here[0] != there[0]:
        return _RIGHT if there[0] > here[0] else _LEFT
    return _DOWN if there[1] > here[1] else _UP


def _opposite(direction: int) -> int:
    return {_UP: _DOWN, _DOWN: _UP, _LEFT: _RIGHT, _RIGHT: _LEFT}[direction]


# --- the list -------------------------------------------------------------------------------------


def _list(flow: Flow, drawn: Mapping[str, Glyph], arrows: Iterable[Link]) -> Iterable[list[Run]]:
    """Every node in the order of reading, and where it leads; it needs hardly any width."""
    arrows = tuple(arrows)
    met, _ = walk(list(flow.nodes), arrows)
    for key in met:
        yield from (list(row) for row in drawn[key].rows)
        for arrow in arrows:
            if arrow.source == key:
                way = f"{arrow.exit}: " if arrow.exit else ""
                title = shown(title_of(arrow.target, flow.nodes[arrow.target]))
                yield [(f"  {_HEAD} ", Ink.LINE), (f"{way}{title}", Ink.PLAIN)]
        yield []


# --- writing --------------------------------------------------------------------------------------


def _cut(line: list[Run], width: int) -> list[Run]:
    """Leave out what does not fit: only a list's lines can be too long."""
    found: list[Run] = []
    room = width
    for text, ink in line:
        fitting = fit(text, room, cells_of)
        found.append((fitting, ink))
        if fitting != text:
            break
        room -= cells_of(text)
    return found


def _written(line: list[Run], *, colour: bool) -> str:
    if not colour:
        return "".join(text for text, _ in line).rstrip()
    parts: list[str] = []
    before = Ink.PLAIN
    for text, ink in line:
        if ink is not before and text.strip():
            parts.append(f"\x1b[0m\x1b[{_ANSI[ink]}m" if ink in _ANSI else "\x1b[0m")
            before = ink
        parts.append(text)
    end = "\x1b[0m" if before is not Ink.PLAIN else ""
    return "".join(parts).rstrip() + end
