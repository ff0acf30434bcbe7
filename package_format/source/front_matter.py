"""Front matter: YAML between two lines ``---``, and then a text of another kind.

An email is written so. The text below becomes the value of the key ``body``, without empty lines
around it, so that layout does not change what a package means.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from package_format.diagnostics import Diagnostics
from package_format.source.nodes import MappingNode, ScalarNode, Source
from package_format.source.yaml_text import read_part

BODY = "body"
"""The key under which the text below the front matter stands."""

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


class Parts(NamedTuple):
    """The parts of a file, as offsets in its text.

    Attributes:
        start: Where the front matter begins.
        end: Where it ends.
        fence: Where the line below it ends.
        body: Where the text below begins, without empty lines before it.
        body_end: Where that ends, without empty lines after it.
    """

    start: int
    end: int
    fence: int
    body: int
    body_end: int


def front_matter_parts(source: Source) -> Parts | None:
    """Cut a file into its front matter and the text below; None if it has no front matter."""
    opening = _FENCE.match(source.text)
    closing = _FENCE.search(source.text, opening.end()) if opening else None
    if opening is None or closing is None:
        return None
    below = source.text[closing.end() :]
    body = closing.end() + len(below) - len(below.lstrip("\n"))
    body_end = max(body, len(source.text.rstrip("\n")))
    return Parts(opening.end(), closing.start(), closing.end(), body, body_end)


def read_front_matter(source: Source, diagnostics: Diagnostics) -> MappingNode | None:
    """Read front matter and the text below it as one mapping.

    Args:
        source: The file's text.
        diagnostics: Where what is wrong is recorded.

    Returns:
        MappingNode | None: The front matter's keys, and ``body``; None if it cannot be read.
    """
    parts = front_matter_parts(source)
    if parts is None:
        diagnostics.error(
            "no-front-matter",
            "the file must begin with YAML between two lines ---",
            source.span(0, 1),
            "write ---, then keys such as subject: …, then ---, and below it the text",
        )
        return None
    node = read_part(source, parts.start, parts.end, diagnostics)
    if not isinstance(node, MappingNode):
        if node is not None:
            diagnostics.error(
                "wrong-type", "the front matter must be a mapping of keys to values", node.span
            )
        return None
    text = ScalarNode(source.text[parts.body : parts.body_end], source, parts.body, parts.body_end)
    misplaced = node.entry(BODY)
    if misplaced is not None:
        diagnostics.error(
            "unknown-key",
            f"there is no key {BODY} here; what stands below the front matter is the body",
            misplaced[0].span,
        )
        others = tuple(entry for entry in node.entries if entry is not misplaced)
        node = MappingNode(others, source, node.start, node.end)
    if not text.value:
        return node
    key = ScalarNode(BODY, source, parts.end, parts.fence)
    return MappingNode((*node.entries, (key, text)), source, 0, parts.start)
