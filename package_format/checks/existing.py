"""Existing: whether a package has what an address names."""

from __future__ import annotations

from package_format.package import Package
from package_format.references import Address
from package_format.upgrades.entries import PARAMETER


def exists(package: Package, address: Address) -> bool:
    """Whether an address names a resource, a node, a step or a parameter of a package."""
    if address.kind == PARAMETER:
        return address.key in package.manifest.parameters
    resource = package.resources.get(address.resource)
    if resource is None or not address.inner:
        return resource is not None
    node, *step = address.inner
    if step:
        return resource.flow.step(node, step[0]) is not None
    return node in resource.flow.nodes
