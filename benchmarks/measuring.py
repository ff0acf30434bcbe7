"""How things are measured here: interleaved runs, medians, and a ratio to a limit in the same run.

The machine is noisy and its speed changes from hour to hour, so that seconds say little; what is
compared runs in turns, and the medians are divided.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number beside what it may at most be.

    Attributes:
        name: What was measured.
        value: The number: a ratio, or seconds.
        limit: What it may at most be.
        unit: ``x`` for a ratio, ``s`` for seconds.
        detail: The medians behind it, in words.
    """

    name: str
    value: float
    limit: float
    unit: str
    detail: str

    @property
    def holds(self) -> bool:
        """Whether the number is within its limit."""
        return self.value <= self.limit


def medians(runs: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Run each in turn, `rounds` times over, and return the median seconds of each.

    One round before the counted ones warms the caches.
    """
    times: list[list[float]] = [[] for _ in runs]
    for round_ in range(rounds + 1):
        for index, run in enumerate(runs):
            start = time.perf_counter()
            run()
            if round_:
                times[index].append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]
