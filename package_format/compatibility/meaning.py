"""Meaning: a resource's data in a form in which two versions of it can be compared.

References become full addresses, carried through the entries, so that a tag that was renamed by an
entry is the same tag.
"""

from __future__ import annotations

from package_format.checks.resolving import named
from package_format.compatibility.rule import Versions
from package_format.kinds.model import Json, references, replaced
from package_format.package import Package, Resource
from package_format.references import Address, InvalidReferenceError, Reference


def old_data(versions: Versions, resource: Resource) -> dict[str, Json]:
    """Return the data of a resource of the old version."""
    return _data(versions.old, resource, versions)


def new_data(versions: Versions, resource: Resource) -> dict[str, Json]:
    """Return the data of a resource of the new version."""
    return _data(versions.new, resource, None)


def _data(package: Package, resource: Resource, carried: Versions | None) -> dict[str, Json]:
    data: Json = resource.data
    for path, kind, text in references(resource.model):
        address = _address(package, kind, text)
        if address is not None and carried is not None and not address.package:
            address = carried.became(address) or address
        data = replaced(data, path, str(address or text))
    return dict(data)


def _address(package: Package, kind: str, text: str) -> Address | None:
    try:
        reference = Reference.parse(text)
    except InvalidReferenceError:
        return None
    names = named(package, reference.alias) if reference.alias else ("",)
    return Address(names[0] if names else reference.alias, kind, reference.key)
