"""Lists are aligned: what is said to be common is, and long lists take no longer than they must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_format import alignment
from package_format.alignment import edits, in_order

ITEMS = st.lists(st.sampled_from("abcdefgh"), max_size=12)
MANY = 60_000


def applied(before: list[str], after: list[str]) -> list[str]:
    """The second list, made of the first and of the edits."""
    made: list[str] = []
    at = 0
    for edit in edits(before, after):
        assert edit.start > at or not made or edit.start == at == 0
        made += before[at : edit.start] + after[edit.from_ : edit.to]
        at = edit.stop
    return made + before[at:]


@given(ITEMS, ITEMS)
def test_edits_make_the_second_list_of_the_first(before: list[str], after: list[str]) -> None:
    assert applied(before, after) == after


@given(ITEMS, ITEMS)
def test_they_do_so_where_the_lists_are_cut_up(before: list[str], after: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_SHORT", 0)
        patch.setattr(alignment, "_SHORT_BETWEEN", 4)
        assert applied(before, after) == after
        assert edits(before, before) == ()


def test_a_long_list_is_cut_at_what_is_in_it_once() -> None:
    before = [f"line {number}" for number in range(MANY)]
    after = [*before[:100], "new", *before[100:30_000], *before[30_001:]]
    assert [(e.start, e.stop, e.from_, e.to) for e in edits(before, after)] == [
        (100, 100, 100, 101),
        (30_000, 30_001, 30_001, 30_001),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["x"] * MANY, ["x", "z"] * (MANY // 2)),
        (["x", "y"] * (MANY // 2), ["x", "z"] * (MANY // 2)),
        ([str(n) for n in range(MANY)], [str(n) for n in reversed(range(MANY))]),
        ([str(n) for n in range(MANY)], [str(n if n % 2 else -n) for n in range(MANY)]),
        ([str(n % 5) for n in range(MANY)], [str(n % 7) for n in range(MANY)]),
    ],
)
def test_lists_without_end_are_aligned_all_the_same(before: list[str], after: list[str]) -> None:
    assert applied(before, after) == after


@given(st.permutations("abcdefg"), st.permutations("abcdefgh"))
def test_as_many_as_may_be_stay_in_order(before: list[str], after: list[str]) -> None:
    stay = in_order(before, after)
    assert [item for item in before if item in stay] == [item for item in after if item in stay]
    for moved in set(before) - stay:
        longer = stay | {moved}
        assert [x for x in before if x in longer] != [x for x in after if x in longer]
