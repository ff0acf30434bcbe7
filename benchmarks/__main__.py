"""Every benchmark in one run: ``make bench``. Ends with 1 if a figure is beyond its limit.

The figures come as they are measured, a line each; what is being measured is told on standard
error, with a dot for each round. A subject that is named is measured alone:
``python -m benchmarks engine``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks import (
    engine,
    fetching,
    first_install,
    packages,
    planning,
    publishing,
    resolving,
    searching,
    serving,
    start_up,
)
from benchmarks.measuring import Figure

SUBJECTS: Mapping[str, Callable[[], Iterable[Figure]]] = {
    "start-up": start_up.measure,
    "first-install": first_install.measure,
    "packages": packages.measure,
    "resolving": resolving.measure,
    "planning": planning.measure,
    "engine": engine.measure,
    "serving": serving.measure,
    "searching": searching.measure,
    "fetching": fetching.measure,
    "publishing": publishing.measure,
}


def main(named: Sequence[str]) -> int:
    """Measure, print a table, and say whether everything is within its limit."""
    unknown = [name for name in named if name not in SUBJECTS]
    if unknown:
        print(f"there is no {unknown[0]}; there is {', '.join(SUBJECTS)}", file=sys.stderr)
        return 2
    beyond: list[Figure] = []
    for name in named or SUBJECTS:
        for figure in SUBJECTS[name]():
            print(figure, flush=True)
            beyond += [] if figure.holds else [figure]
    if beyond:
        print(f"beyond their limits: {', '.join(figure.name for figure in beyond)}")
    return 1 if beyond else 0


sys.exit(main(sys.argv[1:]))
