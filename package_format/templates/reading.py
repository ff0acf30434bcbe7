"""Reading: which names a text uses, and what is wrong with it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from package_format.templates.allowed import forbidden
from package_format.templates.language import (
    ACCOUNT,
    CONTACT,
    INSTALL,
    MESSAGE,
    NEVER,
    PARAMETERS,
    Language,
)
from package_format.templates.scan import (
    Part,
    Problem,
    Scan,
    covered,
    excesses,
    scan,
    with_plain_newlines,
)

TEXT_LIMIT = 500_000
"""How long a text with templates may be, in characters."""

_SIMPLE = {
    opening: re.compile(
        re.escape(opening)
        + r"""(?:[ A-Za-z0-9_.|(),]++|"[^"'\\{}\[\]]*+"|'[^"'\\{}\[\]]*+')*+"""
        + closing
    )
    for opening, closing in (("[[", r"\]\]"), ("{{", r"\}\}"))
}
"""Tags of names, filters and texts in quotes, in which nothing could be another tag."""

_PLAINEST = {
    opening: re.compile(
        rf"{re.escape(opening)} *((?:{PARAMETERS}|{CONTACT}|{ACCOUNT})\.[a-z][a-z0-9_]*) *{closing}"
    )
    for opening, closing in (("[[", r"\]\]"), ("{{", r"\}\}"))
}
"""Tags of one value's name: most are such, and nothing can be wrong with them."""

_MOST_SIMPLE = 1_000

_MOST_PROBLEMS = 100
"""How many things that are not allowed are said of one text."""

_MOST_READ_ANEW = 50_000
"""How many characters of one text are read again, all in all, to say what else is wrong."""

_INSIDE = "what is filled in at install cannot stand inside {{ }} or {% %}"
_OPERATORS = {"if", "else", "and", "or", "not", "in", "is", "elif", "endif"}
_LITERALS = {"true", "false", "none", "True", "False", "None"}


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
    return _read(with_plain_newlines(text), INSTALL)


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
    hidden, installs = covered(text)
    tags = scan(hidden, MESSAGE).tags if installs else ()
    around = [(tag.start, tag.end) for tag in tags]
    misplaced = tuple(
        Problem(_INSIDE, i.start, i.end, misplaced=True)
        for i in installs
        if _is_inside(i.start, around)
    )
    return Reading(problems=misplaced) if misplaced else _read(hidden, MESSAGE)


def _read_simple(text: str) -> Reading | None:
    """Read a message of simple tags, as `_read_tags` does; None if that may not be enough."""
    if "[[" not in text:
        return _read_tags(text, MESSAGE)
    installs = tuple(_SIMPLE["[["].finditer(text))
    if len(installs) != text.count("[[") or len(installs) > _MOST_SIMPLE:
        return None
    if any(_read_whole(install[0], INSTALL).problems for install in installs):
        return None
    hidden = _SIMPLE["[["].sub(lambda install: "_" * len(install[0]), text)
    around = [tag.span() for tag in _SIMPLE["{{"].finditer(hidden)]
    if any(_is_inside(install.start(), around) for install in installs):
        return None
    return _read_tags(hidden, MESSAGE)


def _is_inside(at: int, around: Sequence[tuple[int, int]]) -> bool:
    """Whether an offset lies within one of some pieces of a text, which are in order."""
    before = bisect_left(around, at, key=itemgetter(0)) - 1
    return before >= 0 and at < around[before][1]


def read_rendered(text: str) -> Reading:
    """Read a message as it is sent, when ``[[`` means nothing any more."""
    return _read(with_plain_newlines(text), MESSAGE)


def merge_fields(text: str) -> tuple[Used, ...]:
    """Return the names of the merge fields that a message uses, in order."""
    return read_message(text).names


def _read(text: str, language: Language) -> Reading:
    refused = _refused(text)
    if refused:
        return refused
    simple = _read_tags(text, language)
    return _read_whole(text, language) if simple is None else simple


def _read_tags(text: str, language: Language) -> Reading | None:
    """Read a text tag by tag, as most texts have the same few; None if that may not be enough.

    It is enough where there are only tags of the kind `_SIMPLE`, each good by itself: Jinja2 reads
    a text from left to right, and what stands between two such tags changes neither.
    """
    opening, others = ("[[", ()) if language is INSTALL else ("{{", ("{%", "{#"))
    if opening not in text:
        return None if any(other in text for other in others) else Reading()
    if any(other in text for other in others):
        return None
    found = tuple(_SIMPLE[opening].finditer(text))
    if len(found) != text.count(opening) or len(found) > _MOST_SIMPLE:
        return None
    names: list[Used] = []
    for match in found:
        reading = _read_whole(match[0], language)
        if reading.problems:
            return None
        at = match.start()
        for name, start, end in reading.names:
            names.append(Used(name, at + start, at + end))
    return Reading(tuple(names))


@lru_cache(maxsize=1024)
def _read_whole(text: str, language: Language) -> Reading:
    plainest = _PLAINEST[language.variable_start_string].fullmatch(text)
    if plainest:
        return Reading((Used(plainest[1], *plainest.span(1)),))
    found = scan(text, language)
    problems = tuple(islice(_problems(text, language, found), _MOST_PROBLEMS))
    if problems:
        return Reading(problems=problems)
    return Reading(tuple(used for tag in found.tags for used in _names(tag)))


def _problems(text: str, language: Language, found: Scan) -> Iterator[Problem]:
    """Yield what is wrong with a text; where it cannot be read, reading begins anew behind that."""
    at = anew = 0
    while True:
        excess = tuple(excesses(found))
        for problem in excess or forbidden(text[at:], language, found):
            yield replace(problem, start=at + problem.start, end=at + problem.end)
        if excess or not found.problem:
            return
        problem = found.problem
        yield replace(problem, start=at + problem.start, end=at + problem.end)
        at += problem.end
        anew += len(text) - at
        if anew > _MOST_READ_ANEW:
            return
        found = scan(text[at:], language)


def _refused(text: str) -> Reading | None:
    """Refuse what is not even looked at."""
    if len(text) > TEXT_LIMIT:
        return Reading(problems=(Problem("the text is too long", 0, 1),))
    if NEVER in text:
        at = text.index(NEVER)
        return Reading(problems=(Problem("this character cannot be used", at, at + 1),))
    return None


def _names(tag: Part) -> Iterator[Used]:
    """Yield the dotted names that a tag uses: neither operators, literals, filters nor members."""
    words = tag.words
    for index, token in enumerate(words):
        before = words[index - 1].text if index else ""
        if token.kind != "name" or token.text in _OPERATORS | _LITERALS or before in (".", "|"):
            continue
        member = index + 1 < len(words) and words[index + 1].text == "."
        last = words[index + 2] if member else token
        yield Used(f"{token.text}.{last.text}" if member else token.text, token.start, last.end)
