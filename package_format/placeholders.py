"""Placeholders: what stands between two delimiters, whether or not it can be read.

For those who show, hide or leave out templates in a text without caring what they say. A text is
gone through once, whatever it holds: a delimiter whose counterpart does not follow is looked for
once and then never again. (A regular expression such as ``{{.*?}}`` reads the rest of the text
for each ``{{`` in it.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

VALUES: Mapping[str, str] = {"[[": "]]", "{{": "}}"}
"""Delimiters of what is filled in: at install, and when a message is sent."""

TAGS: Mapping[str, str] = {"{%": "%}", "{#": "#}"}
"""Delimiters of what leaves nothing in the text."""


class Placeholder(NamedTuple):
    """A piece of a text that is something else than text.

    Attributes:
        opening: The delimiter that it begins with.
        inner: What stands between its delimiters.
        start: Where it begins, as an offset in the text.
        end: Where it ends, exclusive.
    """

    opening: str
    inner: str
    start: int
    end: int


def placeholders(text: str, delimiters: Mapping[str, str]) -> Iterator[Placeholder]:
    """Yield the placeholders of a text from left to right; what is never closed is text.

    Args:
        text: The text.
        delimiters: The delimiter that ends a placeholder, by the one that begins it.
    """
    begins = _begins(tuple(delimiters))
    never: set[str] = set()
    at = 0
    while (found := begins.search(text, at)) is not None:
        opening = found[0]
        closing = delimiters[opening]
        end = -1 if opening in never else text.find(closing, found.end())
        if end < 0:
            never.add(opening)
            if len(never) == len(delimiters):
                return
            at = found.start() + 1
            continue
        at = end + len(closing)
        yield Placeholder(opening, text[found.end() : end], found.start(), at)


def replaced_placeholders(
    text: str, delimiters: Mapping[str, str], by: Callable[[Placeholder], str]
) -> str:
    """Return a text with something else in place of each placeholder.

    Args:
        text: The text.
        delimiters: The delimiter that ends a placeholder, by the one that begins it.
        by: Says what stands in its place.
    """
    pieces: list[str] = []
    at = 0
    for found in placeholders(text, delimiters):
        pieces += (text[at : found.start], by(found))
        at = found.end
    return "".join((*pieces, text[at:]))


def in_brackets(text: str) -> str:
    """Return a text as people read it: ``Call {{ contact.first_name }}`` is ``Call [first name]``.

    It is one form everywhere, in lists, plans, pictures and pages; tags such as ``{% if %}`` leave
    nothing.
    """
    text = replaced_placeholders(text, TAGS, lambda _: "")
    return replaced_placeholders(text, VALUES, lambda found: f"[{about(found.inner)}]")


def about(expression: str) -> str:
    """Return the words of ``contact.first_name | default("there")`` that a reader cares for."""
    name = expression.partition("|")[0].strip()
    return name.rpartition(".")[2].replace("_", " ") or expression.strip()


@lru_cache(maxsize=16)
def _begins(openings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, openings)))
