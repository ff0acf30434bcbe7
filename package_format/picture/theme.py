"""Colours, light and dark, and the style sheet that stands inside each SVG.

The sheet is scoped to ``.cpt-picture`` and names no font that must be fetched. With the theme
``auto``, colours are CSS variables that follow the reader's system and that a page may set itself;
``light`` and ``dark`` write them out, for programs that draw SVG and know no variables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from package_format.picture.cards import Style
from package_format.picture.sizes import BOLD, FONT_SIZE


class Theme(StrEnum):
    """Which colours a picture has."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


_LIGHT: Mapping[str, str] = {
    "canvas": "#f9fafc", "dot": "#e3e8f0", "surface": "#ffffff", "border": "#cdd6e6",
    "ink": "#162033", "soft": "#5a6780", "line": "#8592ad", "chip": "#f1f4f8",
    "blue": "#2f5fe0", "blue-soft": "#eef3ff", "green": "#0f8f5f", "green-soft": "#e9f8f0",
    "amber": "#b86e00", "amber-soft": "#fff5df", "amber-line": "#e6c98f", "slate": "#3d4a63",
    "teal": "#0c8493", "violet": "#7a4fd0", "rose": "#c23a5e", "shadow": "#e6ebf3",
    "added": "#0f8f5f", "removed": "#c4314b", "changed": "#b86e00", "moved": "#7a4fd0",
}  # fmt: skip
_DARK: Mapping[str, str] = {
    "canvas": "#0e131c", "dot": "#1d2634", "surface": "#161d2a", "border": "#313d53",
    "ink": "#e9eef7", "soft": "#9aa8c0", "line": "#6d7c98", "chip": "#202a3b",
    "blue": "#86a8ff", "blue-soft": "#1a2540", "green": "#4fcb97", "green-soft": "#10271e",
    "amber": "#ecb152", "amber-soft": "#2b2211", "amber-line": "#6b5428", "slate": "#a9b7cf",
    "teal": "#52c4d2", "violet": "#b59bff", "rose": "#ff8aa5", "shadow": "#090d14",
    "added": "#4fcb97", "removed": "#ff7d91", "changed": "#ecb152", "moved": "#b59bff",
}  # fmt: skip

_FONTS = (
    'Inter,"Inter Variable",ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,'
    '"Helvetica Neue",Arial,"Liberation Sans",sans-serif'
)

_RULES = """
.canvas{fill:$canvas}
.dot{fill:$dot}
.surface{fill:$surface;stroke:$border;stroke-width:1.25}
.shadow{fill:$shadow}
.header{fill:$blue-soft}
.rule{stroke:$border;stroke-width:1;fill:none}
.chip{fill:$chip}
.goal{fill:$surface;stroke:$green;stroke-width:2}
.goal-inner{fill:$green-soft;stroke:$green;stroke-width:1}
.quiet{stroke-dasharray:3 3.5}
.diamond{fill:$amber-soft;stroke:$amber;stroke-width:1.75;stroke-linejoin:round}
.pill{fill:$surface;stroke:$amber-line;stroke-width:1.25}
.fan{stroke:$amber-line;stroke-width:1.5;fill:none}
.bar{fill:$slate}
.route{stroke:$line;stroke-width:1.6;fill:none;stroke-linecap:round}
.back{stroke-dasharray:5 5}
.head{fill:$line}
.sense{stroke:$line;stroke-width:1.6;fill:none;stroke-linecap:round;stroke-linejoin:round}
text{fill:$ink}
.subheading,.detail,.wait{fill:$soft}
.way{fill:$amber}
.icon{fill:none;stroke:$soft;stroke-width:1.35;stroke-linecap:round;stroke-linejoin:round}
.email{stroke:$blue}
.tag-on,.tag{stroke:$teal}
.tag-off{stroke:$rose}
.field{stroke:$violet}
.task{stroke:$amber}
.on-goal{stroke:$green}
.on-decision{stroke:$amber}
.count{fill:$ink;stroke:$canvas;stroke-width:2}
.count-text{fill:$canvas;font-size:11px;font-weight:650}
.count-icon{stroke:$canvas}
.sign{fill:none;stroke:$canvas;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
"""
_MARK_RULES = (
    ".{0}-edge{{fill:none;stroke:${0};stroke-width:2.5}}"
    ".{0}-wash{{fill:${0};fill-opacity:.13}}"
    ".{0}-badge{{fill:${0};stroke:$canvas;stroke-width:2}}"
)
_MARKS = ("added", "removed", "changed", "moved")


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a picture."""
    rules = [_scoped(rule) for rule in _RULES.strip().splitlines()]
    rules += [
        _scoped(f".{style}{{font-size:{FONT_SIZE[style]:g}px;font-weight:{_weight(style)}}}")
        for style in Style
    ]
    rules += [
        _scoped(f"{rule}}}")
        for mark in _MARKS
        for rule in _MARK_RULES.format(mark).split("}")
        if rule
    ]
    text = "\n".join((f".cpt-picture text{{font-family:{_FONTS}}}", *rules))
    match theme:
        case Theme.LIGHT:
            return _filled(text, _LIGHT)
        case Theme.DARK:
            return _filled(text, _DARK)
        case Theme.AUTO:
            names = {name: f"var(--cpt-{name})" for name in _LIGHT}
            light, dark = _variables(_LIGHT), _variables(_DARK)
            return (
                f".cpt-picture{{color-scheme:light dark;{light}}}\n"
                f"@media(prefers-color-scheme:dark){{.cpt-picture{{{dark}}}}}\n"
                f"{_filled(text, names)}"
            )
        case _:
            assert_never(theme)


def _weight(style: Style) -> int:
    return 600 if style in BOLD else 400


def _scoped(rule: str) -> str:
    selectors, _, body = rule.partition("{")
    scoped = ",".join(f".cpt-picture {selector}" for selector in selectors.split(","))
    return f"{scoped}{{{body}"


def _filled(text: str, colours: Mapping[str, str]) -> str:
    return re.sub(r"\$([a-z-]+)", lambda found: colours[found[1]], text)


def _variables(colours: Mapping[str, str]) -> str:
    return ";".join(f"--cpt-{name}:{colour}" for name, colour in colours.items())
