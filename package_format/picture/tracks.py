"""The order of upright lines between two columns: which turns first, so that few lines cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_SAME = 0.01
_RUN_TOGETHER = 4
"""What it costs when two strange lines lie on one another, measured in crossings."""
_ROUNDS = 3


@dataclass(frozen=True, order=True)
class Trunk:
    """An upright line, with the level lines that meet it.

    Attributes:
        name: Tells it from others, and orders them where nothing else does.
        lefts: The levels of the lines that meet it from the left.
        rights: The levels of those that meet it from the right.
    """

    name: tuple[str, ...]
    lefts: tuple[float, ...]
    rights: tuple[float, ...]

    @cached_property
    def top(self) -> float:
        """Its upper end."""
        return min((*self.lefts, *self.rights))

    @cached_property
    def bottom(self) -> float:
        """Its lower end."""
        return max((*self.lefts, *self.rights))

    def crossed(self, levels: Sequence[float]) -> int:
        """How many lines at these levels would cross it."""
        return sum(self.top + _SAME < y < self.bottom - _SAME for y in levels)


_MANY = 60


def tracks(trunks: Sequence[Trunk], margin: float) -> Mapping[tuple[str, ...], int]:
    """Give every trunk a track, counted from the left; trunks far apart may share one."""
    ordered = _order(sorted(trunks, key=lambda trunk: (-trunk.top, trunk.name)))
    found: dict[tuple[str, ...], int] = {}
    for index, trunk in enumerate(ordered):
        found[trunk.name] = max(
            (
                found[other.name] + 1
                for other in ordered[:index]
                if trunk.top < other.bottom + margin and other.top < trunk.bottom + margin
            ),
            default=0,
        )
    return found


def _order(trunks: Sequence[Trunk]) -> list[Trunk]:
    """Insert one trunk after the other where it costs least, and then each of them again.

    Of very many, the order in which they come must do: what is weighed grows with their square.
    """
    if len(trunks) > _MANY:
        return list(trunks)
    cost = [[_cost(left, right) for right in trunks] for left in trunks]
    ordered: list[int] = []
    for number in range(len(trunks)):
        ordered.insert(_best_place(number, ordered, cost), number)
    for number in [*range(len(trunks))] * _ROUNDS:
        ordered.remove(number)
        ordered.insert(_best_place(number, ordered, cost), number)
    return [trunks[number] for number in ordered]


def _best_place(trunk: int, others: Sequence[int], cost: Sequence[Sequence[int]]) -> int:
    total = sum(cost[trunk][other] for other in others)
    best, least = 0, total
    for place, other in enumerate(others, start=1):
        total += cost[other][trunk] - cost[trunk][other]
        if total < least:
            best, least = place, total
    return best


def _cost(left: Trunk, right: Trunk) -> int:
    """What it costs that one trunk stands to the left of another."""
    shared = sum(abs(a - b) < _SAME for a in left.rights for b in right.lefts)
    return left.crossed(right.lefts) + right.crossed(left.rights) + _RUN_TOGETHER * shared
