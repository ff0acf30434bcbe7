"""What is wanted: the resources that packages bring, filled in and named by full addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from cpt.accounts.secret_values import secret_name
from cpt.errors import BrokenPackageError, ParametersError
from cpt.installer.record.record import Managed
from package_format.contact_fields import BUILT_IN
from package_format.kinds.model import Json, Model, references, replaced
from package_format.kinds.table import KINDS, label_in
from package_format.package import Package
from package_format.parameter_values import Accepted, accept, variable_of
from package_format.parameters import ParameterType
from package_format.references import Address, InvalidReferenceError, Reference
from package_format.templates import TemplateError, fill


@dataclass(frozen=True)
class Wanted:
    """One resource that an account should have.

    Attributes:
        address: Its full address.
        data: Its canonical data, parameters filled in, references as full addresses.
        earlier: Going back, its row in that revision's record.
    """

    address: Address
    data: Json
    earlier: Managed | None = None

    @property
    def kind(self) -> str:
        """Its kind's name."""
        return self.address.kind

    @property
    def model(self) -> Model:
        """The data, read as its kind."""
        return KINDS[self.kind].model.model_validate(self.data)

    @property
    def label(self) -> str:
        """What people know it by."""
        return label_in(self.kind, self.data)


def wanted(
    packages: Mapping[str, Package], given: Mapping[str, Mapping[str, object]]
) -> dict[str, Wanted]:
    """Return what packages bring, by full address.

    Args:
        packages: A closure: every package by name, with all that they depend on.
        given: The values that the owner gave for each package's parameters.

    Raises:
        ParametersError: A value is missing or cannot be used.
        BrokenPackageError: A reference leads nowhere, or a filled-in text is not allowed.
    """
    values = parameter_values(packages, given)
    return {
        str(found.address): found
        for name, package in sorted(packages.items())
        for found in _of_package(package, values[name].values, packages)
    }


def parameter_values(
    packages: Mapping[str, Package], given: Mapping[str, Mapping[str, object]]
) -> dict[str, Accepted]:
    """Read the values of all parameters; a secret's value becomes ``secret:NAME``.

    Raises:
        ParametersError: A value is missing or cannot be used; all problems at once.
    """
    accepted = {
        name: accept(package.manifest.parameters, given.get(name, {}), package.manifest.rules)
        for name, package in packages.items()
    }
    problems = tuple(
        f"{name}: {problem}" for name in sorted(accepted) for problem in accepted[name].problems
    )
    problems += tuple(
        f"{name}: values were given for its parameters, but it is not among these packages"
        for name in sorted(set(given) - set(packages))
    )
    if problems:
        how = ["give a value with --set PARAMETER=VALUE or --values F"]
        secret = _missing_secret(packages, accepted)
        if secret is not None:
            how.append(
                f"{secret} is a secret: give it at the prompt, in F, or as {variable_of(secret)}, "
                "so that your shell does not remember it"
            )
        raise ParametersError(problems, tuple(how))
    return {name: _veiled(packages[name], values) for name, values in accepted.items()}


def _missing_secret(
    packages: Mapping[str, Package], accepted: Mapping[str, Accepted]
) -> str | None:
    """Return a secret that is needed and was not given, if there is one."""
    for name, package in packages.items():
        manifest, values = package.manifest, accepted[name].values
        needed = {key for key, parameter in manifest.parameters.items() if parameter.required}
        needed.update(key for rule in manifest.rules for key in rule.lacking(values))
        for key, parameter in manifest.parameters.items():
            if parameter.type is ParameterType.SECRET and key in needed and not values.get(key):
                return key
    return None


def _veiled(package: Package, accepted: Accepted) -> Accepted:
    """Put a secret's name in its value's place, so that no plan or record ever holds one."""
    secrets = {
        key: secret_name(package.name, key)
        for key, parameter in package.manifest.parameters.items()
        if parameter.type is ParameterType.SECRET and accepted.values.get(key) is not None
    }
    return Accepted({**accepted.values, **secrets}, {**accepted.given, **secrets})


def _of_package(
    package: Package, values: Mapping[str, Json], packages: Mapping[str, Package]
) -> Iterator[Wanted]:
    for resource in package.resources.values():
        address = resource.address.within(package.name)
        try:
            data = resource.data
            filled = fill(data, resource.model, values)
            if filled is not data:
                data = KINDS[resource.kind].model.model_validate(filled).canonical()
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BrokenPackageError(
                f"{address}: with the parameters filled in, {where} is not allowed: {first['msg']}",
                "give the parameters other values",
            ) from error
        except TemplateError as error:
            raise BrokenPackageError(
                f"{address}: {error}", "tell its author; cpt check shows where it stands"
            ) from error
        for path, kind, text in references(resource.model):
            target = referred(kind, text, package, packages)
            if target is not None:
                data = replaced(data, path, str(target))
        yield Wanted(address, data)


def referred(
    kind: str, text: str, package: Package, packages: Mapping[str, Package]
) -> Address | None:
    """Return what a reference names; None for a built-in contact field."""
    if kind == "field" and text in BUILT_IN:
        return None
    try:
        reference = Reference.parse(text)
    except InvalidReferenceError as error:
        raise BrokenPackageError(f"{package}: {error}") from error
    owner = package.name if not reference.alias else _dependency(reference.alias, package)
    address = Address(owner, kind, reference.key)
    bringer = packages.get(owner)
    if bringer is None or Address("", kind, reference.key) not in bringer.resources:
        raise BrokenPackageError(
            f"{package} refers to {address}, which {bringer or owner} does not have"
        )
    return address


def _dependency(alias: str, package: Package) -> str:
    """Return the dependency that an alias means: its full name, or the part behind the slash."""
    names = package.manifest.dependencies
    matching = [name for name in names if alias in (name, name.partition("/")[2])]
    if len(matching) != 1:
        raise BrokenPackageError(f"{package} refers to {alias}, which is not one dependency of it")
    return matching[0]
