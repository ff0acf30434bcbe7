"""Running a package's scenarios for a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cpt.errors import BadInputError
from cpt.scenarios.result import ScenarioResult
from package_format.package import Package
from package_format.spelling import did_you_mean

if TYPE_CHECKING:
    from cpt.registries.supply import Supply
    from cpt.scenarios.run import Edition, Editions


def run_scenarios(
    package: Package,
    dependencies: Mapping[str, Package],
    names: Sequence[str] = (),
    editions: Editions | None = None,
) -> dict[str, ScenarioResult]:
    """Run the scenarios of a package, or those of these names, in the order of their names.

    Args:
        package: The package.
        dependencies: Every package that it depends on, by name.
        names: Scenarios; all, if there are none.
        editions: Finds the older versions on which stories begin.

    Returns:
        What each variant of each scenario came to, by its name.

    Raises:
        BadInputError: There is no scenario of that name, or a package that it depends on could not
            be had.
    """
    from cpt.scenarios.run import no_editions, run_all
    from package_format.scenario import Scenario

    for name in names:
        if name not in package.scenarios:
            there = ", ".join(sorted(package.scenarios)) or "none"
            hint = did_you_mean(name, package.scenarios) or f"there is: {there}"
            raise BadInputError(f"there is no scenario {name}", hint)
    missing = sorted(package.manifest.dependencies.keys() - dependencies.keys())
    if package.scenarios and missing:
        raise BadInputError(
            f"the scenarios of {package} cannot be told without {', '.join(missing)}",
            "what is said above hinders it; --with names folders to take packages from",
        )
    chosen = {
        name: Scenario.model_validate(package.scenarios[name])
        for name in sorted(package.scenarios)
        if not names or name in names
    }
    return run_all(package, dependencies, chosen, editions or no_editions)


def editions_of(name: str, supply: Supply, against: Iterable[str] = ()) -> Editions:
    """Return what finds older versions of a package.

    Args:
        name: The package.
        supply: The registry, and packages from disk for what the older versions depend on.
        against: Folders and files that hold older versions; they are asked first.

    Raises:
        BadInputError: What is named is another package.
    """
    from cpt.cli.packages import find_dependencies, local_package
    from cpt.scenarios.run import Edition
    from package_format.versions import Range, Version

    local: list[Package] = []
    for text in against:
        package = local_package(text, supply).package
        if package.name != name:
            raise BadInputError(
                f"{text} is {package.name}, and the package that is tested is {name}",
                "name a folder or file with an older version of it",
            )
        local.append(package)
    known: dict[str, Edition | None] = {}

    def find(range_: str) -> Edition | None:
        if range_ not in known:
            found = best(Range.parse(range_))
            known[range_] = Edition(found, find_dependencies(found, supply)) if found else None
        return known[range_]

    def best(wanted: Range) -> Package | None:
        fitting = [one for one in local if wanted.allows(one.manifest.version)]
        if fitting:
            return max(fitting, key=lambda one: one.manifest.version)
        lines = [line for line in supply.index(name) if wanted.allows(Version.parse(line.version))]
        if not lines:
            return None
        return supply.package(max(lines, key=lambda line: Version.parse(line.version)))

    return find
