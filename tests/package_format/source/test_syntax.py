"""What an author is told of a text that is no YAML or no TOML: where, what, and what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format.diagnostics import Diagnostics
from package_format.source import Source, read_toml, read_yaml


def told(text: str, file: str) -> list[tuple[str, str, str]]:
    diagnostics = Diagnostics()
    if file.endswith(".toml"):
        read_toml(Source(file, text), diagnostics)
    else:
        read_yaml(text, file, diagnostics)
    return [
        (str(found.span).partition(":")[2], found.message.partition(": ")[2], found.help or "")
        for found in diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "where", "message", "help_"),
    [
        ("title = Hello", "1:9", "this is no value", 'title = "Hello"'),
        ("title = \u201cHi\u201d", "1:9", "this is no value", "straight quotes"),
        ('a = 1\nb = "Hi', "2:1", "a quotation mark is opened and never closed", "same mark"),
        ("b = 'Hi", "1:1", "a quotation mark is opened and never closed", "same mark"),
        ('b = "Hi\nc = 1', "1:8", "a text ends on its own line", "close the quotes"),
        ('b = "\\q"', "1:8", "a backslash means something", "single quotes"),
        ('title: "Hi"', "1:6", "an equals sign is missing", 'key = "value"'),
        ("b = 3\na = 1\na = [\n 2,\n3]\n", "3:1", "this stands here a second time", "remove"),
        ("a = {b=1,b=2}", "1:1", "this stands here a second time", "remove"),
        ("[a]\n\n[a]\n", "3:1", "this heading stands here a second time", "under the first"),
        ("a = {b=1}\na.c = 2", "2:1", "this is a value already", "in one place"),
        ("b = 1\na = [1,\n 2", "2:1", "a list that begins with [ is not closed", "comma"),
        ("a = {b = 1", "1:1", "a table that begins with { is not closed", "comma"),
        ("[a", "1:3", "a heading that begins with [ is not closed", "alone on its line"),
        ("a = 1.2.3", "1:8", "something stands behind a value", "a version stands in quotes"),
        ("\u00e4 = 1", "1:1", "this is neither a heading nor a key", "plain letters"),
        ("a = 1 # \x01", "1:9", "this character cannot be used", "remove it"),
    ],
)
def test_a_manifest_that_is_no_toml(text: str, where: str, message: str, help_: str) -> None:
    ((place, said, help_said),) = told(text, "cpt.toml")
    assert (place, said.startswith(message)) == (where, True), said
    assert help_ in help_said


@pytest.mark.parametrize(
    ("text", "where", "message", "help_"),
    [
        ("title: What: now", "1:12", "a colon cannot stand here", "stands in quotes"),
        ("x: 1\na: [1, 2", "2:4", "a list that begins with [ is not closed", "comma"),
        ("a: {b: 1\nc: 2", "1:4", "a mapping that begins with { is not closed", "comma"),
        ('a: "x\nb: 2', "1:4", "a quotation mark is opened here and never closed", "same mark"),
        ('a: "\\q"', "1:5", "a backslash means something", "single quotes"),
        ("a: @x", "1:4", "a text cannot begin with this character", "in quotes"),
        ("a: *", "1:5", "a text cannot begin with this character", "in quotes"),
        ("- a\nb: 1", "2:1", "this line is no item of the list above it", "hyphen"),
        ("a: - b", "1:4", "a hyphen cannot begin a list here", "lines of its own"),
        ("a: 1\nother words\nb: 1", "2:1", "a colon is missing on this line", "key: value"),
        ("a: |x\n  y", "1:5", "nothing can stand behind | or >", "go on below it"),
        ("{a: 1}}", "1:7", "a bracket is closed that was never opened", "remove it"),
        ("a: , b", "1:4", "a value is missing here", "in quotes"),
        ("a:\n  b: 1\n c: 2", "3:2", "this line does not go on where", "same column"),
        ("a: 'it's'", "1:8", "this line does not go on where", "written twice"),
    ],
)
def test_a_file_that_is_no_yaml(text: str, where: str, message: str, help_: str) -> None:
    ((place, said, help_said),) = told(text, "tags.yaml")
    assert (place, said.startswith(message)) == (where, True), said
    assert help_ in help_said


@given(st.text("ab:-[]{},'\"\n =.#1|&*!\\", max_size=25), st.sampled_from(["a.yaml", "a.toml"]))
def test_no_parser_speaks_to_an_author_itself(text: str, file: str) -> None:
    for _, message, _ in told(text, file):
        assert "expected" not in message
        assert "token" not in message
        assert "namespace" not in message
