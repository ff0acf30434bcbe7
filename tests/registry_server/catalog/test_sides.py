"""Two texts side by side: each side whole, and what changed marked."""

from hypothesis import given
from hypothesis import strategies as st

from registry_server.catalog.sides import GAP, Piece, Row, Side, side_by_side


def read(side: Side | None) -> str | None:
    return None if side is None else "".join(piece.text for piece in side)


LINES = st.lists(st.text("ab .\N{SNOWMAN}", max_size=6), max_size=6)


def test_a_word_that_changed_is_marked_on_both_sides() -> None:
    (row,) = side_by_side("One day to go.", "Two days to go.")
    assert row.before == (
        Piece("One", changed=True), Piece(" "), Piece("day", changed=True), Piece(" to go."),
    )  # fmt: skip
    assert row.after is not None
    assert [piece.text for piece in row.after if piece.changed] == ["Two", "days"]


def test_a_line_that_is_gone_or_new_stands_on_one_side() -> None:
    gone = Piece("b", changed=True)
    a = Row((Piece("a"),), (Piece("a"),))
    assert side_by_side("a\nb", "a") == (a, Row((gone,), None))
    assert side_by_side("a", "a\nb") == (a, Row(None, (gone,)))


def test_what_is_the_same_and_far_from_a_change_is_left_out() -> None:
    same = [f"line {n}" for n in range(20)]
    rows = side_by_side("\n".join([*same, "old"]), "\n".join([*same, "new"]))
    assert rows[0] == GAP
    assert [read(row.before) for row in rows[1:]] == ["line 18", "line 19", "old"]


def test_of_a_great_many_rows_the_first_are_shown() -> None:
    rows = side_by_side("\n".join("a" * 2000), "\n".join("b" * 2000))
    assert len(rows) == 401
    assert rows[-1] == GAP


@given(LINES, LINES)
def test_each_side_holds_its_own_text_and_nothing_else(one: list[str], other: list[str]) -> None:
    rows = [row for row in side_by_side("\n".join(one), "\n".join(other)) if row != GAP]
    for side, lines in (([row.before for row in rows], one), ([row.after for row in rows], other)):
        shown = [read(pieces) for pieces in side if pieces is not None]
        left = iter("\n".join(lines).splitlines())
        assert all(any(text == line for line in left) for text in shown)
    same = [row for row in rows if row.same]
    assert all(not piece.changed for row in same for piece in row.before or ())
    if one != other and "\n".join(one).splitlines() != "\n".join(other).splitlines():
        assert len(same) < len(rows)
