"""Scanning: a text cut into tags and the data between them, with offsets.

Jinja2's own lexer does the cutting; it knows lines only, and a check has to point at a column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError

from package_format.templates.language import INSTALL, Language
from package_format.templates.reading import Problem
from package_format.templates.wording import in_words

_MOST_TAGS = 2_000
_MOST_WORDS = 100
_DEEPEST = 20


@dataclass(frozen=True)
class Token:
    """A token of a template."""

    line: int
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Part:
    """A tag, delimiters included, or the data between two."""

    tokens: tuple[Token, ...]

    @property
    def is_data(self) -> bool:
        """Whether this is text that stands for itself."""
        return self.tokens[0].kind == "data"

    @property
    def words(self) -> tuple[Token, ...]:
        """The tokens between a tag's delimiters that mean something."""
        return tuple(token for token in self.tokens[1:-1] if token.kind != "whitespace")

    @property
    def source(self) -> str:
        """What stands between a tag's delimiters, or the data itself."""
        inner = self.tokens if self.is_data else self.tokens[1:-1]
        return "".join(token.text for token in inner)

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.tokens[-1].end


@dataclass(frozen=True)
class Scan:
    """What scanning a text found, up to the first problem."""

    parts: tuple[Part, ...]
    problem: Problem | None = None

    @property
    def tags(self) -> tuple[Part, ...]:
        """The parts that are no data; comments are tags without words."""
        return tuple(part for part in self.parts if not part.is_data)


def scan(text: str, language: Language) -> Scan:
    """Cut a text into tags and data."""
    parts: list[Part] = []
    here: list[Token] = []
    position = 0
    try:
        for line, kind, value in language.lex(text):
            start = text.index(value, position)
            position = start + len(value)
            here.append(Token(line, kind, value, start))
            if kind == "data" or kind.endswith("_end"):
                parts.append(Part(tuple(here)))
                here = []
    except TemplateSyntaxError as error:
        start = here[0].start if here else position
        message = in_words(error, text[start : start + 2])
        if "char" in str(error.message):
            start = position
        return Scan(tuple(parts), Problem(message, start, position + 1))
    if here:
        start = here[0].start
        return Scan(tuple(parts), Problem("this is never closed", start, start + 2))
    return Scan(tuple(parts))


def covered(text: str) -> tuple[str, tuple[Part, ...]]:
    """Return a message in which each ``[[ … ]]`` is covered by one word, and those tags."""
    if "[[" not in text:
        return text, ()
    tags = scan(text, INSTALL).tags
    pieces: list[str] = []
    at = 0
    for tag in tags:
        pieces += (text[at : tag.start], "_" * (tag.end - tag.start))
        at = tag.end
    return "".join((*pieces, text[at:])), tags


def excesses(found: Scan) -> Iterator[Problem]:
    """Yield what is too much, before anything is parsed: the parser goes as deep as the text."""
    if len(found.tags) > _MOST_TAGS:
        tag = found.tags[_MOST_TAGS]
        yield Problem(f"there are more than {_MOST_TAGS:,} of these", tag.start, tag.end)
    open_ifs = 0
    for tag in found.tags:
        if len(tag.words) > _MOST_WORDS:
            yield Problem("this is too long", tag.start, tag.end)
        depth = 0
        for token in tag.words:
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth > _DEEPEST:
                yield Problem("this is nested too deeply", token.start, token.end)
                return
        first = tag.words[0].text if tag.words and tag.tokens[0].kind == "block_begin" else ""
        open_ifs += (first == "if") - (first == "endif")
        if open_ifs > _DEEPEST:
            yield Problem("this is nested too deeply", tag.start, tag.end)
            return
