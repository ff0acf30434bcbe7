"""Wording: what Jinja2 has against a template, in the words of somebody who writes messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from jinja2 import TemplateSyntaxError

CLOSING: Mapping[str, str] = {"{{": "}}", "{%": "%}", "{#": "#}", "[[": "]]"}
"""What ends a tag, by what it begins with."""

_EXAMPLE = {"[[": "parameters.company"}
_OTHER_QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a`\u00b4"
"""What stands around a text in print and in other languages, which is no quotation mark here."""

_Said = Callable[[re.Match[str], str], str]


def in_words(error: TemplateSyntaxError, opening: str) -> str:
    """Return one sentence that says what is wrong, and what to write instead where that is known.

    Args:
        error: What Jinja2 raised.
        opening: What the tag in which it stands begins with, such as ``{{``.
    """
    message = str(error.message or "").rstrip(".")
    for pattern, say in _SENTENCES:
        match = pattern.search(message)
        if match is not None:
            return say(match, opening)
    return f"this cannot be read: {message[:1].lower()}{message[1:]}"


def _example(opening: str) -> str:
    return _EXAMPLE.get(opening, "contact.first_name")


def _not_closed(match: re.Match[str], opening: str) -> str:
    if match[1] in "()":
        return "there is a ) without a ("
    return f"this is not closed as it was opened: what begins with {opening} ends with " + (
        CLOSING.get(opening, "the same")
    )


def _character(match: re.Match[str], opening: str) -> str:
    character = match[1][-1]
    if character in "'\"":
        return "a quotation mark is opened here and never closed"
    if character in _OTHER_QUOTES:
        return f"{character} is no quotation mark to a template; write \" or '"
    if character == "&":
        return "& cannot stand here; write: and"
    return f"{character} cannot stand between {opening} and {CLOSING.get(opening, 'its end')}"


def _nothing(match: re.Match[str], opening: str) -> str:
    del match
    return f"something is missing here: a name such as {_example(opening)}, or a text in quotes"


def _nothing_before(match: re.Match[str], opening: str) -> str:
    return f"something is missing before {match[1]}: a name such as {_example(opening)}"


def _follows(match: re.Match[str], opening: str) -> str:
    found = match[1]
    if found == "=":
        return "one = means nothing here; write == to compare"
    if found in ("string", "integer", "float"):
        return "a value cannot follow here; what a filter takes stands in brackets: default('you')"
    return f"{found} cannot follow here: a name is one word, such as {_example(opening)}"


_SENTENCES: tuple[tuple[re.Pattern[str], _Said], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (
            r"unexpected '.+', expected '(.+)'$",
            lambda match, _: f"a bracket is opened and not closed: {match[1]} is missing",
        ),
        (r"unexpected end of template", lambda *_: "this is never closed"),
        (r"unexpected char (.+?)['\"] at \d+$", _character),
        (r"(?:got|unexpected) 'end of (?:print statement|statement block)'$", _nothing),
        (r"unexpected '([%)\]}])'$", _not_closed),
        (r"unexpected '(.+)'$", _nothing_before),
        (r"chain multiple tests", lambda *_: "there is no is in a template; write == to compare"),
        (r"expected name or number", lambda *_: "a name is missing behind the dot"),
        (r"expected token 'name'", lambda *_: "the name of a filter is missing behind |"),
        (r"expected token 'end of .+', got '(.+)'$", _follows),
        (r"expected token '(.+)', got", lambda match, _: f"{match[1]} is missing"),
        (r"Missing end of comment", lambda *_: "this comment is never closed: #} is missing"),
        (r"Missing end of raw", lambda *_: "{% raw %} is never closed"),
    )
)
