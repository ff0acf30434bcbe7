"""Reading: which names a text uses, and what is wrong with it.

What nothing can be wrong with is read by its form; whatever else there is, Jinja2 reads (`whole`),
which takes long to load and is imported then.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from package_format.templates.names import ACCOUNT, CONTACT, NEVER, PARAMETERS, UNSUBSCRIBE_URL

TEXT_LIMIT = 500_000
"""How long a text with templates may be, in characters."""

_QUOTED = r"""(?:"[^"'\\{}\[\]]*+"|'[^"'\\{}\[\]]*+')"""
_CLOSING = {"[[": r"\]\]", "{{": r"\}\}"}

_SIMPLE = {
    opening: re.compile(rf"{re.escape(opening)}(?:[ A-Za-z0-9_.|(),]++|{_QUOTED})*+{closing}")
    for opening, closing in _CLOSING.items()
}
"""Tags of names, filters and texts in quotes, in which nothing could be another tag."""

_PLAINEST = {
    opening: re.compile(
        rf"{re.escape(opening)} *((?:{PARAMETERS}|{CONTACT}|{ACCOUNT})\.[a-z][a-z0-9_]*"
        rf"|{UNSUBSCRIBE_URL})(?: *\| *default\({_QUOTED}\))? *{closing}"
    )
    for opening, closing in _CLOSING.items()
}
"""Tags of one value's name, and maybe a text that stands for it: with them nothing is wrong."""

_MOST_SIMPLE = 1_000

_INSIDE = "what is filled in at install cannot stand inside {{ }} or {% %}"
_NEWLINE = re.compile(r"\r\n|\r")


@dataclass(frozen=True)
class Problem:
    """Something in a text that is not allowed, or cannot be read, and where it stands.

    Attributes:
        message: What is wrong, in the words of a sentence.
        start: Where it begins, as an offset in the text.
        end: Where it ends, exclusive.
        misplaced: Whether one template stands inside another.
    """

    message: str
    start: int
    end: int
    misplaced: bool = False


class Used(NamedTuple):
    """A name that a text uses.

    Attributes:
        name: With its dot: ``contact.first_name``.
        start: Where it begins, as an offset in the text.
        end: Where it ends, exclusive.
    """

    name: str
    start: int
    end: int


class Reading(NamedTuple):
    """What a text uses of one language.

    Attributes:
        names: In the order in which they stand.
        problems: What is wrong; the text can be filled in if there is nothing.
    """

    names: tuple[Used, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_install(text: str) -> Reading:
    """Say which parameters a text uses in ``[[ … ]]``, and what is wrong with that."""
    return _read(with_plain_newlines(text), "[[")


def read_message(text: str) -> Reading:
    """Say which merge fields a message uses in ``{{ … }}`` and ``{% if %}``, and what is wrong.

    A ``[[ … ]]`` is allowed between them, and not inside of them: what would be filled in there
    would become a part of a template.
    """
    text = with_plain_newlines(text)
    refused = _refused(text)
    if refused:
        return refused
    simple = _read_simple(text)
    if simple is not None:
        return simple
    from package_format.templates.language import MESSAGE
    from package_format.templates.scan import covered, scan

    hidden, installs = covered(text)
    tags = scan(hidden, MESSAGE).tags if installs else ()
    around = [(tag.start, tag.end) for tag in tags]
    misplaced = tuple(
        Problem(_INSIDE, i.start, i.end, misplaced=True)
        for i in installs
        if _is_inside(i.start, around)
    )
    return Reading(problems=misplaced) if misplaced else _read(hidden, "{{")


def _read_simple(text: str) -> Reading | None:
    """Read a message of simple tags, as `_read_tags` does; None if that may not be enough."""
    if "[[" not in text:
        return _read_tags(text, "{{")
    installs = tuple(_SIMPLE["[["].finditer(text))
    if len(installs) != text.count("[[") or len(installs) > _MOST_SIMPLE:
        return None
    if any(_read_whole(install[0], "[[").problems for install in installs):
        return None
    hidden = _SIMPLE["[["].sub(lambda install: "_" * len(install[0]), text)
    around = [tag.span() for tag in _SIMPLE["{{"].finditer(hidden)]
    if any(_is_inside(install.start(), around) for install in installs):
        return None
    return _read_tags(hidden, "{{")


def _is_inside(at: int, around: Sequence[tuple[int, int]]) -> bool:
    """Whether an offset lies within one of some pieces of a text, which are in order."""
    before = bisect_left(around, at, key=itemgetter(0)) - 1
    return before >= 0 and at < around[before][1]


def read_rendered(text: str) -> Reading:
    """Read a message as it is sent, when ``[[`` means nothing any more."""
    return _read(with_plain_newlines(text), "{{")


def merge_fields(text: str) -> tuple[Used, ...]:
    """Return the names of the merge fields that a message uses, in order."""
    return read_message(text).names


def _read(text: str, opening: str) -> Reading:
    refused = _refused(text)
    if refused:
        return refused
    simple = _read_tags(text, opening)
    return _read_whole(text, opening) if simple is None else simple


def _read_tags(text: str, opening: str) -> Reading | None:
    """Read a text tag by tag, as most texts have the same few; None if that may not be enough.

    It is enough where there are only tags of the kind `_SIMPLE`, each good by itself: Jinja2 reads
    a text from left to right, and what stands between two such tags changes neither.
    """
    others = () if opening == "[[" else ("{%", "{#")
    if opening not in text:
        return None if any(other in text for other in others) else Reading()
    if any(other in text for other in others):
        return None
    found = tuple(_SIMPLE[opening].finditer(text))
    if len(found) != text.count(opening) or len(found) > _MOST_SIMPLE:
        return None
    names: list[Used] = []
    for match in found:
        reading = _read_whole(match[0], opening)
        if reading.problems:
            return None
        at = match.start()
        for name, start, end in reading.names:
            names.append(Used(name, at + start, at + end))
    return Reading(tuple(names))


@lru_cache(maxsize=1024)
def _read_whole(text: str, opening: str) -> Reading:
    plainest = _PLAINEST[opening].fullmatch(text)
    if plainest:
        return Reading((Used(plainest[1], *plainest.span(1)),))
    from package_format.templates.whole import read_whole

    return read_whole(text, opening)


def _refused(text: str) -> Reading | None:
    """Refuse what is not even looked at."""
    if len(text) > TEXT_LIMIT:
        return Reading(problems=(Problem("the text is too long", 0, 1),))
    if NEVER in text:
        at = text.index(NEVER)
        return Reading(problems=(Problem("this character cannot be used", at, at + 1),))
    return None


def with_plain_newlines(text: str) -> str:
    """Return a text with the newlines that the lexer will make of it."""
    return _NEWLINE.sub("\n", text) if "\r" in text else text
