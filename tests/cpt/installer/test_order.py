"""Keyed items keep an order that both sides would recognise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpt.installer.changes import Verdict
from cpt.installer.merging.order import merged_order

KEYS = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)


def merged(base: str, live: str, wanted: str, gone: str = "") -> tuple[str, Verdict | None]:
    left = {*live, *wanted} - set(gone)
    order = merged_order(tuple(base), tuple(live), tuple(wanted), left)
    return "".join(order.keys), order.verdict


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        ("abXc", "abc", "abXc"),
        ("abXc", "aNbc", "aNbXc"),
        ("aXbc", "aNbc", "aXNbc"),
        ("Xabc", "abc", "Xabc"),
        ("abXYc", "cab", "cabXY"),
        ("abcX", "abcN", "abcXN"),
    ],
)
def test_an_owners_own_step_stays_behind_the_step_it_followed(
    live: str, wanted: str, expected: str
) -> None:
    assert merged("abc", live, wanted)[0] == expected


def test_when_its_predecessor_is_gone_it_follows_the_nearest_that_survives() -> None:
    assert merged("abc", "abXc", "ac", gone="b")[0] == "aXc"


def test_an_order_that_one_side_changed_is_that_sides() -> None:
    assert merged("abc", "abc", "cab") == ("cab", Verdict.TAKEN)
    assert merged("abc", "bac", "abc") == ("bac", Verdict.KEPT)
    assert merged("abc", "bac", "abNc") == ("bNac", Verdict.KEPT)


def test_an_order_that_both_changed_alike_is_no_question() -> None:
    assert merged("abc", "cba", "cba") == ("cba", None)


def test_an_order_that_both_changed_differently_is_a_conflict() -> None:
    assert merged("abc", "bac", "cab") == ("bac", Verdict.CONFLICT)


def test_a_chosen_order_stands() -> None:
    order = merged_order("abc", "bac", "cab", set("abc"), Verdict.TAKEN)
    assert (order.keys, order.verdict) == (("c", "a", "b"), Verdict.TAKEN)


@given(KEYS, KEYS)
def test_where_the_base_is_live_the_order_is_the_wanted_one(
    base: list[str], wanted: list[str]
) -> None:
    assert merged_order(base, base, wanted, set(wanted)).keys == tuple(wanted)


@given(KEYS, KEYS)
def test_where_the_base_is_wanted_the_order_is_the_live_one(
    base: list[str], live: list[str]
) -> None:
    assert merged_order(base, live, base, set(live)).keys == tuple(live)


@given(KEYS, KEYS, KEYS)
def test_nothing_is_lost_and_nothing_doubled(
    base: list[str], live: list[str], wanted: list[str]
) -> None:
    left = {*live, *wanted}
    assert sorted(merged_order(base, live, wanted, left).keys) == sorted(left)
