"""Running a scenario: a contact's story on the interpreter, in virtual time, step by step.

The interpreter is the one that accounts run on; what is told here is only how time passes and how
the story goes on from one step to the next. What happens to the contact is `cpt.scenarios.stage`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from cpt.scenarios.cast import Cast, cast
from cpt.scenarios.result import ScenarioResult, StepResult
from cpt.scenarios.stage import HOME, Stage
from cpt.scenarios.variants import Variant, variants
from package_format.package import Package
from package_format.scenario import Scenario, Upgrade


@dataclass(frozen=True)
class Edition:
    """An older version of the package, with what it depends on."""

    package: Package
    dependencies: Mapping[str, Package]


Editions = Callable[[str], Edition | None]
"""Finds the older version that a range means; None where it cannot be had."""


def no_editions(range_: str) -> Edition | None:
    """Find no older version at all."""
    del range_
    return None


def run_all(
    package: Package,
    dependencies: Mapping[str, Package],
    scenarios: Mapping[str, Scenario],
    editions: Editions = no_editions,
) -> dict[str, ScenarioResult]:
    """Tell every variant of some scenarios, each by its name.

    Args:
        package: The package whose scenarios they are.
        dependencies: Every package that it depends on, by name.
        scenarios: By their names.
        editions: Finds the older versions on which stories begin.
    """
    return {
        variant.name: result
        for name, scenario in scenarios.items()
        for variant, result in _told(package, dependencies, name, scenario, editions)
    }


def run(
    package: Package,
    dependencies: Mapping[str, Package],
    scenario: Scenario,
    editions: Editions = no_editions,
) -> ScenarioResult:
    """Tell a scenario of its first contact, with its first set of parameters.

    Raises:
        BrokenPackageError: A reference of a package leads nowhere.
        ParametersError: A parameter is missing or cannot be used.
    """
    return next(_told(package, dependencies, "", scenario, editions))[1]


def _told(
    package: Package,
    dependencies: Mapping[str, Package],
    name: str,
    scenario: Scenario,
    editions: Editions,
) -> Iterator[tuple[Variant, ScenarioResult]]:
    edition: Edition | None = None
    if scenario.installed is not None:
        edition = editions(scenario.installed)
        if edition is None:
            why = f"{package.name} {scenario.installed}, on which it begins, is not at hand"
        else:
            why = _unrelated(edition.package, package)
        if why:
            for variant in variants(name, scenario):
                yield variant, ScenarioResult(scenario.title, HOME, (), frozenset(), why)
            return
    for variant in variants(name, scenario):
        new = cast(package, dependencies, variant.parameters)
        old = None
        if edition is not None:
            known = edition.package.manifest.parameters
            given = {key: value for key, value in variant.parameters.items() if key in known}
            old = cast(edition.package, edition.dependencies, given)
        yield variant, _tell(scenario, variant, new, old)


def _unrelated(old: Package, new: Package) -> str:
    """Why no account could come from one version to the other; nothing, if it could."""
    if old.manifest.version > new.manifest.version:
        return f"it begins on {old.manifest.version}, which is newer than this version"
    if new.upgrades[: len(old.upgrades)] != old.upgrades:
        return f"upgrades.yaml does not go on from that of {old.manifest.version}"
    return ""


def _tell(scenario: Scenario, variant: Variant, new: Cast, old: Cast | None) -> ScenarioResult:
    """Tell one variant, up to its end or to the first step that disappoints."""
    stage = Stage(old or new, variant.contact, scenario.starts)
    steps: list[StepResult] = []
    seen: frozenset[str] = frozenset()
    for step in scenario.story:
        if isinstance(step, Upgrade):
            steps.append(stage.upgrade(new))
            stage.visited.clear()  # what was seen of the older version says nothing of this one
        else:
            steps.append(stage.tell(step))
        seen = frozenset(stage.visited)
        if steps[-1].problems:
            break
    result = ScenarioResult(scenario.title, stage.zone, tuple(steps), seen)
    upgraded = old is None or any(step.said == Upgrade.word for step in steps)
    return result if upgraded else replace(result, visited=frozenset())
