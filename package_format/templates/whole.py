"""Whole texts: read by Jinja2, whatever they say, for what it says of them and for their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from package_format.templates.allowed import forbidden
from package_format.templates.language import INSTALL, MESSAGE, Language
from package_format.templates.reading import Problem, Reading, Used
from package_format.templates.scan import Part, Scan, excesses, scan

_LANGUAGES = {"[[": INSTALL, "{{": MESSAGE}

_MOST_PROBLEMS = 100
"""How many things that are not allowed are said of one text."""

_MOST_READ_ANEW = 50_000
"""How many characters of one text are read again, all in all, to say what else is wrong."""

_OPERATORS = {"if", "else", "and", "or", "not", "in", "is", "elif", "endif"}
_LITERALS = {"true", "false", "none", "True", "False", "None"}


def read_whole(text: str, opening: str) -> Reading:
    """Say which names a text uses, and what is wrong with it.

    Args:
        text: The text.
        opening: What begins a tag of the language that it is read in: ``[[`` or ``{{``.
    """
    language = _LANGUAGES[opening]
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
