"""What scenarios came to: stories as timelines, and what none of them visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cpt.cli.views.words import called, counted, iso, moment
from cpt.scenarios.result import Coverage, ScenarioResult
from package_format.kinds.model import Json
from package_format.package import Package


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
        console.print(Text.assemble(_mark(result), " ", (name, "bold"), f"  {result.title}"))
        if result.skipped:
            console.print(Text(f"     not told: {result.skipped}", "yellow"))
        elif verbose or not result.passed:
            console.print(Padding(_story(result), (0, 0, 1, 5)))
    _show_sum(console, results)
    _show_coverage(console, covered)


def _mark(result: ScenarioResult) -> Text:
    if result.skipped:
        return Text("skip", "yellow")
    return Text("ok  ", "green") if result.passed else Text("FAIL", "bold red")


def _show_sum(console: Console, results: Mapping[str, ScenarioResult]) -> None:
    failed = sum(not result.passed for result in results.values())
    skipped = sum(bool(result.skipped) for result in results.values())
    parts = [f"{len(results) - failed - skipped} passed"]
    parts += [f"{failed} failed"] if failed else []
    parts += [f"{skipped} not told"] if skipped else []
    console.print(Text(f"{counted(len(results), 'scenario')}: {', '.join(parts)}", "bold"))


def _story(result: ScenarioResult) -> Table:
    """Draw a story as a timeline: when, what, and why; a cross where it is not as expected."""
    table = Table.grid(padding=(0, 2, 0, 0))
    last = ""

    def when(instant: int) -> Text:
        nonlocal last
        at = moment(instant, result.zone)
        shown, last = ("" if at == last else at), at
        return Text(shown, "dim")

    for step in result.steps:
        sign = Text("x", "bold red") if step.problems else Text("·", "dim")
        begins = step.happened[0].at if step.happened else step.at
        table.add_row(when(begins), sign, Text(step.said, "bold red" if step.problems else ""))
        for told in step.happened:
            table.add_row(when(told.at), "", Text(f"  {called(str(told))}", "dim"))
        if step.at != begins and last != moment(step.at, result.zone):
            table.add_row(when(step.at), "", "")
        for problem in step.problems:
            table.add_row("", "", Text(f"  {called(problem)}", "red"))
    return table


def _show_coverage(console: Console, covered: Coverage) -> None:
    total = len(covered.visited) + len(covered.missed)
    if not total:
        return
    if not covered.missed:
        console.print(Text(f"all {total} goals, steps and ways are visited"))
        return
    seen = len(covered.visited)
    console.print(
        Text(f"{seen} of {total} goals, steps and ways are visited ({100 * seen // total} %)")
    )
    for node, missed in _by_node(covered.missed).items():
        parts = f": {', '.join(missed)}" if missed else ""
        console.print(Text(f"  not visited: {node}{parts}", "yellow"))


def _by_node(missed: Sequence[str]) -> dict[str, list[str]]:
    """Gather steps and ways under their nodes; a goal has none."""
    found: dict[str, list[str]] = {}
    for name in missed:
        campaign, node, *inner = name.split(".")
        found.setdefault(f"{campaign}.{node}", []).extend(inner)
    return found


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
                "skipped": result.skipped or None,
                "time_zone": result.zone,
                "problems": list(result.problems),
                "steps": [
                    {
                        "at": iso(step.at),
                        "said": step.said,
                        "happened": [
                            {
                                "at": iso(told.at),
                                "what": told.what,
                                "where": told.where,
                                "why": told.why,
                            }
                            for told in step.happened
                        ],
                        "problems": list(step.problems),
                    }
                    for step in result.steps
                ],
            }
            for name, result in results.items()
        ],
        "coverage": {"visited": list(covered.visited), "missed": list(covered.missed)},
    }
