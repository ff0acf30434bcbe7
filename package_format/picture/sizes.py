"""The sizes of the SVG picture, in pixels: type, cards and the room between them."""

from __future__ import annotations

from collections.abc import Mapping

from package_format.picture.cards import Anchor, Style, Text
from package_format.picture.graph import Point, Spacing
from package_format.picture.metrics import Measure, fit, measure, shown, wrap

FONT_SIZE: Mapping[Style, float] = {
    Style.HEADING: 19,
    Style.SUBHEADING: 12.5,
    Style.TITLE: 13,
    Style.ACTION: 12.5,
    Style.WAIT: 11.5,
    Style.DETAIL: 11.5,
    Style.WAY: 12,
}
BOLD = frozenset({Style.HEADING, Style.TITLE, Style.WAY})
LINE: Mapping[Style, float] = {
    Style.TITLE: 17,
    Style.ACTION: 17,
    Style.DETAIL: 15.5,
    Style.SUBHEADING: 18,
}

SPACING = Spacing(
    node=30, line=20, lines=14, thickness=0, gutter=52, out=18, into=26, track=14, level=14,
    channel=26, row=44, comfort=0.875,
)  # fmt: skip

MARGIN = 36
HEADING = 38
"""From the baseline of the last line above the picture to the first row."""

_MEASURES: Mapping[Style, Measure] = {
    style: measure(size, bold=style in BOLD) for style, size in FONT_SIZE.items()
}


def width_of(text: str, style: Style) -> float:
    """Return how wide a text is when it is set in a style."""
    return _MEASURES[style](text)


def line(at: Point, text: str, style: Style, width: float, anchor: Anchor = Anchor.START) -> Text:
    """Set a text on one line, cut to a width."""
    clean = shown(text)
    drawn = fit(clean, width, _MEASURES[style])
    return Text(at, drawn, clean, style, anchor, width_of(drawn, style))


def lines(
    at: Point, text: str, style: Style, width: float, most: int, anchor: Anchor = Anchor.START
) -> tuple[Text, ...]:
    """Set a text on as many lines as it needs; on the last of the most allowed it is cut."""
    clean = shown(text)
    broken = wrap(clean, width, _MEASURES[style], most)
    cut = " ".join(broken) != clean
    return tuple(
        Text(
            at.moved(0, number * LINE[style]),
            part,
            clean if cut and number == len(broken) - 1 else part,
            style,
            anchor,
            width_of(part, style),
        )
        for number, part in enumerate(broken)
    )
