"""Every benchmark in one run: ``make bench``. Ends with 1 if a figure is beyond its limit.

The figures come as they are measured, a line each; what is being measured is told on standard
error, with a dot for each round.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks import first_install, packages, start_up
from benchmarks.measuring import Figure


def _figures() -> Iterator[Figure]:
    yield from start_up.measure()
    yield from first_install.measure()
    yield from packages.measure()


def main() -> int:
    """Measure, print a table, and say whether everything is within its limit."""
    beyond: list[Figure] = []
    for figure in _figures():
        print(file=sys.stderr)
        print(figure, flush=True)
        beyond += [] if figure.holds else [figure]
    if beyond:
        print(f"beyond their limits: {', '.join(figure.name for figure in beyond)}")
    return 1 if beyond else 0


sys.exit(main())
