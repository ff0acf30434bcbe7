"""The version that a package is compared with: the one published before it, or the one named."""

from __future__ import annotations

from cpt.cli.packages import is_local, local_package
from cpt.errors import BadInputError
from cpt.registries.supply import Supply
from package_format.index import predecessor
from package_format.package import Package
from package_format.versions import InvalidVersionError, Version


def find_predecessor(
    package: Package, supply: Supply, against: str | None, *, or_same: bool = False
) -> Package | None:
    """Return what a package is compared with; None if nothing was published before it.

    Args:
        package: The package.
        supply: Where its versions are looked up.
        against: A version, a folder or a ``.cpt`` file, instead of the predecessor.
        or_same: Whether the version itself counts as one before it.

    Raises:
        BadInputError: There is no such version, or it is another package.
    """
    if against is None:
        line = predecessor(supply.index(package.name), package.manifest.version, or_same=or_same)
        return None if line is None else supply.package(line)
    if is_local(against):
        found = local_package(against, supply).package
        if found.name != package.name:
            raise BadInputError(f"{against} is {found.name}, and not {package.name}")
        return found
    try:
        version = Version.parse(against)
    except InvalidVersionError as error:
        raise BadInputError(
            str(error), "--against takes a version, a folder or a .cpt file"
        ) from None
    lines = {line.version: line for line in supply.index(package.name)}
    if version.text not in lines:
        there = (
            ", ".join(lines) or "none that could be looked up; name the registry with --registry"
        )
        raise BadInputError(f"there is no {package.name} {version}", f"there is: {there}")
    return supply.package(lines[version.text])
