"""What scenarios came to: stories as timelines, and what none of them visits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cpt.cli.views.words import called, counted, iso
from cpt.scenarios.result import Coverage, ScenarioResult
from package_format.kinds.model import Json
from package_format.package import Package

_MOST_MISSED = 8


def show_results(
    console: Console, results: Mapping[str, ScenarioResult], covered: Coverage, *, verbose: bool
) -> None:
    """Print the results of scenarios.

    Args:
        console: Where to.
        results: By the scenarios' names.
        covered: What they visit of the package.
        verbose: Whether to tell the stories of those that passed too.
    """
    for name, result in results.items():
        mark = Text("ok  ", "green") if result.passed else Text("FAIL", "bold red")
        console.print(Text.assemble(mark, " ", (name, "bold"), f"  {result.title}"))
        if verbose or not result.passed:
            console.print(Padding(_story(result), (0, 0, 1, 5)))
    failed = sum(not result.passed for result in results.values())
    passed = f"{counted(len(results), 'scenario')}: {len(results) - failed} passed"
    console.print(Text(f"{passed}, {failed} failed" if failed else passed, "bold"))
    _show_coverage(console, covered)


def _story(result: ScenarioResult) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    zone = ZoneInfo(result.zone)
    last = ""
    for step in result.steps:
        at = datetime.fromtimestamp(step.at, zone).strftime("%a %Y-%m-%d %H:%M")
        when, last = ("" if at == last else at), at
        sign = Text("x", "bold red") if step.problems else Text("·", "dim")
        table.add_row(Text(when, "dim"), sign, Text(step.said))
        for line in step.happened:
            table.add_row("", "", Text(f"  {called(line)}", "dim"))
        for problem in step.problems:
            table.add_row("", "", Text(f"  {called(problem)}", "red"))
    return table


def _show_coverage(console: Console, covered: Coverage) -> None:
    total = len(covered.visited) + len(covered.missed)
    if not total:
        return
    share = f"{len(covered.visited)} of {total} goals, steps and ways are visited"
    console.print(Text(share if covered.missed else f"all {share[share.index('of') + 3 :]}"))
    for name in covered.missed[:_MOST_MISSED]:
        console.print(Text(f"  not visited: {name}", "yellow"))
    if len(covered.missed) > _MOST_MISSED:
        console.print(Text(f"  and {len(covered.missed) - _MOST_MISSED} more", "yellow"))


def results_data(
    package: Package, results: Mapping[str, ScenarioResult], covered: Coverage
) -> dict[str, Json]:
    """Return the results of scenarios as JSON values."""
    return {
        "package": package.name,
        "version": str(package.manifest.version),
        "passed": all(result.passed for result in results.values()),
        "scenarios": [
            {
                "name": name,
                "title": result.title,
                "passed": result.passed,
                "steps": [
                    {
                        "at": iso(step.at),
                        "said": step.said,
                        "happened": list(step.happened),
                        "problems": list(step.problems),
                    }
                    for step in result.steps
                ],
            }
            for name, result in results.items()
        ],
        "coverage": {"visited": list(covered.visited), "missed": list(covered.missed)},
    }
