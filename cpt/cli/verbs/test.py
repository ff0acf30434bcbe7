"""``cpt test``: the scenarios, in virtual time, with coverage of the flow."""

from __future__ import annotations

from pathlib import Path

import click

from cpt.cli.options import format_option, registry_option, with_option


@click.command()
@click.argument("what", nargs=-1, metavar="[FOLDER] [NAME]...")
@click.option("--only", multiple=True, metavar="NAME", help="Only this scenario; repeatable.")
@click.option("--verbose", "-v", is_flag=True, help="Tell every story, not only those that fail.")
@click.option(
    "--against",
    multiple=True,
    metavar="PACKAGE",
    help="A folder or file with an older version, for stories that begin on one; repeatable.",
)
@click.option("--junit", type=click.Path(), metavar="FILE", help="Write JUnit XML there as well.")
@with_option
@registry_option
@format_option
def test(
    what: tuple[str, ...],
    only: tuple[str, ...],
    verbose: bool,
    against: tuple[str, ...],
    junit: str | None,
    with_: tuple[str, ...],
    registry: str | None,
    format_: str,
) -> int:
    """Run the scenarios of the package in FOLDER, or those named, in virtual time.

    A story that begins on an older version takes it from --against or from the registry; it is
    passed over, and said so, where neither has it. Ends with 1 if something is not as a scenario
    expects it.
    """
    from cpt.cli.exit_codes import ExitCode
    from cpt.cli.output import console, print_json
    from cpt.cli.packages import good_package, supply_of
    from cpt.cli.places import find_registry_if_named
    from cpt.cli.progress import working
    from cpt.cli.testing import editions_of, run_scenarios
    from cpt.cli.views.junit import junit_xml
    from cpt.cli.views.scenarios import results_data, show_results
    from cpt.cli.writing import write_file
    from cpt.scenarios.coverage import coverage

    folder, named = _split(what)
    names = (*named, *only)
    supply = supply_of(find_registry_if_named(registry), with_)
    checked = good_package(Path(folder), supply)
    package = checked.package
    assert package is not None  # noqa: S101  a good one is there
    editions = editions_of(package.name, supply, against)
    with working("running the scenarios"):
        results = run_scenarios(package, checked.dependencies, names, editions)
    covered = coverage(package, results.values())
    if junit is not None:
        write_file(Path(junit), junit_xml(package, results))
    if format_ == "json":
        print_json("test", results_data(package, results, covered))
    else:
        show_results(console(), results, covered, verbose=verbose or bool(names))
    passed = all(result.passed for result in results.values())
    return int(ExitCode.DONE if passed else ExitCode.NO)


def _split(what: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Tell the folder from the names of scenarios: it comes first, and is a path or has a package.

    Where the current folder has no package, the first word can only be meant as the folder.
    """
    if not what:
        return ".", ()
    first = what[0]
    is_folder = "/" in first or first in (".", "..") or (Path(first) / "cpt.toml").is_file()
    if is_folder or not Path("cpt.toml").is_file():
        return first, what[1:]
    return ".", what
