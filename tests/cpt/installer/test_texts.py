"""Texts merge by block, then by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpt.installer.merging.texts import merged_text

LINES = st.lists(st.sampled_from(["one\n", "two\n", "\n", "three\n", "four"]), max_size=7)
TEXTS = LINES.map("".join)

MAIL = "<p>Hello</p>\n<p>We start tomorrow.</p>\n\n<p>Bring a pencil.</p>\n<p>Yours</p>\n"


def test_changes_in_different_blocks_are_both_made() -> None:
    live = MAIL.replace("Hello", "Hei")
    wanted = MAIL.replace("pencil", "worksheet")
    assert merged_text(MAIL, live, wanted) == live.replace("pencil", "worksheet")


def test_changes_to_different_lines_of_one_block_are_both_made_even_beside_each_other() -> None:
    live = MAIL.replace("Hello", "Hei")
    wanted = MAIL.replace("We start tomorrow.", "Tomorrow we start.")
    merged = merged_text(MAIL, live, wanted)
    assert merged == live.replace("We start tomorrow.", "Tomorrow we start.")


def test_different_changes_to_one_line_cannot_be_merged() -> None:
    assert merged_text(MAIL, MAIL.replace("Hello", "Hei"), MAIL.replace("Hello", "Hi")) is None


def test_what_both_insert_at_one_point_cannot_be_merged_unless_it_is_the_same() -> None:
    assert merged_text("a\nz\n", "a\nb\nz\n", "a\nc\nz\n") is None
    assert merged_text("a\nz\n", "a\nb\nz\n", "a\nb\nz\n") == "a\nb\nz\n"


def test_an_insertion_inside_what_the_other_side_rewrote_cannot_be_merged() -> None:
    assert merged_text("a\nb\n", "a\nnew\nb\n", "rewritten\n") is None


@pytest.mark.parametrize(("live", "wanted"), [("b\n", ""), ("", "b\n")])
def test_what_one_side_deletes_and_the_other_changes_cannot_be_merged(
    live: str, wanted: str
) -> None:
    assert merged_text("a\n", live, wanted) is None


@given(TEXTS, TEXTS)
def test_where_one_side_changed_nothing_the_other_side_stands(base: str, other: str) -> None:
    assert merged_text(base, base, other) == other
    assert merged_text(base, other, base) == other


@given(TEXTS, TEXTS)
def test_where_both_sides_agree_nothing_is_in_question(base: str, other: str) -> None:
    assert merged_text(base, other, other) == other


@given(TEXTS, TEXTS, TEXTS)
def test_the_sides_are_treated_alike(base: str, live: str, wanted: str) -> None:
    assert merged_text(base, live, wanted) == merged_text(base, wanted, live)


def test_long_texts_merge_as_short_ones_do() -> None:
    base = "".join(f"<p>Line {number}</p>\n" for number in range(20_000))
    live = base.replace("Line 77<", "Row 77<")
    wanted = base.replace("Line 19000<", "Row 19000<")
    assert merged_text(base, live, wanted) == live.replace("Line 19000<", "Row 19000<")
    assert merged_text(base, live, base.replace("Line 77<", "Item 77<")) is None
    rewritten = "".join(f"<p>Row {number}</p>\n" for number in range(20_000))
    assert merged_text(base, live, rewritten) is None
    assert merged_text(base, base, rewritten) == rewritten
    every_other = "".join(
        f"<p>{'Line' if number % 2 else 'Row'} {number}</p>\n" for number in range(20_000)
    )
    assert merged_text(base, rewritten, every_other) is None
