"""TOML read into nodes: tomllib for the meaning, and a small scanner for the places.

tomllib has said that the text is TOML before the scanner looks at it; so the scanner only has to
find where keys and values begin and end, and where it finds nothing, a parent's place serves.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from dataclasses import dataclass, field

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json, Path
from package_format.source.nodes import (
    ListNode,
    MappingNode,
    Node,
    ScalarNode,
    Source,
)
from package_format.source.syntax import toml_words

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?")
_BEHIND = re.compile(r"Cannot |Duplicate|Unclosed|Unterminated|Expected \"'\"")
"""What tomllib says only where a statement ends, or somewhere in it."""
_MOST_LINES = 50
_WHERE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)$")


def read_toml(source: Source, diagnostics: Diagnostics) -> MappingNode | None:
    """Read a TOML document.

    Args:
        source: The text.
        diagnostics: Where what is wrong is recorded.

    Returns:
        MappingNode | None: The data; None if the text is not TOML.
    """
    text = source.text
    try:
        data = tomllib.loads(text)
    except RecursionError:
        diagnostics.error("too-deep", "values stand too deep in each other", source.span(0, 1))
        return None
    except ValueError as error:
        match = _WHERE.match(str(error))
        offset = len(text.rstrip()) if match else 0
        if match and match["line"]:
            offset = source.start_of(int(match["line"]) - 1) + int(match["column"]) - 1
        what = match["what"] if match else str(error)
        if _BEHIND.search(what):
            offset = _statement(text, offset)
        message, help_ = toml_words(what)
        span = source.span(offset, offset + 1)
        diagnostics.error("toml-syntax", f"this is not TOML: {message}", span, help_)
        return None
    places = _Places(text)
    places.scan()
    node = _node(data, (), source, places, (0, len(text)), diagnostics)
    return node if isinstance(node, MappingNode) else None


def _statement(text: str, end: int) -> int:
    """Return where the statement begins that tomllib complains of only behind it."""
    start = text.rfind("\n", 0, end) + 1
    for _ in range(_MOST_LINES):
        try:
            tomllib.loads(text[:start])
        except ValueError:
            start = text.rfind("\n", 0, start - 1) + 1
        else:
            return start + len(text[start:end]) - len(text[start:end].lstrip())
    return end


def _node(  # one argument for each thing that does not change on the way down
    data: Json,
    path: Path,
    source: Source,
    places: _Places,
    parent: tuple[int, int],
    diagnostics: Diagnostics,
) -> Node:
    start, end = places.values.get(path, parent)
    if isinstance(data, dict):
        entries = []
        for key, value in data.items():
            inner = (*path, key)
            key_start, key_end = places.keys.get(inner, (start, end))
            around = (key_start, key_end)
            entries.append(
                (
                    ScalarNode(key, source, key_start, key_end),
                    _node(value, inner, source, places, around, diagnostics),
                )
            )
        return MappingNode(tuple(entries), source, start, end)
    if isinstance(data, list):
        items = (
            _node(item, (*path, index), source, places, (start, end), diagnostics)
            for index, item in enumerate(data)
        )
        return ListNode(tuple(items), source, start, end)
    if isinstance(data, float) and not math.isfinite(data):
        diagnostics.error(
            "unusable-number",
            "this is not a number that a package can hold",
            source.span(start, end),
        )
        data = 0
    if isinstance(data, dt.date | dt.time):
        data = data.isoformat()
    return ScalarNode(data, source, start, end)


@dataclass
class _Places:
    """Where keys and values stand in a valid TOML document.

    Attributes:
        text: The document.
        keys: The place of each key, by its path.
        values: The place of each value, by its path.
    """

    text: str
    at: int = 0
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)

    def scan(self) -> None:
        """Find every place."""
        table: Path = ()
        self._blank()
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self._blank()

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _header(self) -> Path:
        """Read ``[a.b]``, or ``[[a.b]]``, whose tables are numbered."""
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        start = self.at
        table = self._key(())
        self._blank()
        self.at += 2 if many else 1
        if many:
            index = self.counts.get(table, 0)
            self.counts[table] = index + 1
            table = (*table, index)
        self.values[table] = (start, self.at)
        return table

    def _key(self, table: Path) -> Path:
        """Read a dotted key; the path goes into the last of numbered tables on its way."""
        path = table
        while True:
            self._blank()
            match = _KEY.match(self.text, self.at)
            if match is None:  # pragma: no cover - tomllib has read it as a key
                self.at += 1
                return path
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
            path = (*path, next(iter(tomllib.loads(f"{match[0]} = 0"))))
            self.keys.setdefault(path, match.span())
            self.at = match.end()
            self._blank()
            if not self.text.startswith(".", self.at):
                return path
            self.at += 1

    def _pair(self, table: Path) -> None:
        path = self._key(table)
        self.at += 1  # the equals sign
        self._blank()
        start = self.at
        self._value(path)
        self.values[path] = (start, self.at)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._items(path)
        elif opening == "{":
            self._pairs(path)
        else:
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1

    def _items(self, path: Path) -> None:
        self.at += 1
        index = 0
        self._blank()
        while self.at < len(self.text) and self.text[self.at] != "]":
            start = self.at
            self._value((*path, index))
            self.values[*path, index] = (start, self.at)
            index += 1
            self._separator()
        self.at += 1

    def _pairs(self, path: Path) -> None:
        self.at += 1
        self._blank()
        while self.at < len(self.text) and self.text[self.at] != "}":
            self._pair(path)
            self._separator()
        self.at += 1

    def _separator(self) -> None:
        self._blank()
        if self.text.startswith(",", self.at):
            self.at += 1
            self._blank()
