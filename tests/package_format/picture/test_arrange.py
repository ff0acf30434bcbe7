"""The stages of an arrangement that know no campaign: ranks, rows and tracks."""

from package_format.picture.graph import Link
from package_format.picture.ranks import components, ranks, walk
from package_format.picture.rows import break_rows
from package_format.picture.tracks import Trunk, tracks


def test_what_starts_a_chain_stands_next_to_where_the_chain_leads() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "d"), ("x", "y"), ("y", "d")]
    assert ranks("abcdxy", edges) == {"a": 0, "b": 1, "c": 2, "d": 3, "x": 1, "y": 2}


def test_a_link_back_to_where_one_came_from_closes_a_loop() -> None:
    links = [Link("a", "", "b"), Link("b", "", "b"), Link("b", "", "c"), Link("c", "", "b")]
    met, back = walk("cba", links)
    assert met == ("a", "b", "c")
    assert back == {Link("b", "", "b"), Link("c", "", "b")}


def test_a_loop_that_nothing_leads_to_is_met_as_well() -> None:
    links = [Link("a", "", "b"), Link("b", "", "a")]
    assert walk("ab", links) == (("a", "b"), frozenset({links[1]}))


def test_parts_are_found_in_the_order_of_their_first_nodes() -> None:
    links = [Link("d", "", "b"), Link("c", "", "e")]
    assert components("abcde", links) == (("a",), ("b", "d"), ("c", "e"))


def test_a_row_is_broken_where_few_arrows_are_cut() -> None:
    assert break_rows([10] * 6, [1, 1, 1, 1, 1, 0], 0, 60) == (range(6),)
    assert break_rows([10] * 6, [9, 9, 1, 9, 9, 0], 0, 50) == (range(3), range(3, 6))


def test_a_row_is_a_bit_wider_than_comfortable_before_one_thing_stands_alone_below() -> None:
    assert break_rows([10] * 6, [1] * 6, 0, 60, 50) == (range(6),)
    assert break_rows([10] * 7, [1] * 7, 0, 60, 50) != (range(6), range(6, 7))


def test_the_last_row_may_be_short_but_is_not_left_with_one_column() -> None:
    assert break_rows([10] * 6, [1] * 6, 0, 50) == (range(4), range(4, 6))


def test_a_column_wider_than_a_row_stands_alone() -> None:
    assert break_rows([10, 90, 10], [1, 1, 0], 5, 50) == (range(1), range(1, 2), range(2, 3))


def test_lines_that_would_cross_are_turned_in_the_other_order() -> None:
    upper = Trunk(("upper",), (0,), (100,))
    lower = Trunk(("lower",), (50,), (150,))
    found = tracks([upper, lower], 5)
    assert found[lower.name] < found[upper.name]


def test_trunks_that_are_far_apart_share_a_track() -> None:
    found = tracks([Trunk(("a",), (0,), (10,)), Trunk(("b",), (50,), (60,))], 5)
    assert set(found.values()) == {0}
