"""The order of things in each column: few crossings, and a decision's ways in their own order.

A link over several columns becomes a chain of *bends*, one in each column between. Links to one
node share their bends, so that a line once merged stays one line.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from package_format.picture.graph import Link, Shape

_SWEEPS = 12
_MANY = 400
"""With more items than this, a third of the sweeps must do."""

_VERY_MANY = 4_000
"""With more than this, one."""


@dataclass(frozen=True, order=True)
class Item:
    """What stands in a column: a node, or a bend of the lines that lead to it."""

    key: str
    bend: int = -1
    """The column of a bend; -1 for the node itself."""

    @property
    def is_bend(self) -> bool:
        """Whether only lines pass here."""
        return self.bend >= 0


@dataclass(frozen=True, order=True)
class Hop:
    """A piece of one or more links, from one column to the next.

    Attributes:
        source: Where it starts.
        exit: The exit of a node that it leaves by; "" where there is only one.
        target: Where it ends.
    """

    source: Item
    exit: str
    target: Item


@dataclass(frozen=True)
class Layers:
    """The columns.

    Attributes:
        columns: The items of every column, from the top.
        hops: All of them, sorted.
        chains: The hops of each link, from its source to its target.
    """

    columns: tuple[tuple[Item, ...], ...]
    hops: tuple[Hop, ...]
    chains: Mapping[Link, tuple[Hop, ...]]

    def between(self, column: int) -> list[Hop]:
        """The hops that leave a column."""
        return self._leaving[column]

    @cached_property
    def _leaving(self) -> list[list[Hop]]:
        column_of = {item: number for number, column in enumerate(self.columns) for item in column}
        found: list[list[Hop]] = [[] for _ in self.columns]
        for hop in self.hops:
            found[column_of[hop.source]].append(hop)
        return found


def layers(
    met: Sequence[str],
    links: Iterable[Link],
    rank: Mapping[str, int],
    shapes: Mapping[str, Shape],
) -> Layers:
    """Put everything into columns, in an order with few crossings.

    Args:
        met: The nodes in the order in which a reader would meet them: the first guess.
        links: Those that point right.
        rank: Every node's column.
        shapes: For the order of the exits.
    """
    chains = {link: tuple(_chain(link, rank)) for link in links}
    hops = tuple(sorted({hop for chain in chains.values() for hop in chain}))
    place = {key: index for index, key in enumerate(met)}
    columns: list[list[Item]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for item in sorted(
        {Item(key) for key in met} | {hop.source for hop in hops},
        key=lambda item: (place[item.key], item.bend),
    ):
        columns[item.bend if item.is_bend else rank[item.key]].append(item)
    ordering = _Ordering(columns, hops, shapes)
    ordering.improve()
    return Layers(tuple(tuple(column) for column in ordering.columns), hops, chains)


def _chain(link: Link, rank: Mapping[str, int]) -> Iterable[Hop]:
    here, exit_ = Item(link.source), link.exit
    for column in range(rank[link.source] + 1, rank[link.target]):
        there = Item(link.target, column)
        yield Hop(here, exit_, there)
        here, exit_ = there, ""
    yield Hop(here, exit_, Item(link.target))


class _Ordering:
    """Columns being sorted: sweeps by the middle of the neighbours, then swaps of two."""

    def __init__(
        self, columns: list[list[Item]], hops: Sequence[Hop], shapes: Mapping[str, Shape]
    ) -> None:
        self.columns = columns
        self.port: dict[Hop, float] = {}
        self.into: dict[Item, list[Hop]] = {item: [] for column in columns for item in column}
        self.out: dict[Item, list[Hop]] = {item: [] for column in columns for item in column}
        for hop in hops:
            exits = [] if hop.source.is_bend else list(shapes[hop.source.key].exits)
            way = hop.exit or None
            self.port[hop] = (exits.index(way) + 0.5) / len(exits) if way in exits else 0.5
            self.out[hop.source].append(hop)
            self.into[hop.target].append(hop)
        self.sweeps = _SWEEPS if len(self.into) <= _MANY else _SWEEPS // 3
        if len(self.into) > _VERY_MANY:
            self.sweeps = 1
        self.place: dict[Item, int] = {}
        self._number()

    def _number(self) -> None:
        for column in self.columns:
            self.place.update({item: index for index, item in enumerate(column)})

    def improve(self) -> None:
        """Sweep to and fro; keep the best order seen."""
        self._swap()
        best, fewest = [list(column) for column in self.columns], self._all_crossings()
        for sweep in range(self.sweeps):
            if not fewest:
                break
            rightwards = sweep % 2 == 0
            numbers = range(len(self.columns))
            for number in numbers if rightwards else reversed(numbers):
                self._by_neighbours(self.columns[number], rightwards=rightwards)
            self._swap()
            crossings = self._all_crossings()
            if crossings < fewest:
                best, fewest = [list(column) for column in self.columns], crossings
        self.columns = best
        self._number()

    def _by_neighbours(self, column: list[Item], *, rightwards: bool) -> None:
        def middle(item: Item) -> float:
            before = [self.place[hop.source] + self.port[hop] for hop in self.into[item]]
            after = [self.place[hop.target] + 1 - self.port[hop] for hop in self.out[item]]
            ends = (before or after) if rightwards else (after or before)
            return sum(ends) / len(ends) if ends else self.place[item] + 0.5

        column.sort(key=lambda item: (middle(item), self.place[item]))
        self.place.update({item: index for index, item in enumerate(column)})

    def _swap(self) -> None:
        """Exchange two neighbours wherever fewer lines cross then."""
        better = True
        rounds = 0
        while better and rounds < self.sweeps:
            better = False
            rounds += 1
            for column in self.columns:
                for index in range(len(column) - 1):
                    upper, lower = column[index], column[index + 1]
                    if self._between(upper, lower) > self._between(lower, upper):
                        column[index], column[index + 1] = lower, upper
                        self.place[lower], self.place[upper] = index, index + 1
                        better = True

    def _between(self, upper: Item, lower: Item) -> int:
        """How many lines of two items cross if they stand in this order."""
        count = 0
        for one, other in (
            (
                [self.place[hop.source] + self.port[hop] for hop in self.into[upper]],
                [self.place[hop.source] + self.port[hop] for hop in self.into[lower]],
            ),
            (
                [float(self.place[hop.target]) for hop in self.out[upper]],
                [float(self.place[hop.target]) for hop in self.out[lower]],
            ),
        ):
            count += sum(a > b for a in one for b in other)
        return count

    def _all_crossings(self) -> int:
        return sum(
            _crossings(
                (self.place[hop.source] + self.port[hop], self.place[hop.target])
                for item in column
                for hop in self.out[item]
            )
            for column in self.columns
        )


def _crossings(lines: Iterable[tuple[float, float]]) -> int:
    """How many pairs of lines, given by their two ends, cross."""
    seen: list[float] = []
    count = 0
    for _, end in sorted(lines):
        count += len(seen) - _bisect_after(seen, end)
        insort(seen, end)
    return count


def _bisect_after(ends: list[float], end: float) -> int:
    return bisect_left(ends, end + 0.001)
