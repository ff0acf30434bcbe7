"""Salvage: a manifest with mistakes, as far as it can be read.

What is wrong with it has been said. The rest of the package is still checked against what is good
in it, and nothing is said that only follows from what is not.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from package_format.kinds.model import Json
from package_format.manifest import AccountTable, Manifest, PackageTable

PARTS = ("parameter", "dependency", "feature")
"""What other files look up in a manifest."""

_STAND_IN = {
    "name": "unknown/unknown",
    "version": "0.0.0",
    "title": "unknown",
    "summary": "unknown",
    "license": "the license",
}


def salvaged(data: Json, lost: set[tuple[str, str]], lost_kinds: set[str]) -> Manifest:
    """Return a manifest of what is good in some data.

    Args:
        data: What ``cpt.toml`` holds; None if that is no TOML.
        lost: Takes the kind and key of every parameter that is left out.
        lost_kinds: Takes the parts of which nobody knows what there is; see `PARTS`.
    """
    if not isinstance(data, Mapping):
        lost_kinds.update(PARTS)
        return Manifest(package=PackageTable.model_validate(_STAND_IN))
    manifest: dict[str, Json] = {"package": _package(data.get("package"))}
    account = data.get("account", {})
    if _is_good(AccountTable, account):
        manifest["account"] = account
    else:
        lost_kinds.add("feature")
    for table, kind in (("dependencies", "dependency"), ("parameters", "parameter")):
        entries = data.get(table, {})
        if not isinstance(entries, Mapping):
            lost_kinds.add(kind)
            continue
        manifest[table] = {}
        for key, value in entries.items():
            if _is_good(Manifest, {"package": _STAND_IN, table: {key: value}}):
                manifest[table][key] = value
            elif kind == "parameter":
                lost.add((kind, key))
            else:
                lost_kinds.add(kind)
    return Manifest.model_validate(manifest)


def _package(data: Json) -> dict[str, Json]:
    """Return ``[package]`` with a stand-in for whatever is missing or wrong in it."""
    table: dict[str, Json] = dict(_STAND_IN)
    for key, value in data.items() if isinstance(data, Mapping) else ():
        if _is_good(PackageTable, {**table, key: value}):
            table[key] = value
    return table


def _is_good(model: type[BaseModel], data: Json) -> bool:
    try:
        model.model_validate(data)
    except ValidationError:
        return False
    return True
