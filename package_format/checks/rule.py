"""What a rule is, and what it is told: the frame in which every check stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.diagnostics import Severity, Span
from package_format.kinds.model import Path
from package_format.package import Package
from package_format.references import Address
from package_format.unread import NOTHING, Unread

if TYPE_CHECKING:
    from package_format.scenario import Scenario

_Found = TypeVar("_Found")

SCENARIO = "scenario"
"""The kind in the address of a scenario."""

UPGRADES = Address("", "upgrades", "upgrades")
"""The address of ``upgrades.yaml``."""


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    Attributes:
        message: One sentence that says what is wrong.
        span: Where it stands, or None when it concerns the package as a whole.
        help: What to do about it.
    """

    message: str
    span: Span | None = None
    help: str | None = None


@dataclass(frozen=True)
class Subject:
    """What is checked.

    Attributes:
        package: The package, as far as it could be read.
        dependencies: The packages that it depends on, by name, as far as they are at hand.
        unread: What of the package could not be read. Its absence is no finding.
    """

    package: Package
    dependencies: Mapping[str, Package]
    unread: Unread = NOTHING

    def span(
        self,
        address: Address | None,
        path: Path = (),
        *,
        key: bool = False,
        within: tuple[int, int] | None = None,
    ) -> Span | None:
        """Return where a value stands; see `package_format.package.Origin`."""
        origin = self.package.origin
        return origin.span(address, path, key=key, within=within) if origin else None

    @cached_property
    def campaigns(self) -> tuple[tuple[Address, Campaign], ...]:
        """The campaigns by their addresses."""
        return tuple(
            (resource.address, resource.model)
            for resource in self.package.campaigns
            if isinstance(resource.model, Campaign)
        )

    @cached_property
    def flows(self) -> tuple[tuple[Address, Flow], ...]:
        """The campaigns as graphs, by their addresses."""
        return tuple((resource.address, resource.flow) for resource in self.package.campaigns)

    @cached_property
    def scenarios(self) -> tuple[tuple[Address, Scenario], ...]:
        """The scenarios by their addresses."""
        if not self.package.scenarios:
            return ()
        from package_format.scenario import Scenario  # noqa: PLC0415  its forty models take time

        return tuple(
            (Address("", SCENARIO, stem), Scenario.model_validate(data))
            for stem, data in self.package.scenarios.items()
        )

    @cached_property
    def walks(self) -> dict[object, tuple[Any, ...]]:
        """What walks through the package have found that several rules take; see `once`."""
        return {}


@dataclass(frozen=True)
class Rule:
    """A row of the table.

    Attributes:
        code: The kebab-case name, which `cpt explain` takes.
        severity: Whether what it finds stops a build.
        title: The rule in one line.
        explanation: Why there is the rule, and what to do; paragraphs for people.
        find: Yields everything that is wrong.
    """

    code: str
    severity: Severity
    title: str
    explanation: str
    find: Callable[[Subject], Iterable[Finding]]


def once(walk: Callable[[Subject], Iterable[_Found]]) -> Callable[[Subject], tuple[_Found, ...]]:
    """Let a walk through a package be taken once, however many rules ask for it."""

    @wraps(walk)
    def taken(subject: Subject) -> tuple[_Found, ...]:
        walks = subject.walks
        if walk not in walks:
            walks[walk] = tuple(walk(subject))
        return walks[walk]

    return taken
