"""Keeping what was worked out, as long as it is asked for and does not weigh too much all together.

`functools.lru_cache` counts what it keeps; whoever publishes can make each of it very large.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Keeping(Generic[_T]):
    """Keeps values by their keys; what has not been asked for longest makes room."""

    def __init__(self, most: int) -> None:
        """Begin with nothing.

        Args:
            most: How much all that is kept may weigh; what weighs more by itself is not kept.
        """
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[_T, int]] = OrderedDict()
        self._weight = 0

    @property
    def weight(self) -> int:
        """How much all that is kept weighs."""
        return self._weight

    def get(self, key: Hashable, make: Callable[[], tuple[_T, int]]) -> _T:
        """Return a value, kept or made.

        Args:
            key: What it is known by.
            make: Makes it, and says what it weighs; several may at once.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        value, weight = make()
        with self._lock:
            if key not in self._kept and weight <= self._most:
                self._kept[key] = value, weight
                self._weight += weight
                while self._weight > self._most:
                    self._weight -= self._kept.popitem(last=False)[1][1]
        return value
