"""Written: an author's data, and where it was written, should somebody ask.

The places of values cost more than the values, and nobody asks for them while all is well. So a
text is read for its data first, and read again for its nodes when there is something to say: up to
the place that is asked for the first time, and as a whole after that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json, Path
from package_format.source.front_matter import BODY, front_matter_parts, read_front_matter
from package_format.source.nodes import Found, Node, Source, find, plain
from package_format.source.plain_yaml import NotPlainError, plain_yaml
from package_format.source.yaml_text import read_yaml, seek


class Written:
    """Data that an author wrote.

    Attributes:
        data: The data.
    """

    def __init__(
        self,
        data: Json,
        read: Callable[[], Node],
        seek: Callable[[Path], Found | None] | None = None,
    ) -> None:
        """Keep data.

        Args:
            data: The data.
            read: Reads its nodes.
            seek: Reads what a path leads to, in part of the time; None if it is not so simple.
        """
        self.data = data
        self._read = read
        self._seek = seek if data else None

    @cached_property
    def node(self) -> Node:
        """The data with its places."""
        return self._read()

    def find(self, path: Path) -> Found:
        """Follow a path, as `nodes.find` does."""
        seek, self._seek = self._seek, None  # who asks again will ask more often
        return (seek(path) if seek and path else None) or find(self.node, path)


def written(node: Node) -> Written:
    """Return data whose nodes are at hand."""
    return Written(plain(node), lambda: node)


def written_yaml(source: Source, diagnostics: Diagnostics) -> Written | None:
    """Read one YAML document, as `yaml_text.read_yaml` does."""
    try:
        data = plain_yaml(source.text)
    except NotPlainError:
        return _written(read_yaml(source, source.file, diagnostics))
    return Written(
        data,
        lambda: _certain(read_yaml(source, source.file, Diagnostics())),
        lambda path: seek(source, path),
    )


def written_front_matter(source: Source, diagnostics: Diagnostics) -> Written | None:
    """Read front matter and the text below it, as `front_matter.read_front_matter` does."""
    try:
        data = _plain_front_matter(source)
    except NotPlainError:
        return _written(read_front_matter(source, diagnostics))
    return Written(data, lambda: _certain(read_front_matter(source, Diagnostics())))


def _written(node: Node | None) -> Written | None:
    return None if node is None else written(node)


def _certain(node: Node | None) -> Node:
    assert node is not None, "what is plain can be read"  # noqa: S101  the suite holds this law
    return node


def _plain_front_matter(source: Source) -> Json:
    parts = front_matter_parts(source)
    data = plain_yaml(source.text[parts.start : parts.end]) if parts else None
    if parts is None or not isinstance(data, dict) or BODY in data:
        raise NotPlainError
    body = source.text[parts.body : parts.body_end]
    return {**data, BODY: body} if body else data
