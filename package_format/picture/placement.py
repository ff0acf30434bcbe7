"""How high everything stands in its row: straight lines first, then short ones.

Where lines can run straight through several columns, what they connect is tied into one *bar*
(after Brandes and Köpf); the bars are then drawn towards their neighbours and kept apart
(projection on separation constraints, after Dwyer, Marriott and Stuckey).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from package_format.picture.graph import Spacing
from package_format.picture.layers import Hop, Item

_ROUNDS = 24
_TOUCHING = 1e-6


@dataclass(frozen=True)
class Fitting:
    """What placement must know of the items: their heights, and where hops meet them.

    Attributes:
        height: Of an item.
        leaves: How far below an item's top a hop leaves it.
        enters: How far below an item's top a hop enters it.
        spacing: What is kept between two items.
    """

    height: Callable[[Item], float]
    leaves: Callable[[Hop], float]
    enters: Callable[[Hop], float]
    spacing: Spacing

    def apart(self, upper: Item, lower: Item) -> float:
        """How far below the top of one item the top of the next must be."""
        bends = upper.is_bend + lower.is_bend
        gap = (self.spacing.node, self.spacing.line, self.spacing.lines)[bends]
        return self.height(upper) + gap


@dataclass
class _Bar:
    """Items that move up and down together."""

    items: dict[Item, float] = field(default_factory=dict)
    """How far below the bar's zero each item's top is."""


def place(
    columns: Sequence[Sequence[Item]], hops: Sequence[Hop], fitting: Fitting
) -> Mapping[Item, float]:
    """Return the y of every item's top, from 0.

    Args:
        columns: The items of one row's columns, from the top.
        hops: Those between neighbouring columns of the row.
        fitting: Sizes and distances.
    """
    bars, bar_of = _tie(columns, hops, fitting)
    limits = _limits(columns, bar_of, bars, fitting)
    pulls = _pulls(hops, bar_of, bars, fitting)
    level = _settle([0.0] * len(bars), [1.0] * len(bars), limits)
    for _ in range(_ROUNDS):
        wanted = [
            level[number]
            if not pull
            else (level[number] + sum(level[o] + d for o, d in pull) / len(pull)) / 2
            for number, pull in enumerate(pulls)
        ]
        level = _settle(wanted, [1.0 + len(pull) for pull in pulls], limits)
    level = [math.floor(y + 0.5) for y in level]
    tops = {
        item: level[number] + offset
        for number, bar in enumerate(bars)
        for item, offset in bar.items.items()
    }
    top = min(tops.values(), default=0)
    return {item: y - top for item, y in tops.items()}


def _tie(
    columns: Sequence[Sequence[Item]], hops: Sequence[Hop], fitting: Fitting
) -> tuple[list[_Bar], dict[Item, int]]:
    """Choose the hops that run straight, and make bars of what they connect."""
    index = {item: i for column in columns for i, item in enumerate(column)}
    column_of = {item: c for c, column in enumerate(columns) for item in column}
    chosen: dict[int, list[Hop]] = {c: [] for c in range(len(columns))}
    left: dict[Item, Hop] = {}
    right: set[Item] = set()
    for hop in sorted(hops, key=_by_right(hops, index)):
        here = chosen[column_of[hop.source]]
        if hop.source in right or hop.target in left or any(_cross(hop, o, index) for o in here):
            continue
        here.append(hop)
        right.add(hop.source)
        left[hop.target] = hop
    bars: list[_Bar] = []
    bar_of: dict[Item, int] = {}
    for column in columns:
        for item in column:
            tie = left.get(item)
            if tie is None:
                bar_of[item] = len(bars)
                bars.append(_Bar({item: 0.0}))
            else:
                number = bar_of[tie.source]
                above = bars[number].items[tie.source]
                bars[number].items[item] = above + fitting.leaves(tie) - fitting.enters(tie)
                bar_of[item] = number
    return bars, bar_of


def _by_right(hops: Sequence[Hop], index: Mapping[Item, int]) -> Callable[[Hop], tuple[float, ...]]:
    """Who may be straight first: passing lines, then the middle one of several."""
    out: dict[Item, list[Hop]] = {}
    into: dict[Item, list[Hop]] = {}
    for hop in hops:
        out.setdefault(hop.source, []).append(hop)
        into.setdefault(hop.target, []).append(hop)
    for several in out.values():
        several.sort(key=lambda hop: index[hop.target])
    for several in into.values():
        several.sort(key=lambda hop: index[hop.source])

    def right(hop: Hop) -> tuple[float, ...]:
        bends = hop.source.is_bend + hop.target.is_bend
        out_place = out[hop.source].index(hop) - (len(out[hop.source]) - 1) // 2
        in_place = into[hop.target].index(hop) - (len(into[hop.target]) - 1) // 2
        return (-bends, abs(out_place) + abs(in_place), index[hop.source], index[hop.target])

    return right


def _cross(one: Hop, other: Hop, index: Mapping[Item, int]) -> bool:
    starts = index[one.source] - index[other.source]
    ends = index[one.target] - index[other.target]
    return starts * ends < 0


_Limit = tuple[int, float]
"""A bar above, and how far below it another must at least be."""


def _limits(
    columns: Sequence[Sequence[Item]],
    bar_of: Mapping[Item, int],
    bars: Sequence[_Bar],
    fitting: Fitting,
) -> list[list[_Limit]]:
    """For every bar: the bars above it, and the distance to keep."""
    least: list[dict[int, float]] = [{} for _ in bars]
    for column in columns:
        for upper, lower in pairwise(column):
            above, below = bar_of[upper], bar_of[lower]
            gap = bars[above].items[upper] + fitting.apart(upper, lower) - bars[below].items[lower]
            least[below][above] = max(gap, least[below].get(above, gap))
    return [sorted(found.items()) for found in least]


def _pulls(
    hops: Sequence[Hop], bar_of: Mapping[Item, int], bars: Sequence[_Bar], fitting: Fitting
) -> list[list[_Limit]]:
    """For every bar: the bars it is connected with, and where it would stand to be level."""
    pulls: list[list[_Limit]] = [[] for _ in bars]
    for hop in hops:
        one, other = bar_of[hop.source], bar_of[hop.target]
        if one != other:
            start = bars[one].items[hop.source] + fitting.leaves(hop)
            end = bars[other].items[hop.target] + fitting.enters(hop)
            pulls[one].append((other, end - start))
            pulls[other].append((one, start - end))
    return pulls


def _settle(
    wanted: Sequence[float], weights: Sequence[float], limits: Sequence[Sequence[_Limit]]
) -> list[float]:
    """Return the levels nearest to those wanted that keep every distance.

    Bars that push each other form a *heap*, which stands at the weighted mean of what its bars
    want. Bars are added from the top; what is too close to its heap's upper neighbour joins it.
    """
    heap_of = list(range(len(wanted)))
    offset = [0.0] * len(wanted)
    heaps = {number: [number] for number in range(len(wanted))}
    level = list(wanted)
    weight = list(weights)

    def at(bar: int) -> float:
        return level[heap_of[bar]] + offset[bar]

    for bar in _from_the_top(limits):
        while True:
            heap = heap_of[bar]
            closest = max(
                (
                    (at(above) + gap - at(member), -above, -member, gap)
                    for member in heaps[heap]
                    for above, gap in limits[member]
                    if heap_of[above] != heap
                ),
                default=None,
            )
            if closest is None or closest[0] <= _TOUCHING:
                break
            above, member, gap = -closest[1], -closest[2], closest[3]
            into = heap_of[above]
            shift = offset[above] + gap - offset[member]
            total = weight[into] + weight[heap]
            level[into] += weight[heap] * (level[heap] - shift - level[into]) / total
            weight[into] = total
            for moved in heaps.pop(heap):
                heap_of[moved] = into
                offset[moved] += shift
                heaps[into].append(moved)
    return [at(bar) for bar in range(len(wanted))]


def _from_the_top(limits: Sequence[Sequence[_Limit]]) -> list[int]:
    waiting = [len(above) for above in limits]
    below: list[list[int]] = [[] for _ in limits]
    for bar, found in enumerate(limits):
        for above, _ in found:
            below[above].append(bar)
    ordered = [bar for bar, count in enumerate(waiting) if not count]
    for bar in ordered:  # grows while it is walked
        for other in below[bar]:
            waiting[other] -= 1
            if not waiting[other]:
                ordered.append(other)
    return ordered
