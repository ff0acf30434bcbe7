"""Sides: two texts side by side, line by line, and in lines that changed word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from package_format.alignment import edits

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_AROUND = 2
_ROWS_LIMIT = 400


@dataclass(frozen=True)
class Piece:
    """A piece of a line; `changed` if the other side does not have it."""

    text: str
    changed: bool = False


Side = tuple[Piece, ...]


@dataclass(frozen=True)
class Row:
    """A line on both sides, or on one of them.

    Attributes:
        before: The line as it was; None where it was not there.
        after: The line as it is; None where it is there no longer.
    """

    before: Side | None
    after: Side | None

    @property
    def same(self) -> bool:
        """Whether both sides have the same line."""
        return self.before is not None and self.before == self.after


GAP = Row((), ())
"""Stands for lines that are the same in both and are left out."""


def side_by_side(before: str, after: str) -> tuple[Row, ...]:
    """Return two texts line by line, without what is the same and far from what changed.

    Of a great many rows, the first are returned and a gap.
    """
    rows = tuple(_around(list(_rows(before.splitlines(), after.splitlines()))))
    return rows if len(rows) <= _ROWS_LIMIT else (*rows[:_ROWS_LIMIT], GAP)


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    at = 0
    for edit in edits(before, after):
        yield from map(_same, before[at : edit.start])
        at = edit.stop
        yield from _changed(before[edit.start : edit.stop], after[edit.from_ : edit.to])
    yield from map(_same, before[at:])


def _same(line: str) -> Row:
    return Row((Piece(line),), (Piece(line),))


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    """Lines that stand for each other; as many as both sides have are compared word by word."""
    both = min(len(before), len(after))
    for one, other in zip(before[:both], after[:both], strict=True):
        yield _words(one, other)
    yield from (Row((Piece(line, changed=True),), None) for line in before[both:])
    yield from (Row(None, (Piece(line, changed=True),)) for line in after[both:])


def _words(before: str, after: str) -> Row:
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    left: list[Piece] = []
    right: list[Piece] = []
    at = to = 0
    for edit in edits(one, other):
        left += _pieces(one[at : edit.start], one[edit.start : edit.stop])
        right += _pieces(other[to : edit.from_], other[edit.from_ : edit.to])
        at, to = edit.stop, edit.to
    left += _pieces(one[at:], ())
    right += _pieces(other[to:], ())
    return Row(tuple(left), tuple(right))


def _pieces(same: Sequence[str], changed: Sequence[str]) -> Iterator[Piece]:
    if same:
        yield Piece("".join(same))
    if changed:
        yield Piece("".join(changed), changed=True)


def _around(rows: list[Row]) -> Iterator[Row]:
    """Leave out lines that are the same and further from a change than a reader needs."""
    near: set[int] = set()
    for index, row in enumerate(rows):
        if not row.same:
            near.update(range(index - _AROUND, index + _AROUND + 1))
    left_out = False
    for index, row in enumerate(rows):
        if index in near:
            yield row
            left_out = False
        elif not left_out:
            yield GAP
            left_out = True
