"""Where a long picture is broken into rows, as a long sentence is broken into lines."""

from __future__ import annotations

from collections.abc import Sequence

_A_ROW = 1.0
"""What one more row costs; the other costs are measured against it."""
_AN_ARROW = 0.55
"""What it costs that one more line must be carried over to the next row."""
_EMPTINESS = 1.2
"""What a row that is empty but for one column would cost."""
_LAST = 0.6
"""What it would cost if that row is the last, which may be short; but nothing should be alone."""
_STRETCH = 4.0
"""What a row would cost that is twice as wide as is comfortable; a little is less than a row."""


def break_rows(
    widths: Sequence[float],
    crossing: Sequence[int],
    gutter: float,
    limit: float,
    comfortable: float | None = None,
) -> tuple[range, ...]:
    """Break the columns into rows no wider than the limit, where few arrows are cut.

    Args:
        widths: Of every column.
        crossing: How many lines run between each column and the next.
        gutter: Between two columns.
        limit: The width of a row; a single wider column stands alone.
        comfortable: The width that a row is wider than only to save another row; the limit, if
            nothing is said.

    Returns:
        The columns of each row, from the top.
    """
    count = len(widths)
    wanted = limit if comfortable is None else comfortable
    best: list[tuple[float, int]] = [(0.0, 0)]  # for each end: the least cost, and the row's start
    for end in range(1, count + 1):
        choices: list[tuple[float, int]] = []
        width = -gutter
        for start in range(end - 1, -1, -1):
            width += widths[start] + gutter
            if width > limit and start < end - 1:
                break
            cost = best[start][0] + _A_ROW + _STRETCH * max(0.0, width / wanted - 1)
            emptiness = max(0.0, 1 - width / wanted) ** 2
            if end < count:
                cost += _AN_ARROW * crossing[end - 1] + _EMPTINESS * emptiness
            elif start:
                cost += _LAST * emptiness
            choices.append((cost, start))
        best.append(min(choices))
    found: list[range] = []
    end = count
    while end:
        start = best[end][1]
        found.append(range(start, end))
        end = start
    return tuple(reversed(found))
