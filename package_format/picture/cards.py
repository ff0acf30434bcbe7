"""A laid-out picture: cards, what is written on them, and the routes between them, in pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from package_format.campaign.places import Place
from package_format.picture.graph import Box, Point, Route


class Style(StrEnum):
    """How a text is set; sizes are in `sizes`, colours in `theme`."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    TITLE = "title"
    ACTION = "action"
    WAIT = "wait"
    DETAIL = "detail"
    WAY = "way"


class Anchor(StrEnum):
    """Which end of a text stands at its point."""

    START = "start"
    MIDDLE = "middle"


@dataclass(frozen=True)
class Text:
    """One line of text.

    Attributes:
        at: Its point on the baseline.
        text: What is drawn.
        full: What it would say if there were room; the same text, unless it was cut.
        style: How it is set.
        anchor: Which end stands at the point.
        width: How wide it is, by the table of `metrics`.
    """

    at: Point
    text: str
    full: str
    style: Style
    anchor: Anchor
    width: float


@dataclass(frozen=True)
class Icon:
    """An icon, by the name that `icons` knows; `at` is its upper left corner."""

    name: str
    at: Point
    size: float


@dataclass(frozen=True)
class Part:
    """A part of a card that a mark can be laid on: a step's lines, or a way's pill."""

    name: str
    box: Box


@dataclass(frozen=True)
class Stand:
    """Where contacts stand: the middle of the badge that counts them."""

    place: Place
    at: Point


@dataclass(frozen=True)
class Card:
    """A node, drawn.

    Attributes:
        key: The node's.
        sort: ``goal``, ``sequence``, ``decision`` or ``join``.
        label: What a screen reader says.
        box: Everything that belongs to it, its texts too.
        outline: The box of its circle, card, diamond or bar; arrows end on its border.
        header: How high a sequence's head is; zero for others.
        texts: What is written.
        icons: What is drawn beside it.
        chips: The soft fields behind timers.
        parts: Its steps or ways.
        fan: The lines inside a decision, from the diamond to its ways.
        stands: Where contacts may stand.
        quiet: Whether a goal ends nothing.
    """

    key: str
    sort: str
    label: str
    box: Box
    outline: Box
    texts: tuple[Text, ...]
    icons: tuple[Icon, ...] = ()
    chips: tuple[Box, ...] = ()
    parts: tuple[Part, ...] = ()
    fan: tuple[tuple[Point, ...], ...] = ()
    stands: tuple[Stand, ...] = ()
    header: float = 0
    quiet: bool = False

    def moved(self, dx: float, dy: float) -> Card:
        """Return the card moved by so much."""
        return replace(
            self,
            box=self.box.moved(dx, dy),
            outline=self.outline.moved(dx, dy),
            texts=_moved(self.texts, dx, dy),
            icons=_moved(self.icons, dx, dy),
            chips=tuple(chip.moved(dx, dy) for chip in self.chips),
            parts=tuple(replace(part, box=part.box.moved(dx, dy)) for part in self.parts),
            fan=tuple(tuple(point.moved(dx, dy) for point in line) for line in self.fan),
            stands=_moved(self.stands, dx, dy),
        )


_Placed = TypeVar("_Placed", Text, Icon, Stand)


def _moved(things: tuple[_Placed, ...], dx: float, dy: float) -> tuple[_Placed, ...]:
    return tuple(replace(thing, at=thing.at.moved(dx, dy)) for thing in things)


@dataclass(frozen=True)
class Layout:
    """A whole picture.

    Attributes:
        title: The campaign's.
        summary: What it consists of, in one sentence.
        width: Of the picture, in pixels.
        height: Likewise.
        heading: The texts above the picture.
        cards: By key.
        routes: The arrows' ways, sorted by arrow.
    """

    title: str
    summary: str
    width: float
    height: float
    heading: tuple[Text, ...]
    cards: tuple[Card, ...]
    routes: tuple[Route, ...]
