"""YAML read into nodes: the events of PyYAML's C parser, and a small builder of our own.

The builder exists because of what YAML does behind an author's back: scalars here are those of
YAML 1.2's core schema (`scalars`), a key stands once, and anchors, aliases, merge keys and tags are
refused. Depth and size are bounded, so no text can hurt. `plain_yaml` makes the same data faster
where nothing is wrong; what is wrong, and where everything stands, is said here alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from package_format.diagnostics import Diagnostics, Span
from package_format.kinds.model import Path
from package_format.source.nodes import (
    DEPTH_LIMIT,
    TEXT_LIMIT,
    Found,
    ListNode,
    MappingNode,
    Node,
    Scalar,
    ScalarNode,
    Source,
)
from package_format.source.scalars import UnusableNumberError, scalar_value
from package_format.source.yaml_mistakes import (
    forbidden_character,
    syntax_error,
    unclosed,
    unquoted,
)


class _RefusedError(Exception):
    """The rest of the text is not worth reading; why has been said."""


def read_yaml(text: str | Source, file: str, diagnostics: Diagnostics) -> Node | None:
    """Read one YAML document.

    Args:
        text: The text, or a source.
        file: The file's path within the package.
        diagnostics: Where what is wrong is recorded.

    Returns:
        Node | None: The data, as far as it could be read; an empty mapping for an empty file.
    """
    source = text if isinstance(text, Source) else Source(file, text)
    return read_part(source, 0, len(source.text), diagnostics)


def seek(source: Source, path: Path) -> Found | None:
    """Read of a document in which nothing is wrong only what a path leads to.

    Returns:
        Found | None: What `nodes.find` finds; None if a part of the path is not in the data, which
            leaves more than one reading of it.
    """
    return _Builder(source, 0, len(source.text), Diagnostics()).sought(path)


def read_part(source: Source, start: int, end: int, diagnostics: Diagnostics) -> Node | None:
    """Read the YAML document between two offsets, such as an email's front matter."""
    if end - start > TEXT_LIMIT:
        diagnostics.error(
            "too-large",
            f"the text has {end - start:,} characters, and {TEXT_LIMIT:,} are allowed",
            source.span(start, start),
        )
        return None
    brackets: list[int] = []
    try:
        return _Builder(source, start, end, diagnostics, brackets).document()
    except _RefusedError:
        return None
    except yaml.MarkedYAMLError as error:
        at = end if error.problem_mark is None else start + error.problem_mark.index
        is_over = "expected node content" in str(error.problem) and not source.text[at:end].strip()
        if brackets and is_over:
            unclosed(brackets[-1], source, diagnostics)
        else:
            syntax_error(error, source, start, diagnostics)
    except (yaml.YAMLError, UnicodeEncodeError):
        diagnostics.error(
            "yaml-syntax",
            "the text holds a character that YAML does not allow",
            forbidden_character(source, start, end),
            "remove control characters and the like",
        )
    return None


class _Builder:
    """Turns the events of one document into nodes."""

    def __init__(
        self,
        source: Source,
        start: int,
        end: int,
        diagnostics: Diagnostics,
        brackets: list[int] | None = None,
    ) -> None:
        self.source = source
        self.offset = start
        self.diagnostics = diagnostics
        self.end = end
        # Where the brackets stand that are not closed yet, for whoever hears of an error.
        self.open: list[int] = [] if brackets is None else brackets
        # libyaml marks every event, and gives None behind the last; the stubs know neither.
        self.next: Callable[[], Any] = yaml.CSafeLoader(source.text[start:end]).get_event

    def document(self) -> Node:
        root: Node | None = None
        while (event := self.next()) is not None:
            match event:
                case yaml.DocumentStartEvent() if root is not None:
                    self._error(
                        "several-documents",
                        "a file holds one document, and a second begins here",
                        self._span(event),
                        "remove the line ---, or make two files",
                    )
                    raise _RefusedError
                case yaml.NodeEvent():
                    root = self._node(event, 0)
                case _:
                    pass  # the stream's and the document's own beginnings and ends
        if root is None or (isinstance(root, ScalarNode) and root.value is None):
            return MappingNode((), self.source, self.offset, self.offset)
        return root

    def sought(self, path: Path) -> Found | None:
        """Read the node at a path, and pass over what stands before it."""
        self.next()  # the stream begins
        self.next()  # the document begins
        key, event = None, self.next()
        for part in path:
            following = self._step(event, part)
            if following is None:
                return None
            key, event = following
        return Found(self._node(event, 0), key and self._scalar(key))

    def _step(self, event: Any, part: str | int) -> tuple[Any, Any] | None:  # noqa: ANN401
        """Return the events of a key (None in a list) and a value, if a collection has them."""
        keyed = isinstance(event, yaml.MappingStartEvent)
        if isinstance(event, yaml.ScalarEvent) or (isinstance(part, str) and not keyed):
            return None
        key, index = None, 0
        while not isinstance(event := self.next(), yaml.CollectionEndEvent):
            if keyed:
                key, event = event, self.next()
            if part == (key.value if key and isinstance(part, str) else index):
                return key, event
            self._pass_over(event)
            index += 1
        return None

    def _pass_over(self, event: Any) -> None:  # noqa: ANN401
        depth = 0
        while True:
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return
            event = self.next()

    def _node(self, event: Any, depth: int) -> Node:  # noqa: ANN401  as `next` gives it
        if depth > DEPTH_LIMIT:
            self._error(
                "too-deep",
                f"mappings and lists stand more than {DEPTH_LIMIT} deep in each other",
                self._span(event),
            )
            raise _RefusedError
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_decorations(event)
            return self._scalar(event)
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            self._refuse_decorations(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event, depth)
        start, end = self._range(event)
        return ScalarNode(None, self.source, start, end)

    def _list(self, event: yaml.SequenceStartEvent, depth: int) -> ListNode | ScalarNode:
        items: list[Node] = []
        start, _ = self._range(event)
        bracket = bool(event.flow_style) and self.source.text[start] in "[{"
        if bracket:
            self.open.append(start)
        while type(inner := self.next()) is not yaml.SequenceEndEvent:
            items.append(self._node(inner, depth + 1))
        end = self._range(inner)[1]
        if bracket:
            self.open.pop()
        if self.source.text.startswith("[[", start) and _is_template(items):
            unquoted("[[", self.source.span(start, end), self.diagnostics)
            return self._as_meant(start, end)
        return ListNode(tuple(items), self.source, start, end)

    def _mapping(self, event: yaml.MappingStartEvent, depth: int) -> MappingNode | ScalarNode:
        entries: list[tuple[ScalarNode, Node]] = []
        first: dict[str, ScalarNode] = {}
        start, _ = self._range(event)
        template = bool(event.flow_style) and self.source.text.startswith("{{", start)
        bracket = bool(event.flow_style) and self.source.text[start] in "[{"
        if bracket:
            self.open.append(start)
        while type(inner := self.next()) is not yaml.MappingEndEvent:
            key = self._node(inner, depth + 1)
            value = self._node(self.next(), depth + 1)
            usable = None if template else self._usable(key, first)
            if usable is not None:
                entries.append((usable, value))
        end = self._range(inner)[1]
        if bracket:
            self.open.pop()
        if template:
            unquoted("{{", self.source.span(start, end), self.diagnostics)
            return self._as_meant(start, end)
        return MappingNode(tuple(entries), self.source, start, end)

    def _as_meant(self, start: int, end: int) -> ScalarNode:
        """Take a template without quotes for the text that was meant, so that all goes on."""
        return ScalarNode(self.source.text[start:end], self.source, start, end)

    def _usable(self, key: Node, first: dict[str, ScalarNode]) -> ScalarNode | None:
        """Return a key that can be one, or say what is wrong with it."""
        if not isinstance(key, ScalarNode) or not isinstance(key.value, str):
            self._not_a_text(key)
            return None
        if key.value == "<<" and key.written == "<<":
            self._error(
                "merge-key",
                "merge keys (<<) are not allowed",
                key.span,
                "write out what was to be merged in",
            )
            return None
        earlier = first.setdefault(key.value, key)
        if earlier is not key:
            self._error(
                "duplicate-key",
                f"the key {key.value} stands here twice; the first is on line {earlier.span.line}",
                key.span,
                "remove one of the two, or give it another key",
            )
            return None
        return key

    def _not_a_text(self, key: Node) -> None:
        written = self.source.text[key.start : key.end].partition("\n")[0]
        quoted = f'put it in quotes: "{written}"' if isinstance(key, ScalarNode) else None
        self._error("non-string-key", "a key must be a text", key.span, quoted)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        start, end = self._range(event)
        value: Scalar = event.value
        if event.implicit[0]:
            value = self._resolved(event.value, start, end)
        return ScalarNode(value, self.source, start, end)

    def _resolved(self, text: str, start: int, end: int) -> Scalar:
        """The value of a scalar without quotes."""
        try:
            return scalar_value(text)
        except UnusableNumberError:
            self._error(
                "unusable-number",
                "this is not a number that a package can hold",
                self.source.span(start, end),
                f'if a text is meant, put it in quotes: "{text[:20]}"',
            )
            return text

    def _refuse_decorations(self, event: yaml.Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            self._error(
                "yaml-alias",
                f"aliases (*{anchor}) are not allowed",
                self._span(event),
                "write the value out",
            )
        elif anchor is not None:
            self._error(
                "yaml-anchor",
                f"anchors (&{anchor}) are not allowed",
                self._span(event),
                f"remove &{anchor}",
            )
        if tag is not None:
            self._error(
                "yaml-tag",
                "tags (!) are not allowed",
                self._span(event),
                "remove it; a text is written in quotes",
            )

    def _error(self, code: str, message: str, span: Span, help: str | None = None) -> None:  # noqa: A002  as the attribute is called
        self.diagnostics.error(code, message, span, help)

    def _span(self, event: yaml.Event) -> Span:
        return self.source.span(*self._range(event))

    def _range(self, event: Any) -> tuple[int, int]:  # noqa: ANN401  as `next` gives it
        start = self.offset + event.start_mark.index
        end = self.offset + event.end_mark.index
        if end > self.end:  # an empty value is marked behind the last character
            return (start if start < self.end else self.end), self.end  # noqa: FURB136  one call less
        return start, end


def _is_template(items: list[Node]) -> bool:
    """Whether a list is what ``[[ parameters.brand ]]`` is to YAML: a list of words in a list."""
    match items:
        case [ListNode(items=(ScalarNode(value=str()) as first, *_))]:
            return first.written[:1] not in ("'", '"')
        case _:
            return False
