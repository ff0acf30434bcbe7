from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.source import MappingNode, Node, ScalarNode, Source, locate, plain, read_yaml


def read(text: str) -> tuple[Node | None, list[str]]:
    """Read a text; a diagnostic is told as ``code line:column words``, the words being marked."""
    diagnostics = Diagnostics()
    node = read_yaml(text, "a.yaml", diagnostics)
    lines = text.split("\n")
    told = []
    for found in diagnostics:
        span = found.span
        assert span is not None
        words = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        told.append(f"{found.code} {span.line}:{span.column} {words}".rstrip())
    return node, told


def data(text: str) -> Json:
    node, told = read(text)
    assert told == []
    assert node is not None
    return plain(node)


def problems(text: str) -> list[str]:
    return read(text)[1]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("True", True),
        ("false", False),
        ("012", 12),
        ("0o14", 12),
        ("0xC", 12),
        ("-3", -3),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("12:30:00", "12:30:00"),
        ("2026-03-10", "2026-03-10"),
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("1_000", "1_000"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("'~'", "~"),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says_it_is(written: str, value: object) -> None:
    read = data(f"a: {written}")["a"]
    assert read == value
    assert type(read) is type(value)


def test_an_empty_text_is_an_empty_mapping() -> None:
    assert data("") == data("# nothing\n") == {}


def test_a_text_is_read_with_the_place_of_everything() -> None:
    text = "ä: 1\nsteps:\n  one: {x: [a, 'b c']}\n  two: |\n    long\n    text\n"
    node, told = read(text)
    assert told == []
    assert node is not None
    assert str(locate(node, ("ä",))) == "a.yaml:1:4"
    assert str(locate(node, ("steps", "one", "x", 1))) == "a.yaml:3:16"
    assert locate(node, ("steps", "one", "x", 1)).end_column == 21
    assert str(locate(node, ("steps", 1), key=True)) == "a.yaml:4:3"
    assert str(locate(node, ("steps", "two"))) == "a.yaml:4:8"


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    node, _ = read("a: 'x\x85y\u2028z'\nb: 1\n")
    assert node is not None
    assert str(locate(node, ("b",))) == "a.yaml:2:4"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3", ["duplicate-key 3:1 a"]),
        ("1: a", ["non-string-key 1:1 1"]),
        ("true: a", ["non-string-key 1:1 true"]),
        ("? [x]\n: a", ["non-string-key 1:3 [x]"]),
        ("a:\n\tb: 1", ["tab-indentation 2:1"]),
        ("a:\n  b: 1\n \tc: 2", ["tab-indentation 3:2"]),
        ("a:\n  - b\n  -\tc: 1", ["tab-indentation 3:4"]),
        ("a: &x 1", ["yaml-anchor 1:4 &x 1"]),
        ("a: *x", ["yaml-alias 1:4 *x"]),
        ("<<: {a: 1}", ["merge-key 1:1 <<"]),
        ("a: !!str 1", ["yaml-tag 1:4 !!str 1"]),
        ("a: [[ parameters.x ]]", ["unquoted-parameter 1:4 [[ parameters.x ]]"]),
        ("a: [[ parameters.x ]] and", ["unquoted-parameter 1:4 [[ parameters.x ]]"]),
        ("- [[ parameters.x ]]: 1", ["unquoted-parameter 1:3 [[ parameters.x ]]"]),
        ("a: {{ contact.x }}", ["unquoted-merge-field 1:4 {{ contact.x }}"]),
        ("a: {{ contact.x }}, hello", ["unquoted-merge-field 1:4 {{ contact.x }}"]),
        ("a: {% if x %}", ["unquoted-merge-field 1:4 {% if x %}"]),
        ("a: .inf", ["unusable-number 1:4 .inf"]),
        ("a: 1e999", ["unusable-number 1:4 1e999"]),
        ("a: b: c", ["yaml-syntax 1:5 :"]),
        ('a: "b', ['yaml-syntax 1:4 "']),
        ("a: b\n---\nc: d", ["several-documents 2:1 ---"]),
        ("a: \x01", ["yaml-syntax 1:4 \x01"]),
        ("a: x\ud800", ["yaml-syntax 1:5 \ud800"]),
        ("a: " + "9" * 101, ["unusable-number 1:4 " + "9" * 101]),
        ("a: 0x" + "9" * 101, ["unusable-number 1:4 0x" + "9" * 101]),
    ],
)
def test_what_bites_people_is_caught_by_name(text: str, told: list[str]) -> None:
    assert problems(text) == told


def test_what_is_in_quotes_is_no_template_gone_wrong() -> None:
    text = "a: \"[[ parameters.x ]]\"\nb: '{{ contact.x }}'"
    assert data(text) == {"a": "[[ parameters.x ]]", "b": "{{ contact.x }}"}


def test_an_error_after_an_unquoted_template_on_another_line_is_a_mere_syntax_error() -> None:
    assert problems("a: [[ x ]]\nb: c: d") == [
        "unquoted-parameter 1:4 [[ x ]]",
        "yaml-syntax 2:5 :",
    ]


def test_all_problems_are_found_at_once() -> None:
    assert len(problems("a: 1\na: 2\n3: x\nb: *x\nc: [[ y ]]\n")) == 4


@pytest.mark.parametrize("bracket", ["[", "{", "- ", "? "])
def test_depth_is_limited(bracket: str) -> None:
    assert [told.split()[0] for told in problems(bracket * 100_000)] == ["too-deep"]


def test_size_is_limited() -> None:
    assert [told.split()[0] for told in problems("a: " + "x" * 1_000_001)] == ["too-large"]


def test_a_piece_of_a_text_is_found_where_the_author_wrote_it() -> None:
    node, _ = read("a: 'it''s {{ x }} and {{ x }}'\nb: \"a\\tb\"\n")
    assert isinstance(node, MappingNode)
    quoted, escaped = (value for _, value in node.entries)
    assert isinstance(quoted, ScalarNode)
    assert isinstance(escaped, ScalarNode)
    start = str(quoted.value).rindex("{{ x }}")
    span = quoted.piece(start, start + 7)
    assert (str(span), span.end_column) == ("a.yaml:1:23", 30)
    assert quoted.piece(3, 3) == quoted.span
    assert escaped.piece(0, 3) == escaped.span


def test_a_source_can_be_handed_over_as_it_is() -> None:
    node = read_yaml(Source("b.yaml", "a: 1"), "b.yaml", Diagnostics())
    assert node is not None
    assert plain(node) == {"a": 1}


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


class Quoting(yaml.SafeDumper):
    """Writes every text in quotes, because YAML 1.1 and 1.2 agree about those."""

    def ignore_aliases(self, _: object) -> bool:
        return True


Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


@given(
    value=st.dictionaries(_texts, _values, max_size=4), flow=st.sampled_from([True, False, None])
)
def test_data_written_as_yaml_is_read_as_the_same_data(
    value: dict[str, Json], *, flow: bool | None
) -> None:
    text = yaml.dump(value, Dumper=Quoting, default_flow_style=flow, allow_unicode=True)
    assert data(text) == value == yaml.safe_load(text)


@given(st.dictionaries(_texts, _values, min_size=1, max_size=4))
def test_every_place_holds_the_value_that_is_said_to_stand_there(value: dict[str, Json]) -> None:
    text = yaml.dump(value, Dumper=Quoting, default_flow_style=True, width=10**6)
    node, told = read(text)
    assert told == []
    assert isinstance(node, MappingNode)
    for key, inner in node.entries:
        assert yaml.safe_load(key.written) == key.value
        if isinstance(inner, ScalarNode):
            assert yaml.safe_load(inner.written) == inner.value
            assert locate(node, (str(key.value),)) == inner.span


@pytest.mark.parametrize("text", ["a: [[]]", "a: [['x']]", "a: [[1, 2]]", "a: [[x], [y]]"])
def test_a_list_in_a_list_that_is_no_template_is_just_that(text: str) -> None:
    assert problems(text) == []


@given(st.text(max_size=60) | st.text("[]{}:-?&*!|>'\"%@`#,\t\n ab1<", max_size=60))
def test_no_text_raises(text: str) -> None:
    diagnostics = Diagnostics()
    node = read_yaml(text, "a.yaml", diagnostics)
    assert node is not None or diagnostics.has_errors


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("t: {name: \n", "1:4"),
        ("t: {", "1:4"),
        ("t: [a,\n", "1:4"),
        ("t: [a: \n", "1:4"),
        ("t: {a: {b: c}, d:\n\n", "1:4"),
        ("a: b\nt: [x, {y: \n# more\n", "2:8"),
    ],
)
def test_a_text_that_ends_in_brackets_is_wrong_where_they_were_opened(
    text: str, place: str
) -> None:
    diagnostics = Diagnostics()
    assert read_yaml(text, "a.yaml", diagnostics) is None
    (found,) = diagnostics
    assert found.code == "yaml-syntax"
    assert "is not closed with" in found.message
    assert f"{found.span}" == f"a.yaml:{place}"


def test_a_value_that_is_missing_within_brackets_is_missed_where_it_would_stand() -> None:
    diagnostics = Diagnostics()
    assert read_yaml("t: {a: ]}\nb: c\n", "a.yaml", diagnostics) is None
    (found,) = diagnostics
    assert (str(found.span), found.message) == (
        "a.yaml:1:8", "this is not YAML: a value is missing here"
    )  # fmt: skip
