from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path as File

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json, Path
from package_format.source import (
    ListNode,
    MappingNode,
    Node,
    Source,
    Written,
    locate,
    plain,
    read_yaml,
    written_front_matter,
    written_yaml,
)
from package_format.source.front_matter import read_front_matter
from package_format.source.nodes import TEXT_LIMIT, find
from package_format.source.plain_yaml import NotPlainError, plain_yaml

EXAMPLES = File(__file__).parents[3] / "examples"
ODDITIES = st.text("[]{}:-?&*!|>'\"%@`#,.~\t\n ab1<", max_size=40)
PIECES = st.sampled_from([
    "a: 1\n", "b: x\n", "a:\n  c: y\n", "- a\n", "  - b\n", "a: [b, {c: d}]\n", "a: &x 1\n",
    "b: *x\n", "<<: {a: 1}\n", '"<<": b\n', "a: !!str 1\n", "1: a\n", "~: a\n", "no: yes\n",
    "a: no\n", "true: a\n", "a: 0x1\n", "a: 1e999\n", "a: .inf\n", "a: [[ b ]]\n", "a: [[]]\n",
    "a: {{ b }}\n", "- - a\n", "---\n", "...\n", "%YAML 1.2\n", "# c\n", "\t", "a: |\n  b\n\n",
    "a: >\n  b\n", "a: 'b\n", "? a\n: b\n", "? [a]\n: b\n", "[" * 49, "[" * 50, "[" * 51, "\x01",
    "\x85", "\u2028", "\ufeff", "body: x\n", "é: 😀\n", "a:\n", "[a, b: c]\n",
    "a: " + "9" * 101 + "\n",
])  # fmt: skip


def typed(value: Json) -> object:
    """Data in which true is not 1."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return type(value), value


def same_both_ways(text: str) -> None:
    diagnostics = Diagnostics()
    node = read_yaml(text, "a.yaml", diagnostics)
    with suppress(NotPlainError):
        data = plain_yaml(text)
        assert node is not None
        assert list(diagnostics) == []
        assert typed(data) == typed(plain(node))


@given(st.lists(PIECES, max_size=6).map("".join) | ODDITIES | st.text(max_size=40))
def test_what_is_read_as_plain_is_what_the_careful_reading_finds_nothing_wrong_with(
    text: str,
) -> None:
    same_both_ways(text)


@given(st.lists(PIECES, max_size=4).map("".join), st.text(max_size=5) | st.just("\n\n"))
def test_front_matter_is_read_as_the_careful_reading_reads_it(text: str, body: str) -> None:
    source = Source("e.html", f"---\n{text}---\n{body}")
    careful, quick = Diagnostics(), Diagnostics()
    node = read_front_matter(source, careful)
    said = written_front_matter(source, quick)
    assert list(quick) == list(careful)
    assert (said is None) == (node is None)
    if said is not None and node is not None:
        assert typed(said.data) == typed(plain(node)) == typed(plain(said.node))


@given(st.lists(PIECES, max_size=6).map("".join) | ODDITIES)
def test_a_file_leads_to_the_same_diagnostics_whichever_way_it_is_read(text: str) -> None:
    careful, quick = Diagnostics(), Diagnostics()
    node = read_yaml(text, "a.yaml", careful)
    said = written_yaml(Source("a.yaml", text), quick)
    assert list(quick) == list(careful)
    assert (said is None) == (node is None)
    if said is not None and node is not None:
        assert typed(said.data) == typed(plain(node)) == typed(plain(said.node))


def paths(node: Node) -> Iterator[Path]:
    """The paths to everything, by keys and by indexes, and to what is not there."""
    yield ()
    yield ("nothing",)
    yield (99,)
    entries = node.entries if isinstance(node, MappingNode) else ()
    items = node.items if isinstance(node, ListNode) else [value for _, value in entries]
    for index, item in enumerate(items):
        for path in paths(item):
            yield (index, *path)
            if entries:
                yield (str(entries[index][0].value), *path)


@given(st.lists(PIECES, max_size=6).map("".join))
@example("a: {b: [x, {c: y}], d: {}}\ne: |\n  f\n\ng:\n- h: 'i'\n  j:\n- k\n")
def test_a_place_that_is_asked_for_first_is_the_one_that_all_the_nodes_have(text: str) -> None:
    node = read_yaml(text, "a.yaml", Diagnostics())
    if node is None:
        return
    for path in paths(node):
        found, first = find(node, path), said(text).find(path)
        assert (found.node, found.node.span) == (first.node, first.node.span)
        assert (found.key and found.key.span) == (first.key and first.key.span)
        assert found.complete == first.complete


@pytest.mark.parametrize("depth", [48, 49, 50, 51, 52, 100_000])
@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_depth_is_limited_both_ways(bracket: str, depth: int) -> None:
    same_both_ways(bracket * depth + "x")


def test_size_is_limited_both_ways() -> None:
    same_both_ways("a: " + "x" * (TEXT_LIMIT - 3))
    with pytest.raises(NotPlainError):
        plain_yaml("a: " + "x" * TEXT_LIMIT)


@pytest.mark.parametrize("file", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda file: file.stem)
def test_what_authors_write_is_plain(file: File) -> None:
    text = file.read_text("utf-8")
    assert typed(plain_yaml(text)) == typed(said(text).data)


def said(text: str) -> Written:
    found = written_yaml(Source("a.yaml", text), Diagnostics())
    assert found is not None
    return found


def test_the_places_of_plain_data_can_be_asked_for() -> None:
    found = said("a: 1\nb: [x, y]\n")
    assert str(found.find(("b", 1)).node.span) == "a.yaml:2:8"
    assert str(found.find(("b", 0)).node.span) == "a.yaml:2:5"
    assert str(locate(found.node, ("b", 1))) == "a.yaml:2:8"


def test_what_is_not_plain_is_read_with_care_and_said() -> None:
    diagnostics = Diagnostics()
    found = written_yaml(Source("a.yaml", "- [[ x ]]\n- b\n"), diagnostics)
    assert found is not None
    assert isinstance(found.node, ListNode)
    assert found.data == ["[[ x ]]", "b"]
    assert [one.code for one in diagnostics] == ["unquoted-parameter"]
