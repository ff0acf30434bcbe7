"""Written: an author's data, and where it was written, should somebody ask.

The places of values cost more than the values, and nobody asks for them while all is well. So a
text is read for its data first, and read again for its nodes when there is something to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.source.front_matter import BODY, front_matter_parts, read_front_matter
from package_format.source.nodes import Node, Source, plain
from package_format.source.plain_yaml import NotPlainError, plain_yaml
from package_format.source.yaml_text import read_yaml


@dataclass(frozen=True)
class Written:
    """Data that an author wrote.

    Attributes:
        data: The data.
        read: Reads its nodes.
    """

    data: Json
    read: Callable[[], Node] = field(repr=False, compare=False)

    @cached_property
    def node(self) -> Node:
        """The data with its places."""
        return self.read()


def written(node: Node) -> Written:
    """Return data whose nodes are at hand."""
    return Written(plain(node), lambda: node)


def written_yaml(source: Source, diagnostics: Diagnostics) -> Written | None:
    """Read one YAML document, as `yaml_text.read_yaml` does."""
    return _written(source, diagnostics, _plain_yaml, _yaml)


def written_front_matter(source: Source, diagnostics: Diagnostics) -> Written | None:
    """Read front matter and the text below it, as `front_matter.read_front_matter` does."""
    return _written(source, diagnostics, _plain_front_matter, read_front_matter)


def _written(
    source: Source,
    diagnostics: Diagnostics,
    quickly: Callable[[Source], Json],
    carefully: Callable[[Source, Diagnostics], Node | None],
) -> Written | None:
    try:
        data = quickly(source)
    except NotPlainError:
        node = carefully(source, diagnostics)
        return None if node is None else written(node)

    def read() -> Node:
        node = carefully(source, Diagnostics())
        if node is None:
            raise AssertionError(f"{source.file} was plain, and cannot be read")
        return node

    return Written(data, read)


def _yaml(source: Source, diagnostics: Diagnostics) -> Node | None:
    return read_yaml(source, source.file, diagnostics)


def _plain_yaml(source: Source) -> Json:
    return plain_yaml(source.text)


def _plain_front_matter(source: Source) -> Json:
    parts = front_matter_parts(source)
    data = plain_yaml(source.text[parts.start : parts.end]) if parts else None
    if parts is None or not isinstance(data, dict) or BODY in data:
        raise NotPlainError
    body = source.text[parts.body : parts.body_end]
    return {**data, BODY: body} if body else data
