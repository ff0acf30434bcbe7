"""Alignment: what two lists have in common, in order, however long they are.

Short lists are compared by the standard library, which finds what people would find. Of long ones
the library can make hours; they are first cut at what stands in each of them once and in the same
order (as patience sorting finds it), and what lies between is compared if it is short, and counts
as changed as a whole if it is not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import itemgetter

_SHORT = 160_000
"""How many pairs of items there may be in two lists that are compared as they are."""

_SHORT_BETWEEN = 10_000
"""Likewise between two cuts, of which there may be many."""

_DEEPEST = 8


@dataclass(frozen=True)
class Edit:
    """Items [start, stop) of the one list stand for items [from_, to) of the other."""

    start: int
    stop: int
    from_: int
    to: int


def edits(before: Sequence[Hashable], after: Sequence[Hashable]) -> tuple[Edit, ...]:
    """Return what makes the second list of the first, in order; what lies between is common."""
    found = _edits(before, after, _SHORT, _DEEPEST)
    return tuple(_joined(found))


def in_order(before: Sequence[Hashable], after: Sequence[Hashable]) -> frozenset[Hashable]:
    """Return those that stand in the same order in both, but for as few others as may be.

    Args:
        before: Items, each once.
        after: Items, each once.
    """
    return frozenset(before[index] for index, _ in _anchors(before, after))


def _edits(
    before: Sequence[Hashable], after: Sequence[Hashable], short: int, deepest: int
) -> Iterator[Edit]:
    if len(before) * len(after) <= short:
        for tag, *where in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag != "equal":
                yield Edit(*where)
        return
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    cuts = _anchors(old, new) if deepest else []
    at, to = 0, 0
    for i, j in (*cuts, (len(old), len(new))):
        if cuts:
            between = _edits(old[at:i], new[to:j], _SHORT_BETWEEN, deepest - 1)
        else:
            between = iter([Edit(0, i, 0, j)] if i or j else [])
        for edit in between:
            yield Edit(
                head + at + edit.start,
                head + at + edit.stop,
                head + to + edit.from_,
                head + to + edit.to,
            )
        at, to = i + 1, j + 1


def _common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """How many items two lists begin with alike."""
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count


def _anchors(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the places of what both have once: the longest row that is in order in both."""
    counts, others = Counter(before), Counter(after)
    where = {item: index for index, item in enumerate(after) if others[item] == 1}
    pairs = [
        (index, where[item])
        for index, item in enumerate(before)
        if counts[item] == 1 and item in where
    ]
    ends: list[tuple[int, int]] = []  # of the best row of each length: its end, and which pair
    previous: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place, key=itemgetter(0))
        previous.append(ends[length - 1][1] if length else -1)
        ends[length : length + 1] = [(place, number)]
    row: list[tuple[int, int]] = []
    number = ends[-1][1] if ends else -1
    while number >= 0:
        row.append(pairs[number])
        number = previous[number]
    return row[::-1]


def _joined(found: Iterator[Edit]) -> Iterator[Edit]:
    """Make one edit of two that touch."""
    last: Edit | None = None
    for edit in found:
        if last is not None and (last.stop, last.to) == (edit.start, edit.from_):
            last = Edit(last.start, edit.stop, last.from_, edit.to)
            continue
        if last is not None:
            yield last
        last = edit
    if last is not None:
        yield last
