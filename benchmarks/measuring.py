"""How things are measured here: interleaved runs, medians, and a ratio to a limit in the same run.

The machine is noisy and its speed changes from hour to hour, so that seconds say little; what is
compared runs in turns, and the medians are divided. What runs in this process is measured by its
processor time, in which other programs do not count; whole programs are measured by the clock.
Garbage is collected before each run, and the collection is not counted.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CPT = Path(sys.executable).with_name("cpt")
"""The installed command."""

WALL = time.perf_counter
"""The clock on the wall."""


@dataclass(frozen=True)
class Figure:
    """One measured number beside what it may at most be.

    Attributes:
        name: What was measured.
        value: The number: a ratio, or seconds.
        limit: What it may at most be.
        unit: ``x`` for a ratio, ``s`` for seconds, ``MiB``.
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

    def __str__(self) -> str:
        """Return the figure as a line of the table."""
        sign = "ok  " if self.holds else "OVER"
        limit = f"(limit {self.limit:g} {self.unit})"
        return f"{sign} {self.name:<45} {self.value:7.2f} {self.unit:<3} {limit:<15} {self.detail}"


def medians(
    runs: Sequence[Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.process_time,
) -> list[float]:
    """Run each in turn, `rounds` times over, and return the median seconds of each.

    One round before the counted ones warms the caches. A dot for each round says that all is well.

    Args:
        runs: What is measured.
        rounds: How many times.
        clock: Counts seconds; `WALL` for programs of their own.
    """
    times: list[list[float]] = [[] for _ in runs]
    for round_ in range(rounds + 1):
        for index, run in enumerate(runs):
            gc.collect()
            start = clock()
            run()
            if round_:
                times[index].append(clock() - start)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return [statistics.median(taken) for taken in times]


def say(what: str) -> None:
    """Tell whoever waits what is going on."""
    print(f"     {what} ", end="", file=sys.stderr, flush=True)


def run_quietly(
    *command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Run a program; cpt's own modules are compiled once and kept, as where it is installed."""
    environment = {**(os.environ if env is None else env)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(command, check=True, capture_output=True, cwd=cwd, env=environment)


def ms(seconds: float) -> str:
    """Return seconds as milliseconds, for details."""
    return f"{seconds * 1000:,.0f} ms"
