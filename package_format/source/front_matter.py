"""Front matter: YAML between two lines ``---``, and then a text of another kind.

An email is written so. The text below becomes the value of the key ``body``, without empty lines
around it, so that layout does not change what a package means.
"""

from __future__ import annotations

import re

from package_format.diagnostics import Diagnostics
from package_format.source.nodes import MappingNode, ScalarNode, Source
from package_format.source.yaml_text import read_part

BODY = "body"
"""The key under which the text below the front matter stands."""

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def read_front_matter(source: Source, diagnostics: Diagnostics) -> MappingNode | None:
    """Read front matter and the text below it as one mapping.

    Args:
        source: The file's text.
        diagnostics: Where what is wrong is recorded.

    Returns:
        MappingNode | None: The front matter's keys, and ``body``; None if it cannot be read.
    """
    opening = _FENCE.match(source.text)
    closing = _FENCE.search(source.text, opening.end()) if opening else None
    if opening is None or closing is None:
        diagnostics.error(
            "no-front-matter",
            "the file must begin with YAML between two lines ---",
            source.span(0, 1),
            "write ---, then keys such as subject: …, then ---, and below it the text",
        )
        return None
    node = read_part(source, opening.end(), closing.start(), diagnostics)
    if not isinstance(node, MappingNode):
        if node is not None:
            diagnostics.error(
                "wrong-type", "the front matter must be a mapping of keys to values", node.span
            )
        return None
    body = source.text[closing.end() :]
    start = closing.end() + len(body) - len(body.lstrip("\n"))
    end = max(start, len(source.text.rstrip("\n")))
    text = ScalarNode(source.text[start:end], source, start, end)
    there = node.entry(BODY)
    if there is not None:
        diagnostics.error(
            "unknown-key",
            f"there is no key {BODY} here; what stands below the front matter is the body",
            there[0].span,
        )
        return None
    if not text.value:
        return node
    key = ScalarNode(BODY, source, closing.start(), closing.end())
    return MappingNode((*node.entries, (key, text)), source, 0, opening.end())
