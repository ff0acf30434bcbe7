from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Path
from package_format.source import MappingNode, Source, locate, plain, read_toml

TEXT = '''\
top = 1
[package]  # a comment
name = "acme/x"
keywords = ["a",  # one
  "b", ]
[dependencies]
"acme/tags" = "^2.1"
[parameters.sender]
type = 'email'
x.y = {a = 1, "b c" = [{q = 2026-01-01 10:00:00}]}
[[z]]
q = """
a"b"""
[[z]]
q = \'\'\'x\'\'\'
[z.w]
k = -1.5
'''


def read(text: str) -> MappingNode:
    diagnostics = Diagnostics()
    node = read_toml(Source("cpt.toml", text), diagnostics)
    assert node is not None
    assert len(diagnostics) == 0
    return node


def problems(text: str) -> list[tuple[str, str]]:
    diagnostics = Diagnostics()
    read_toml(Source("cpt.toml", text), diagnostics)
    return [(d.code, f"{d.span.line}:{d.span.column}") for d in diagnostics if d.span]


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top",), "1:1", "1:7"),
        (("package", "name"), "3:1", "3:8"),
        (("dependencies", "acme/tags"), "7:1", "7:15"),
        (("parameters", "sender"), "8:13", "8:2"),
        (("parameters", "sender", "type"), "9:1", "9:8"),
        (("parameters", "sender", "x", "y", "b c", 0, "q"), "10:25", "10:29"),
        (("z", 0, "q"), "12:1", "12:5"),
        (("z", 1, "q"), "15:1", "15:5"),
        (("z", 1, "w", "k"), "17:1", "17:5"),
    ],
)
def test_keys_and_values_have_their_places(path: Path, key: str, value: str) -> None:
    node = read(TEXT)
    assert str(locate(node, path, key=True)) == f"cpt.toml:{key}"
    assert str(locate(node, path)) == f"cpt.toml:{value}"


def test_the_items_of_a_list_have_their_places() -> None:
    assert str(locate(read(TEXT), ("package", "keywords", 1))) == "cpt.toml:5:3"


def test_the_data_is_what_tomllib_reads_with_dates_as_texts() -> None:
    data = plain(read(TEXT))
    assert data["parameters"]["sender"]["x"]["y"]["b c"] == [{"q": "2026-01-01T10:00:00"}]
    assert data["z"] == [{"q": 'a"b'}, {"q": "x", "w": {"k": -1.5}}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = ", ("toml-syntax", "1:4")),
        ("a = 1\na = 2", ("toml-syntax", "2:1")),
        ("\nxxx", ("toml-syntax", "2:3")),
        ("a = nan", ("unusable-number", "1:5")),
        ("a = " + "9" * 5000, ("toml-syntax", "1:1")),
        ("a = " + "[" * 5000, ("too-deep", "1:1")),
    ],
)
def test_what_is_wrong_is_said_at_its_place(text: str, told: tuple[str, str]) -> None:
    code, place = told
    (found,) = problems(text)
    assert found[0] == code
    assert abs(int(found[1].split(":")[1]) - int(place.split(":")[1])) <= 1
    assert found[1].split(":")[0] == place.split(":")[0]


@given(st.text(max_size=40) | st.text("[]{}='\"a1.#,\n -", max_size=40))
def test_no_text_raises(text: str) -> None:
    diagnostics = Diagnostics()
    node = read_toml(Source("cpt.toml", text), diagnostics)
    assert (node is None) <= diagnostics.has_errors
    if node is not None and not diagnostics.has_errors:
        assert set(plain(node)) == set(tomllib.loads(text))
