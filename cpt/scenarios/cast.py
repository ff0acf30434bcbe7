"""The cast of a scenario: a package and its dependencies, made ready to run without an account.

References stay full addresses, where an account would have ids: to the interpreter they are names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from account_engine.flows import LiveFlow
from cpt.installer.wanted import Wanted, wanted
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign, Sequence
from package_format.package import Package
from package_format.parameters import Parameter, ParameterType

_SAMPLES: Mapping[ParameterType, object] = {
    ParameterType.EMAIL: "someone@example.com",
    ParameterType.URL: "https://example.com/",
    ParameterType.INTEGER: 1,
    ParameterType.NUMBER: 1,
    ParameterType.BOOLEAN: True,
    ParameterType.DATE: "2026-01-01",
    ParameterType.DURATION: "1 day",
}
"""Values for parameters that an owner has to give and a scenario need not."""


@dataclass(frozen=True)
class Cast:
    """What a scenario runs on.

    Attributes:
        package: The package whose scenario it is.
        resources: Every resource of the package and its dependencies, by full address.
        flows: Every campaign among them, published.
        campaigns: The campaigns' keys by the ids of their flows.
    """

    package: Package
    resources: Mapping[str, Wanted]
    flows: tuple[LiveFlow, ...]
    campaigns: Mapping[int, str]


def cast(package: Package, dependencies: Mapping[str, Package]) -> Cast:
    """Make a package ready to run, with sample values for the parameters it requires."""
    packages = {**dependencies, package.name: package}
    given = {name: _samples(each) for name, each in packages.items()}
    resources = wanted(packages, given)
    flows = []
    campaigns = {}
    for number, found in enumerate((r for r in resources.values() if r.kind == "campaign"), 1):
        model = found.model
        assert isinstance(model, Campaign)  # noqa: S101  the table of kinds says so
        flows.append(
            LiveFlow(
                campaign=number,
                version=1,
                flow=Flow(model),
                ids={inner: index for index, inner in enumerate(_inner(model), 1)},
                order=(model.title.casefold(), number),
            )
        )
        campaigns[number] = found.address.key
    return Cast(package, resources, tuple(flows), campaigns)


def _inner(campaign: Campaign) -> list[str]:
    """The inner addresses of a campaign's nodes and steps."""
    return [
        inner
        for key, node in campaign.nodes.items()
        for inner in (
            key,
            *(f"{key}.{step.key}" for step in (node.steps if isinstance(node, Sequence) else ())),
        )
    ]


def _samples(package: Package) -> dict[str, object]:
    return {
        key: _sample(parameter)
        for key, parameter in package.manifest.parameters.items()
        if parameter.required and parameter.default is None
    }


def _sample(parameter: Parameter) -> object:
    if parameter.choices:
        return parameter.choices[0]
    if parameter.minimum is not None and parameter.type in (
        ParameterType.INTEGER,
        ParameterType.NUMBER,
    ):
        return parameter.minimum
    return _SAMPLES.get(parameter.type, parameter.title)
