"""Merging texts three ways: by block first, then, where both changed a block, by line.

A block is a run of lines up to and including the blank lines after it. Changes that touch the same
lines differently cannot be merged; changes beside each other can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from package_format.alignment import edits

_BLOCK = re.compile(r".*?\n(?:[ \t]*\n)+|.+", re.DOTALL)


def merged_text(base: str, live: str, wanted: str) -> str | None:
    """Return a text with the changes of both sides, or None where they contradict each other."""
    pieces: list[str] = []
    for region in _regions(_blocks(base), _blocks(live), _blocks(wanted)):
        if region.settled is not None:
            pieces += region.settled
            continue
        lines = list(_regions(*(_lines(side) for side in region.sides)))
        if any(line.settled is None for line in lines):
            return None
        pieces += [piece for line in lines for piece in line.settled or ()]
    return "".join(pieces)


def _blocks(text: str) -> list[str]:
    return _BLOCK.findall(text)


def _lines(blocks: Sequence[str]) -> list[str]:
    return "".join(blocks).splitlines(keepends=True)


@dataclass(frozen=True)
class _Region:
    """A stretch of the base.

    Attributes:
        settled: What becomes of it; None where both sides changed it differently.
        sides: The stretch in base, live and wanted.
    """

    settled: Sequence[str] | None
    sides: tuple[Sequence[str], Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class _Edit:
    """Base tokens [start, stop) become `tokens`."""

    start: int
    stop: int
    tokens: Sequence[str]


def _edits(base: Sequence[str], side: Sequence[str]) -> list[_Edit]:
    found = edits(base, side)
    return [_Edit(edit.start, edit.stop, side[edit.from_ : edit.to]) for edit in found]


def _regions(base: Sequence[str], live: Sequence[str], wanted: Sequence[str]) -> Iterator[_Region]:
    """Divide the base into stretches that nobody, one side or both sides changed."""
    at = 0
    for mine, theirs in _met(_edits(base, live), _edits(base, wanted)):
        start = min(edit.start for edit in (*mine, *theirs))
        stop = max(edit.stop for edit in (*mine, *theirs))
        if start > at:
            yield _Region(base[at:start], (base[at:start],) * 3)
        was = base[start:stop]
        ours, authors = (_applied(base, edits, start, stop) for edits in (mine, theirs))
        settled = _settled(was, ours, authors)
        yield _Region(settled, (was, ours, authors))
        at = stop
    if at < len(base):
        yield _Region(base[at:], (base[at:],) * 3)


def _settled(
    base: Sequence[str], live: Sequence[str], wanted: Sequence[str]
) -> Sequence[str] | None:
    if live in (base, wanted):
        return wanted
    return live if wanted == base else None


def _met(live: list[_Edit], wanted: list[_Edit]) -> Iterator[tuple[list[_Edit], list[_Edit]]]:
    """Group the edits of both sides that meet, directly or through others, in order.

    Two meet that concern the same tokens, or insert at the same point. As edits come in the order
    of their beginnings, each has only to be held against what has gone farthest, and the last.
    """
    pending = sorted(
        [(e.start, e.stop, 0, e) for e in live] + [(e.start, e.stop, 1, e) for e in wanted],
        key=lambda row: row[:3],
    )
    group: tuple[list[_Edit], list[_Edit]] = ([], [])
    farthest, last = 0, (-1, -1)
    for start, stop, side, edit in pending:
        if start >= farthest and (start, stop) != last:
            if group[0] or group[1]:
                yield group
            group = ([], [])
        group[side].append(edit)
        farthest, last = max(farthest, stop), (start, stop)
    if group[0] or group[1]:
        yield group


def _applied(base: Sequence[str], edits: list[_Edit], start: int, stop: int) -> list[str]:
    result: list[str] = []
    at = start
    for edit in edits:
        result += [*base[at : edit.start], *edit.tokens]
        at = edit.stop
    return [*result, *base[at:stop]]
