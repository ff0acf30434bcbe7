from __future__ import annotations

import pytest

from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Path
from package_format.source import Node, Source, locate, read_text, read_yaml
from package_format.source.nodes import TEXT_LIMIT, find

CAMPAIGN = """\
goals:
  registered: {when: {web-form-submitted: registration}, after: start}
  bought:
    when: [{tag-applied: {tag: x}}]
    if: {field: premium, at-least: [x]}
sequences:
  remind:
    steps:
      confirm: {send-email: confirmed}
      nudge: {wait: 2 days}
    not: {not: {not: {bad: 1}}}
"""


def campaign() -> Node:
    node = read_yaml(CAMPAIGN, "c.yaml", Diagnostics())
    assert node is not None
    return node


def words(path: Path, *, key: bool = False) -> str:
    span = locate(campaign(), path, key=key)
    return CAMPAIGN.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


STEPS = ("sequences", "remind", "steps")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("goals", "registered", "after"), "start"),
        (("goals", "registered", "after", 0), "start"),
        (("goals", "registered", "after", "function[x]", 0), "start"),
        (("goals", "registered", "when", 0, "web-form-submitted", "form"), "registration"),
        (("goals", "bought", "when", 0, "tag-applied", "tag-applied", "tag"), "x"),
        ((*STEPS, 0, "action", "send-email", "email"), "confirmed"),
        ((*STEPS, 1, "wait", "for"), "2 days"),
        ((*STEPS, 1, "key"), "nudge"),
        (("goals", "bought", "if", "field", "at-least", "int"), "[x]"),
        (("goals", "bought", "if", "field", "field"), "premium"),
        (("goals", "bought", "when", 7), "[{tag-applied: {tag: x}}]"),
    ],
)
def test_parts_of_a_path_that_are_not_in_the_data_are_skipped(path: Path, found: str) -> None:
    assert words(path) == found


def test_a_key_can_be_meant_rather_than_its_value() -> None:
    assert words(("goals", "bought", "if"), key=True) == "if"
    assert words((*STEPS, 0, "action", "send-email"), key=True) == "send-email"


def test_of_two_readings_of_a_path_the_one_that_accounts_for_its_last_key_wins() -> None:
    path = ("sequences", "remind", "not", "not", "not", "not", "not", "not", "bad")
    assert words(path, key=True) == "bad"


def test_a_path_with_many_readings_is_followed_at_once() -> None:
    depth = 45
    node = read_yaml("{not: " * depth + "x" + "}" * depth, "c.yaml", Diagnostics())
    assert node is not None
    assert find(node, ("not",) * 200).keys == depth


def test_a_span_of_several_lines_marks_the_first() -> None:
    span = Source("a", "one\ntwo\nthree").span(4, 10)
    assert (span.line, span.column, span.end_column) == (2, 1, 4)


def test_a_span_marks_at_least_one_column() -> None:
    span = Source("a", "").span(0, 0)
    assert (span.line, span.column, span.end_column) == (1, 1, 2)


def test_windows_line_ends_are_no_part_of_a_text() -> None:
    source = read_text(b"a\r\nb\rc", "a", Diagnostics())
    assert source is not None
    assert source.text == "a\nb\nc"


def test_a_byte_order_mark_is_ignored_with_a_warning() -> None:
    diagnostics = Diagnostics()
    source = read_text(b"\xef\xbb\xbfa", "a", diagnostics)
    assert source is not None
    assert source.text == "a"
    assert [d.code for d in diagnostics] == ["byte-order-mark"]
    assert not diagnostics.has_errors


def test_a_text_that_is_not_utf_8_is_refused_at_its_place() -> None:
    diagnostics = Diagnostics()
    assert read_text(b"ab\nc\xff", "a", diagnostics) is None
    assert [(d.code, str(d.span)) for d in diagnostics] == [("not-utf-8", "a:2:2")]


def test_a_text_that_is_too_large_is_refused() -> None:
    diagnostics = Diagnostics()
    assert read_text(bytes(TEXT_LIMIT + 1), "a", diagnostics) is None
    assert [d.code for d in diagnostics] == ["too-large"]
