"""Every benchmark in one run: ``make bench``. Ends with 1 if a figure is beyond its limit.

Named subjects are measured alone: ``python -m benchmarks engine``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from benchmarks import engine, first_install, packages, start_up
from benchmarks.measuring import Figure

SUBJECTS: Mapping[str, Callable[[], Sequence[Figure]]] = {
    "start-up": start_up.measure,
    "first-install": first_install.measure,
    "packages": packages.measure,
    "engine": engine.measure,
}


def main(named: Sequence[str]) -> int:
    """Measure, print a row for each figure, and say whether everything is within its limit."""
    unknown = [name for name in named if name not in SUBJECTS]
    if unknown:
        print(f"there is no {unknown[0]}; there is {', '.join(SUBJECTS)}", file=sys.stderr)
        return 2
    holds = True
    for name in named or SUBJECTS:
        print(f"{name}:", file=sys.stderr)
        for figure in SUBJECTS[name]():
            holds = holds and figure.holds
            sign = "ok  " if figure.holds else "OVER"
            print(
                f"{sign} {figure.name:<45}  {figure.value:6.2f} {figure.unit}"
                f"  (limit {figure.limit:g} {figure.unit})  {figure.detail}",
                flush=True,
            )
    return 0 if holds else 1


sys.exit(main(sys.argv[1:]))
