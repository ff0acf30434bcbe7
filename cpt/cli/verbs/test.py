"""``cpt test``: the scenarios, in virtual time, with coverage of the flow."""

from __future__ import annotations

import click

from cpt.cli.options import format_option, registry_option, with_option


@click.command()
@click.argument("folder", default=".", type=click.Path())
@click.option("--only", multiple=True, metavar="NAME", help="Only this scenario; repeatable.")
@click.option("--verbose", "-v", is_flag=True, help="Tell every story, not only those that fail.")
@with_option
@registry_option
@format_option
def test(
    folder: str,
    only: tuple[str, ...],
    verbose: bool,
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> int:
    """Run the scenarios of the package in FOLDER in virtual time.

    Ends with 1 if something is not as a scenario expects it.
    """
    from pathlib import Path

    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.packages import good_package, supply_of
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.testing import run_scenarios
    from cpt.cli.views.scenarios import results_data, show_results
    from cpt.scenarios.coverage import coverage

    checked = good_package(Path(folder), supply_of(find_registry_if_named(registry), with_))
    package = checked.package
    assert package is not None  # noqa: S101  a good one is there
    results = run_scenarios(package, checked.dependencies, only)
    covered = coverage(package, results.values())
    if format_ == "json":
        print_json("test", results_data(package, results, covered))
    else:
        show_results(console(), results, covered, verbose=verbose or bool(only))
    passed = all(result.passed for result in results.values())
    return int(ExitCode.DONE if passed else ExitCode.NO)
