"""From a node to lines of text for a terminal, and where arrows meet them, in cells."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from package_format.campaign.flow import Flow
from package_format.campaign.model import Choose, Decision, Goal, Join, Node, Sequence
from package_format.campaign.places import Place, PlaceSort, places
from package_format.picture.cards import Style
from package_format.picture.graph import Exit, Point, Shape, Spacing
from package_format.picture.marks import SIGNS, Counts, Marks, counted, marked_at
from package_format.picture.metrics import cells_of, fit, shown, wrap
from package_format.picture.stencils import (
    goal_details,
    join_detail,
    sequence_detail,
    step_lines,
    way_text,
)
from package_format.picture.words import Names, spelled, title_of

CELLS = Spacing(
    node=1, line=0, lines=0, thickness=1, gutter=5, out=1, into=3, track=2, level=1, channel=0,
    row=1, whole=True,
)  # fmt: skip

ICONS: Mapping[str, str] = {
    "email": "✉", "tag-on": "+", "tag-off": "−", "field": "=", "task": "☐", "wait": "◷", "if": "?",  # noqa: RUF001  those are the characters
    "letter": "✎", "fax": "⎙", "call": "☏", "note": "¶", "people": "☺", "opportunity": "◆",
    "fulfilment": "▣", "post": "⇢",
}  # fmt: skip
_LINES = 2
LINE = 30
"""How long a line in a node may be, if the terminal is not narrower."""
WAY = 44
"""How long a way's name and condition may be together, where there is room for them."""


class Ink(StrEnum):
    """What a piece of text is, for those who see colours."""

    PLAIN = "plain"
    FAINT = "faint"
    TITLE = "title"
    GOAL = "goal"
    SEQUENCE = "sequence"
    DECISION = "decision"
    JOIN = "join"
    LINE = "line"
    MARK = "mark"


Run = tuple[str, Ink]
"""A piece of text in one ink."""


@dataclass(frozen=True)
class Glyph:
    """A node, drawn in cells.

    Attributes:
        rows: Its lines, each in runs.
        shape: Its size, and where arrows meet it.
    """

    rows: tuple[tuple[Run, ...], ...]
    shape: Shape


@dataclass(frozen=True)
class Overlay:
    """What is written beside the names, and how much room there is.

    Attributes:
        marks: By ``node``, ``sequence.step`` or ``decision.way``.
        counts: By place.
        room: How many cells a line in a node may take.
        ways: How many the name of a way and its condition may take together.
    """

    marks: Marks
    counts: Counts
    room: int = LINE
    ways: int = LINE

    def on(self, name: str) -> str:
        """The sign of a part, or nothing."""
        mark = marked_at(self.marks, name)
        return "" if mark is None else f" [{SIGNS[mark]}]"

    def at(self, place: Place) -> str:
        """How many stand at a place, or nothing."""
        count = self.counts.get(place, 0)
        return f" ({counted(count)})" if count else ""


def glyphs(flow: Flow, names: Names, overlay: Overlay) -> dict[str, Glyph]:
    """Return the glyph of every node, by key."""
    return {key: _glyph(key, node, flow, names, overlay) for key, node in flow.nodes.items()}


def _glyph(key: str, node: Node, flow: Flow, names: Names, overlay: Overlay) -> Glyph:
    title, sign = _short(title_of(key, node), overlay.room - 4), overlay.on(key)
    match node:
        case Goal():
            return _bare("◎", Ink.GOAL, title, sign, goal_details(node, names), overlay.room)
        case Sequence():
            return _box(key, node, flow, names, overlay)
        case Decision():
            return _fan(key, node, names, overlay)
        case Join():
            sign += overlay.at(Place(key, None, PlaceSort.JOIN))
            return _bare("┃", Ink.JOIN, title, sign, [join_detail(node)], overlay.room)
        case _:
            assert_never(node)


def _short(text: str, width: int) -> str:
    return fit(shown(text), width, cells_of)


def _wrapped(text: str, width: int) -> tuple[str, ...]:
    return wrap(shown(text), width, cells_of, _LINES)


def _bare(symbol: str, ink: Ink, title: str, sign: str, details: Many[str], room: int) -> Glyph:
    first: tuple[Run, ...] = ((f"{symbol} ", ink), (title, Ink.TITLE), (sign, Ink.MARK), (" ", ink))
    below = symbol if ink is Ink.JOIN else " "
    rows = [first]
    rows += [
        ((f"{below} ", ink), (part, Ink.FAINT))
        for detail in details
        for part in _wrapped(detail, room)
    ]
    return _drawn(rows, 0, {None: 0})


def _box(key: str, sequence: Sequence, flow: Flow, names: Names, overlay: Overlay) -> Glyph:
    title = _short(title_of(key, sequence), overlay.room - 4)
    inner: list[tuple[Run, ...]] = [((title, Ink.TITLE), (overlay.on(key), Ink.MARK))]
    if sequence_detail(sequence):
        inner.append(((sequence_detail(sequence), Ink.FAINT),))
    for step in sequence.steps:
        sign = overlay.on(f"{key}.{step.key}")
        for one in step_lines(step, flow, names):
            text = one.text if one.style is not Style.DETAIL else one.text.removeprefix("if ")
            wait = one.style is Style.WAIT
            count = overlay.at(Place(key, step.key, PlaceSort.WAIT)) if wait else ""
            room = overlay.room - 2 - cells_of(sign + count)
            first, *more = _wrapped(text, room)
            ink = Ink.PLAIN if one.style is Style.ACTION else Ink.FAINT
            inner.append((
                (f"{ICONS.get(one.icon, '•')} ", Ink.SEQUENCE),
                (first, ink),
                (count + sign, Ink.MARK),
            ))  # fmt: skip
            inner += [((f"  {rest}", ink),) for rest in more]
            sign = ""
    end = Place(key, None, PlaceSort.END)
    if end in places(flow) and overlay.at(end):
        inner.append((("end", Ink.FAINT), (overlay.at(end), Ink.MARK)))
    width = max(_width(row) for row in inner)
    edge = "─" * (width + 2)
    rows: list[tuple[Run, ...]] = [((f"╭{edge}╮", Ink.SEQUENCE),)]
    for row in inner:
        rest = " " * (width - _width(row))
        rows.append((("│ ", Ink.SEQUENCE), *row, (f"{rest} │", Ink.SEQUENCE)))
    rows.append(((f"╰{edge}╯", Ink.SEQUENCE),))
    return _drawn(rows, 1, {None: 1})


def _fan(key: str, decision: Decision, names: Names, overlay: Overlay) -> Glyph:
    title, sign = _short(title_of(key, decision), overlay.room - 4), overlay.on(key)
    left: list[tuple[Run, ...]] = [
        (("◇ ", Ink.DECISION), (title, Ink.TITLE), (f"{sign} ", Ink.MARK))
    ]
    if decision.choose is Choose.EVERY:
        left.append((("  every way ", Ink.FAINT),))
    width = max(_width(row) for row in left)
    last = len(decision.ways) - 1
    rows: list[tuple[Run, ...]] = []
    for number in range(max(len(left), last + 1)):
        head = left[number] if number < len(left) else ()
        fill = "─" if number == 0 else " "
        pad: Run = (fill * (width - _width(head)), Ink.DECISION)
        if number > last:
            rows.append((*head, pad))
            continue
        way = decision.ways[number]
        corner = {(True, True): "─", (True, False): "┬", (False, True): "╰", (False, False): "├"}
        name = _short(spelled(way.key), overlay.room - 4)
        when = _short(way_text(way.if_, names), max(overlay.ways - cells_of(name), 6))
        rows.append((
            *head,
            pad,
            (f"{corner[number == 0, number == last]}╴", Ink.DECISION),
            (name, Ink.DECISION),
            (f" · {when}", Ink.FAINT),
            (f"{overlay.on(f'{key}.{way.key}')} ", Ink.MARK),
        ))  # fmt: skip
    return _drawn(rows, 0, {way.key: number for number, way in enumerate(decision.ways)})


def _drawn(rows: Many[tuple[Run, ...]], entry: int, exits: Mapping[Exit, int]) -> Glyph:
    width = max(_width(row) for row in rows)
    points = {name: Point(_width(rows[row]), row) for name, row in exits.items()}
    return Glyph(tuple(rows), Shape(width, len(rows), Point(0, entry), points))


def _width(row: Many[Run]) -> int:
    return sum(cells_of(text) for text, _ in row)
