"""Which goals, steps and ways of a package its scenarios visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cpt.scenarios.result import Coverage, ScenarioResult
from package_format.campaign.model import Decision, Goal, Sequence
from package_format.package import Package


def coverage(package: Package, results: Iterable[ScenarioResult]) -> Coverage:
    """Return what was visited, and what no scenario has come by."""
    visited = frozenset[str]().union(*(result.visited for result in results))
    every = tuple(_visitable(package))
    return Coverage(
        tuple(name for name in every if name in visited),
        tuple(name for name in every if name not in visited),
    )


def _visitable(package: Package) -> Iterator[str]:
    for campaign in package.campaigns:
        for key, node in campaign.flow.nodes.items():
            name = f"{campaign.key}.{key}"
            match node:
                case Goal():
                    yield name
                case Sequence():
                    yield from (f"{name}.{step.key}" for step in node.steps)
                case Decision():
                    yield from (f"{name}.{way.key}" for way in node.ways)
                case _:
                    pass
