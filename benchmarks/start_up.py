"""``cpt --version`` beside the least that a program built on click can take."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.measuring import CPT, WALL, Figure, medians, ms, run_quietly, say

ROUNDS = 25


def measure() -> Iterator[Figure]:
    """Yield the ratio of the two medians."""
    say("starting cpt, and click alone")
    version, click = medians(
        [
            lambda: run_quietly(CPT, "--version"),
            lambda: run_quietly(sys.executable, "-c", "import click"),
        ],
        ROUNDS,
        WALL,
    )
    detail = f"{ms(version)} / {ms(click)}, {ROUNDS} rounds"
    yield Figure("cpt --version / import click", version / click, 1.5, "x", detail)
