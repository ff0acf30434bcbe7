"""The one reader of Markdown specs: sections, and the files that are fenced in them.

A section begins with ``## ``; what stands before the first belongs to all of them. Each fenced
block is a file, whose path is the word after the language. What a spec says about its files is the
business of the test that runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(
    r"^```(?P<language>[a-z]*)(?: (?P<path>\S+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        language: ``yaml``, ``console``.
        path: The file that it is; empty for a block that is none.
        text: What stands in it.
    """

    language: str
    path: str
    text: str


@dataclass(frozen=True)
class Section:
    """A part of a spec, or what stands before the first."""

    title: str
    text: str

    @property
    def blocks(self) -> Iterator[Block]:
        """The fenced blocks, in order."""
        for match in _FENCE.finditer(self.text):
            yield Block(match["language"], match["path"] or "", match["text"])

    @property
    def files(self) -> dict[str, str]:
        """The blocks that are files, by path."""
        return {block.path: block.text for block in self.blocks if block.path}

    @property
    def prose(self) -> str:
        """What stands between the blocks."""
        return _FENCE.sub("", self.text)

    def with_texts(self, texts: list[str]) -> str:
        """Return the section with other texts in its blocks, one for each, in order."""
        left = iter(texts)

        def replaced(match: re.Match[str]) -> str:
            head = match[0].partition("\n")[0]
            return f"{head}\n{next(left)}```"

        return _FENCE.sub(replaced, self.text)


def read_spec(spec: Path) -> tuple[Section, tuple[Section, ...]]:
    """Return what stands before the first section of a spec, and the sections."""
    preamble, *sections = spec.read_text("utf-8").split("\n## ")
    return (
        Section(preamble.partition("\n")[0].removeprefix("# "), preamble),
        tuple(Section(text.partition("\n")[0], text) for text in sections),
    )
