"""Running a package's scenarios for a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from cpt.errors import BadInputError
from cpt.scenarios.result import ScenarioResult
from package_format.package import Package


def run_scenarios(
    package: Package, dependencies: Mapping[str, Package], names: Sequence[str] = ()
) -> dict[str, ScenarioResult]:
    """Run the scenarios of a package, or those of these names, in the order of their names.

    Raises:
        BadInputError: There is no scenario of that name.
    """
    from cpt.scenarios.run import run
    from package_format.scenario import Scenario

    for name in names:
        if name not in package.scenarios:
            close = get_close_matches(name, package.scenarios, n=1)
            there = ", ".join(sorted(package.scenarios)) or "none"
            raise BadInputError(
                f"there is no scenario {name}",
                f"did you mean {close[0]}?" if close else f"there is: {there}",
            )
    return {
        name: run(package, dependencies, Scenario.model_validate(package.scenarios[name]))
        for name in sorted(package.scenarios)
        if not names or name in names
    }
