"""Every benchmark in one run: ``make bench``. Ends with 1 if a figure is beyond its limit."""

from __future__ import annotations

import sys

from benchmarks import first_install, packages, start_up


def main() -> int:
    """Measure, print a table, and say whether everything is within its limit."""
    figures = [*start_up.measure(), *first_install.measure(), *packages.measure()]
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        sign = "ok  " if figure.holds else "OVER"
        print(
            f"{sign} {figure.name:<{width}}  {figure.value:6.2f} {figure.unit}"
            f"  (limit {figure.limit:g} {figure.unit})  {figure.detail}"
        )
    return 0 if all(figure.holds for figure in figures) else 1


sys.exit(main())
