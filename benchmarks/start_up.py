"""``cpt --version`` beside the least that a program built on click can take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import Figure, medians

ROUNDS = 25
CPT = Path(sys.executable).with_name("cpt")


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure() -> list[Figure]:
    """Return the ratio of the two medians."""
    version, click = medians(
        [
            lambda: _run(CPT, "--version"),
            lambda: _run(sys.executable, "-c", "import click"),
        ],
        ROUNDS,
    )
    return [
        Figure(
            "cpt --version / import click",
            version / click,
            1.5,
            "x",
            f"{version * 1000:.0f} ms / {click * 1000:.0f} ms, {ROUNDS} rounds",
        )
    ]
