"""Syntax: what the parsers of YAML and TOML have against a text, in words and with advice."""

from __future__ import annotations

import re
from collections.abc import Iterable

_QUOTE_COLON = 'a text with ": " in it stands in quotes: title: "Now: the answer"'
_ALIGN = "lines that belong together begin in the same column; look at the line above, too"
_QUOTE_IT = 'put the text in quotes: "…"'

_YAML = (
    ("mapping values are not allowed", "a colon cannot stand here", _QUOTE_COLON),
    (r"did not find expected ',' or '\]'", "a list that begins with [ is not closed with ]",
     "put a comma between two items, and ] behind the last"),
    (r"did not find expected ',' or '\}'", "a mapping that begins with { is not closed with }",
     "put a comma between two keys, and } behind the last value"),
    ("unexpected end of stream", "a quotation mark is opened here and never closed",
     "put the same mark behind the text"),
    ("unknown escape character", "a backslash means something in double quotes",
     "use single quotes, or write it twice"),
    ("cannot start any token", "a text cannot begin with this character", _QUOTE_IT),
    ("expected alphabetic or numeric", "a text cannot begin with this character", _QUOTE_IT),
    ("did not find expected '-'", "this line is no item of the list above it",
     "each item begins with a hyphen, in the same column"),
    ("block sequence entries", "a hyphen cannot begin a list here",
     f"put the list on lines of its own below the key; or, if a text is meant, {_QUOTE_IT}"),
    ("could not find expected ':'", "a colon is missing on this line",
     "write key: value; a text that goes on on the next line is indented below its key"),
    ("comment or line break", "nothing can stand behind | or > on the line", "go on below it"),
    ("document start", "a bracket is closed that was never opened", "remove it, or open it"),
    ("expected node content", "a value is missing here", _QUOTE_IT),
    ("did not find expected key", "this line does not go on where the lines above it ended",
     f"{_ALIGN}; a quotation mark inside of a text in quotes is written twice"),
)  # fmt: skip

_VALUE = 'a text stands in straight quotes: title = "Hello"'

_TOML = (
    ("Invalid value|Invalid .* value", "this is no value", _VALUE),
    ("Unterminated string|Expected \"'\"", "a quotation mark is opened and never closed",
     "put the same mark behind the text, on the same line"),
    ("Illegal character", "a text ends on its own line and holds no control characters",
     "close the quotes, or remove the character"),
    (r"Unescaped '\\'", "a backslash means something in double quotes",
     "use single quotes, or write it twice"),
    ("Expected '='", "an equals sign is missing here", 'write key = "value"'),
    ("Cannot overwrite|Duplicate inline", "this stands here a second time",
     "remove one of the two"),
    ("Cannot declare", "this heading stands here a second time",
     "put all of its keys under the first"),
    ("Cannot mutate|Cannot redefine", "this is a value already, and nothing can be added to it",
     "put everything in one place"),
    ("Unclosed array", "a list that begins with [ is not closed with ]",
     "put a comma between two items, and ] behind the last"),
    ("Unclosed inline", "a table that begins with { is not closed with } on the same line",
     "put a comma between two keys, and } behind the last value"),
    (r"Expected '\]", "a heading that begins with [ is not closed with ]",
     "write it alone on its line: [package]"),
    ("Expected newline", "something stands behind a value",
     "go on on the next line; a date or a version stands in quotes"),
    ("Invalid statement|Invalid initial", "this is neither a heading nor a key",
     'write [heading], or key = "value", the key in plain letters'),
    ("invalid character", "this character cannot be used", "remove it"),
)  # fmt: skip

Table = Iterable[tuple[str, str, str]]


def yaml_words(problem: str) -> tuple[str, str]:
    """Return what is wrong, and what to do, for what libyaml says."""
    return _found(
        _YAML, problem, "look at the indentation, quotes and brackets here and in the line above"
    )


def toml_words(problem: str) -> tuple[str, str]:
    """Return what is wrong, and what to do, for what tomllib says."""
    return _found(_TOML, problem, "look at the quotes and brackets here and in the line above")


def _found(table: Table, problem: str, otherwise: str) -> tuple[str, str]:
    for pattern, message, help_ in table:
        if re.search(pattern, problem):
            return message, help_
    return "what stands here cannot be read", otherwise
