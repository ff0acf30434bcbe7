from __future__ import annotations

import pytest

from package_format.diagnostics import Diagnostics
from package_format.source import MappingNode, ScalarNode, Source, locate, plain
from package_format.source.front_matter import read_front_matter


def read(text: str) -> tuple[MappingNode | None, list[tuple[str, str]]]:
    diagnostics = Diagnostics()
    node = read_front_matter(Source("e.html", text), diagnostics)
    return node, [(d.code, str(d.span)) for d in diagnostics]


def test_the_text_below_the_front_matter_is_the_body_without_empty_lines_around_it() -> None:
    node, told = read("---\nsubject: x\n---\n\n\n<p>a</p>\n---\n<p>b</p>\n\n")
    assert told == []
    assert node is not None
    assert plain(node) == {"subject": "x", "body": "<p>a</p>\n---\n<p>b</p>"}


def test_places_are_those_in_the_whole_file() -> None:
    node, _ = read("---\nsubject: x\n---\n\n<p>\n  {{ contact.x }}</p>\n")
    assert node is not None
    assert str(locate(node, ("subject",))) == "e.html:2:10"
    assert str(locate(node, ("body",))) == "e.html:5:1"
    entry = node.entry("body")
    assert entry is not None
    assert isinstance(entry[1], ScalarNode)
    start = str(entry[1].value).index("contact")
    assert str(entry[1].piece(start, start + 7)) == "e.html:6:6"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<p>a</p>", ("no-front-matter", "e.html:1:1")),
        ("", ("no-front-matter", "e.html:1:1")),
        ("---\nsubject: x\n<p>", ("no-front-matter", "e.html:1:1")),
        ("---\n- a\n---\n<p>", ("wrong-type", "e.html:2:1")),
        ("---\na: b: c\n---\n<p>", ("yaml-syntax", "e.html:2:5")),
        ("---\nbody: x\n---\n<p>", ("unknown-key", "e.html:2:1")),
        ("---\na: 1\na: 2\n---\n<p>", ("duplicate-key", "e.html:3:1")),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, told: tuple[str, str]) -> None:
    assert read(text)[1] == [told]


def test_an_empty_body_is_a_missing_one() -> None:
    node, told = read("---\nsubject: x\n---\n\n")
    assert told == []
    assert node is not None
    assert plain(node) == {"subject": "x"}
