"""Parameters: those of two versions, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.compatibility.rule import Versions
from package_format.parameters import Parameter
from package_format.references import Address
from package_format.upgrades.entries import PARAMETER


def pairs(versions: Versions) -> Iterator[tuple[str, Parameter, str, Parameter]]:
    """Yield the parameters that both versions have: the old key and parameter, and the new."""
    for key, old in versions.old.manifest.parameters.items():
        new_key = became(versions, key)
        if new_key in versions.new.manifest.parameters:
            yield key, old, new_key, versions.new.manifest.parameters[new_key]


def became(versions: Versions, key: str) -> str:
    """Return an old parameter's key as it is in the new version; empty if it was removed."""
    address = versions.became(Address("", PARAMETER, key))
    return address.key if address is not None else ""
