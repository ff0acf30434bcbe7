"""Nodes: plain data that remembers where it was written.

Here live the source text with its lines, the nodes that YAML and TOML are read into, and the search
for the place of a value by its path. How text becomes nodes is said in `yaml_text` and `toml_text`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, count
from operator import add
from typing import TypeAlias, TypeVar, assert_never

from package_format.diagnostics import Diagnostics, Span
from package_format.kinds.model import Json, Path

TEXT_LIMIT = 1_000_000
"""The most characters that one file of text may have."""

DEPTH_LIMIT = 50
"""How deep mappings and lists may stand in each other."""

_BYTE_ORDER_MARK = "\ufeff"

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Source:
    """The text of a file.

    Attributes:
        file: The file's path within the package.
        text: The text, with line feeds alone between lines.
    """

    file: str
    text: str = field(repr=False)

    @cached_property
    def _starts(self) -> list[int]:
        *lines, _ = self.text.split("\n")
        return [0, *map(add, accumulate(map(len, lines)), count(1))]

    def span(self, start: int, end: int) -> Span:
        """Return the piece from one offset to another; of several lines, the first."""
        line = bisect_right(self._starts, start) - 1
        stop = self.text.find("\n", start)
        stop = len(self.text) if stop < 0 else stop
        column = start - self._starts[line] + 1
        width = max(1, min(end, stop) - start)
        return Span(self.file, line + 1, column, column + width)

    def line_before(self, offset: int) -> str:
        """Return what stands before an offset in its line."""
        return self.text[self._starts[bisect_right(self._starts, offset) - 1] : offset]

    def start_of(self, number: int) -> int:
        """Return the offset at which a line, numbered from 0, begins."""
        return self._starts[min(number, len(self._starts) - 1)]


Scalar: TypeAlias = str | int | float | bool | None
"""A single value."""


@dataclass(slots=True)  # not frozen: making one would take twice as long, and they are many
class ScalarNode:
    """A single value.

    Attributes:
        value: The value; a date is the text that was written.
        source: Where it was written.
        start: The offset of its first character.
        end: The offset after its last.
    """

    value: Scalar
    source: Source = field(repr=False, compare=False)
    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.source.span(self.start, self.end)

    @property
    def written(self) -> str:
        """The text as the author wrote it, quotes included."""
        return self.source.text[self.start : self.end]

    def piece(self, start: int, end: int) -> Span:
        """Return where a piece of a text stands, told by its offsets in the value.

        Escapes and folded lines make offsets in the value differ from those in the file, so the
        same words are looked for, as many occurrences in as they are in the value.
        """
        text = str(self.value)
        words = text[start:end]
        if not words:
            return self.span
        position, steps = -1, text.count(words, 0, start) + 1
        for _ in range(steps):
            position = self.source.text.find(words, max(position + 1, self.start), self.end)
            if position < 0:
                return self.span
        return self.source.span(position, position + len(words))


@dataclass(frozen=True)
class ListNode:
    """A list of nodes."""

    items: tuple[Node, ...]
    source: Source = field(repr=False, compare=False)
    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def span(self) -> Span:
        """Where its first line stands."""
        return self.source.span(self.start, self.end)


@dataclass(frozen=True)
class MappingNode:
    """Keys and their nodes, in the order in which they were written."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    source: Source = field(repr=False, compare=False)
    start: int = field(compare=False)
    end: int = field(compare=False)

    @property
    def span(self) -> Span:
        """Where its first line stands."""
        return self.source.span(self.start, self.end)

    @cached_property
    def _by_key(self) -> dict[str, tuple[ScalarNode, Node]]:
        return {str(key.value): (key, value) for key, value in self.entries}

    def entry(self, key: str) -> tuple[ScalarNode, Node] | None:
        """Return a key's node and its value's, or None if there is no such key."""
        return self._by_key.get(key)


Node: TypeAlias = ScalarNode | ListNode | MappingNode


def plain(node: Node) -> Json:
    """Return a node's data without its places."""
    match node:
        case ScalarNode():
            return node.value
        case ListNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {str(key.value): plain(value) for key, value in node.entries}
        case _:
            assert_never(node)


@dataclass(frozen=True)
class Found:
    """Where a path leads.

    Attributes:
        node: The value.
        key: The key it stands under, if it stands in a mapping.
        complete: Whether the path's last part, if it is a key, was in the data.
        keys: How many keys of the path were in the data.
        last: The position in the path of the last of them.
        indexes: How many indexes were.
    """

    node: Node
    key: ScalarNode | None = None
    complete: bool = True
    keys: int = 0
    last: int = -1
    indexes: int = 0

    @property
    def weight(self) -> tuple[bool, int, int, int]:
        """How much of the path this reading accounts for."""
        return (self.complete, self.keys, self.last, self.indexes)


def find(node: Node, path: Path) -> Found:
    """Follow a path as far as it goes.

    A path may name what the author did not write: canonical data has the word ``action`` and full
    forms for shorthands, and pydantic names the members of unions. Parts that are not in the data
    are skipped. Where a part could be read in two ways (a union's member ``field`` with a key
    ``field``), the reading wins that accounts for the last key, then for the most keys, then for
    later ones.

    Args:
        node: Where to start.
        path: Keys and indexes; an index on a mapping means its nth entry.
    """
    return _straight(node, path) or _Search(path).after(node, None, 0)


def _straight(node: Node, path: Path) -> Found | None:
    """Follow a path of which every part is in the data: no other reading has more to say for it."""
    key: ScalarNode | None = None
    for part in path:
        following = _step(node, part)
        if following is None:
            return None
        key, node = following
    return Found(node, key)


def locate(node: Node, path: Path, *, key: bool = False) -> Span:
    """Return where a value stands, or its key.

    Args:
        node: Where to start.
        path: As for `find`.
        key: Whether the key is meant rather than the value.
    """
    return place(find(node, path), path, key=key)


def place(found: Found, path: Path, *, key: bool = False) -> Span:
    """Return where what was found at a path stands, or its key; see `locate`."""
    if found.key is not None and (key or (not found.complete and _means_the_key(path))):
        return found.key.span
    return found.node.span


def _means_the_key(path: Path) -> bool:
    """Whether a path ends in what canonical data calls the key of a mapping's nth entry."""
    return len(path) > 1 and isinstance(path[-2], int) and path[-1] in ("key", "field")


class _Search:
    """One search; answers are kept, because in deep data the readings of a path are many."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[tuple[int, int], Found] = {}

    def after(self, node: Node, key: ScalarNode | None, index: int) -> Found:
        """Follow the path from its nth part on, at a node."""
        if index == len(self.path):
            return Found(node, key)
        known = self.known.get((id(node), index))
        if known is None:
            known = self.known[id(node), index] = self._after(node, key, index)
        return known

    def _after(self, node: Node, key: ScalarNode | None, index: int) -> Found:
        part = self.path[index]
        skipped = self.after(node, key, index + 1)
        if index + 1 == len(self.path) and isinstance(part, str):
            skipped = replace(skipped, complete=False)
        following = _step(node, part)
        if following is None:
            return skipped
        inner_key, inner = following
        taken = self.after(inner, inner_key, index + 1)
        if isinstance(part, str):
            taken = replace(taken, keys=taken.keys + 1, last=max(index, taken.last))
        else:
            taken = replace(taken, indexes=taken.indexes + 1)
        return max(taken, skipped, key=lambda found: found.weight)


def _step(node: Node, part: str | int) -> tuple[ScalarNode | None, Node] | None:
    match node:
        case MappingNode() if isinstance(part, int):
            return _at(node.entries, part)
        case MappingNode():
            return node.entry(str(part))
        case ListNode() if isinstance(part, int):
            item = _at(node.items, part)
            return None if item is None else (None, item)
        case _:
            return None


def _at(items: Sequence[_Item], index: int) -> _Item | None:
    return items[index] if 0 <= index < len(items) else None


def read_text(data: bytes, file: str, diagnostics: Diagnostics) -> Source | None:
    """Read the bytes of a file as text, or say why that is impossible."""
    if len(data) > TEXT_LIMIT:
        diagnostics.error(
            "too-large",
            f"{file} has {len(data):,} bytes, and {TEXT_LIMIT:,} are allowed",
            Span(file, 1, 1, 2),
            "split it, or take out what does not belong there",
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        diagnostics.error(
            "not-utf-8",
            f"{file} is not written in UTF-8",
            Span(file, line, column, column + 1),
            "save it in the encoding UTF-8",
        )
        return None
    if text.startswith(_BYTE_ORDER_MARK):
        text = text[1:]
        diagnostics.warning(
            "byte-order-mark",
            f"{file} begins with an invisible byte order mark",
            Span(file, 1, 1, 2),
            "save it as UTF-8 without BOM; the mark is ignored",
        )
    return Source(file, text.replace("\r\n", "\n").replace("\r", "\n"))
