"""How wide a text will be, without asking a font.

The table holds, for every letter, the greater of its widths in the sans-serif fonts that people
have; what fits here fits there. It was measured, once, on two metrically different families.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from package_format.placeholders import in_brackets

ELLIPSIS = "…"

_REGULAR = {
    240: "'ijl", 280: "!,.:;I·’‘", 300: " ", 340: "|", 360: "/\\", 380: "()[]frt{}“”", 420: '"',  # noqa: RUF001  those are the characters
    460: "-", 480: "^", 500: "*`", 540: "sx", 560: "1?J_ckvyz–", 580: "7La", 600: "ehnou",  # noqa: RUF001  those are the characters
    620: "258Fgpq", 640: "#$0369Zbd", 660: "+4<=>T~≥≤×", 680: "&ABEKPSVXY", 740: "CDHR",  # noqa: RUF001  those are the characters
    760: "NU", 780: "GOQ", 820: "w", 880: "m", 900: "%M", 960: "W", 1000: "…—→", 1020: "@",
}  # fmt: skip
_BOLD = {
    240: "'", 280: " Iijl·’‘", 300: ",.", 340: "!:;", 360: "|", 380: "/\\ft", 400: "()[]r{}",  # noqa: RUF001  those are the characters
    480: '"-', 500: "`“”", 560: "*1_s–", 580: "Jackvxyz", 600: "7^e", 620: "?FLhnou",  # noqa: RUF001  those are the characters
    640: "25bdgpq", 660: "#$3689TZ", 680: "+04<=>EPS~≥≤×", 700: "X", 720: "Y", 740: "&ABDKRUV",  # noqa: RUF001  those are the characters
    760: "CHN", 780: "GOQ", 840: "w", 900: "%m", 920: "M", 1000: "@…—→", 1020: "W",
}  # fmt: skip

_WIDTHS = {
    bold: {letter: width for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_UNKNOWN = 700
_FULL_WIDTH = 1040


Measure = Callable[[str], float]
"""The width of a text in one font and size, or in a terminal's cells."""


def measure(size: float, *, bold: bool = False) -> Measure:
    """Return how texts are measured at a size in pixels."""
    return lambda text: sum(_letter(letter, bold) for letter in text) * size / 1000


@lru_cache(maxsize=4096)
def _letter(letter: str, bold: bool) -> int:  # noqa: FBT001  so that the cache has one key for it
    known = _WIDTHS[bold].get(letter)
    if known is not None:
        return known
    cells = cells_of(letter)
    if cells != 1:
        return cells and _FULL_WIDTH
    plain = unicodedata.normalize("NFD", letter)[0]  # an accent is no wider than its letter
    return _WIDTHS[bold].get(plain, _UNKNOWN)


def cells_of(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return sum(_cell(letter) for letter in text)


@lru_cache(maxsize=4096)
def _cell(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def shown(text: str) -> str:
    """Return a text on one line, without characters that could disturb a picture.

    Of merge fields and parameters the name is left: ``{{ contact.first_name }}`` is shown as
    ``[first name]``.
    """
    plain = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Zs") else letter
        for letter in in_brackets(text)
        if unicodedata.category(letter) not in ("Cf", "Cs", "Cn", "Co") or letter == "\u200d"
    )
    return " ".join(plain.split())


def fit(text: str, width: float, measured: Measure) -> str:
    """Return the text, cut and with an ellipsis if it is too wide."""
    if measured(text) <= width:
        return text
    kept = text
    while kept and measured(kept.rstrip() + ELLIPSIS) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS if measured(ELLIPSIS) <= width else ""


def wrap(text: str, width: float, measured: Measure, lines: int) -> tuple[str, ...]:
    """Break a text at its spaces into at most so many lines; the last may end in an ellipsis.

    The lines are about equally long: no word stands alone on the last.
    """
    found = _broken(text, width, measured, lines)
    while len(found) > 1 and " ".join(found) == text:
        narrower = max(measured(part) for part in found) - 1
        closer = _broken(text, narrower, measured, lines)
        if len(closer) > len(found) or " ".join(closer) != text:
            break
        found = closer
    return found


def _broken(text: str, width: float, measured: Measure, lines: int) -> tuple[str, ...]:
    words = text.split(" ")
    found: list[str] = []
    while words and len(found) < lines - 1 and measured(words[0]) <= width:
        count = 1
        while count < len(words) and measured(" ".join(words[: count + 1])) <= width:
            count += 1
        found.append(" ".join(words[:count]))
        words = words[count:]
    if words:
        found.append(fit(" ".join(words), width, measured))
    return tuple(found)
