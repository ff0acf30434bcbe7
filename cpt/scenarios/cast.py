"""The cast of a scenario: a package and its dependencies, made ready to run without an account.

References stay full addresses, where an account would have ids: to the interpreter they are names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from account_engine.catalogue import Catalogue, catalogue_of
from account_engine.flows import LiveFlow
from account_engine.upgrading.lineage import inner_addresses
from cpt.errors import ParametersError
from cpt.installer.planning.wanted import Wanted, wanted
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json
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
        dependencies: Every package that it depends on, by name.
        campaigns: The campaigns' keys by the ids of their flows.
        catalogue: What a turn has to know of the resources besides.
    """

    package: Package
    dependencies: Mapping[str, Package]
    resources: Mapping[str, Wanted]
    flows: tuple[LiveFlow, ...]
    campaigns: Mapping[int, str]
    catalogue: Catalogue


def cast(
    package: Package,
    dependencies: Mapping[str, Package],
    parameters: Mapping[str, Json] | None = None,
) -> Cast:
    """Make a package ready to run.

    Args:
        package: The package.
        dependencies: Every package that it depends on, by name.
        parameters: Values for the package's own parameters; those that are required and not among
            them get sample values.

    Raises:
        ParametersError: A value cannot be used, or is required and no sample of it can be made.
    """
    packages = {**dependencies, package.name: package}
    given = {name: _samples(each) for name, each in packages.items()}
    given[package.name] |= parameters or {}
    try:
        resources = wanted(packages, given)
    except ParametersError as error:
        help_ = "a scenario says what it is told with: parameters: {NAME: VALUE}"
        raise ParametersError(error.problems, (help_,)) from None
    flows = []
    campaigns = {}
    ids = count(1)
    for number, found in enumerate((r for r in resources.values() if r.kind == "campaign"), 1):
        model = found.model
        assert isinstance(model, Campaign)  # noqa: S101  the table of kinds says so
        flow = Flow(model)
        flows.append(
            LiveFlow(
                campaign=number,
                version=1,
                flow=flow,
                ids={inner: next(ids) for inner in inner_addresses(flow)},
                order=(model.title.casefold(), number),
            )
        )
        campaigns[number] = found.address.key
    catalogue = catalogue_of((name, one.kind, one.model) for name, one in resources.items())
    return Cast(package, dependencies, resources, tuple(flows), campaigns, catalogue)


def _samples(package: Package) -> dict[str, object]:
    return {
        key: _sample(key, parameter)
        for key, parameter in package.manifest.parameters.items()
        if parameter.required and parameter.default is None
    }


def _sample(key: str, parameter: Parameter) -> object:
    if parameter.choices:
        return parameter.choices[0]
    bounds = (parameter.minimum, parameter.maximum)
    bound = next((value for value in bounds if value is not None), None)
    if bound is not None:
        return bound
    return _SAMPLES.get(parameter.type, parameter.title or key)
