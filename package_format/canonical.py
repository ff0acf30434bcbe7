"""Canonical form: what a package means, as bytes that are the same on every machine.

A package is a set of *members*: names and bytes. Comments, formatting and the order of keys are not
in them (of steps, ways, and the parameters that owners are asked for it is: they are lists); what
equals its default is left out. `package_format.archive` puts them into one file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from package_format.errors import PackageError
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.manifest import Manifest
from package_format.package import Package, Resource
from package_format.references import KEY_PATTERN, Address
from package_format.source.mistakes import first_problem
from package_format.source.nodes import DEPTH_LIMIT
from package_format.upgrades.entry_data import entries_data, read_entries, verify_number

MANIFEST = "manifest.json"
UPGRADES = "upgrades.json"

DOCUMENTS = ("README.md", "CHANGELOG.md", "LICENSE")
"""The texts that a package may bring beside its pictures in ``media/``."""

_MEMBER = re.compile(
    rf"resources/(?P<kind>[a-z-]+)/(?P<key>{KEY_PATTERN})\.json"
    rf"|scenarios/(?P<scenario>{KEY_PATTERN})\.json"
    r"|documents/(?P<document>.+)",
    re.DOTALL,
)
_MEDIUM = re.compile(r"media/[^/]+")

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)

_Model = TypeVar("_Model", bound=BaseModel)


def to_json(value: Json) -> bytes:
    """Return canonical JSON: sorted keys, no spaces, UTF-8.

    Raises:
        ValueError: The value holds what JSON or UTF-8 cannot, such as infinity.
    """
    return _ENCODER.encode(value).encode()


def package_data(package: Package) -> dict[str, bytes]:
    """Return every member of a package by its name, sorted by name."""
    members = {MANIFEST: to_json(_manifest_data(package.manifest))}
    if package.upgrades:
        members[UPGRADES] = to_json(entries_data(package.upgrades))
    for resource in package.resources.values():
        members[f"resources/{resource.kind}/{resource.key}.json"] = to_json(resource.data)
    for stem, scenario in package.scenarios.items():
        members[f"scenarios/{stem}.json"] = to_json(scenario)
    for path, content in package.documents.items():
        members[f"documents/{path}"] = content
    return dict(sorted(members.items()))


def package_from(members: Mapping[str, bytes]) -> Package:
    """Return the package that has these members.

    Raises:
        PackageError: They are not those of a package; the message names the one to blame.
    """
    if MANIFEST not in members:
        raise PackageError(f"there is no {MANIFEST}")
    manifest = _manifest(members[MANIFEST])
    resources: list[Resource] = []
    scenarios: dict[str, Json] = {}
    documents: dict[str, bytes] = {}
    upgrades: Json = []
    for name, content in members.items():
        match = _MEMBER.fullmatch(name)
        if name == MANIFEST:
            continue
        if name == UPGRADES:
            upgrades = _json(name, content)
        elif match is None:
            raise PackageError(f"{name} has no place in a package")
        elif match["kind"]:
            resources.append(_resource(name, match["kind"], match["key"], content))
        elif match["scenario"]:
            from package_format.scenario import Scenario  # noqa: PLC0415  as in checks.rule

            scenarios[match["scenario"]] = _model(Scenario, name, content).canonical()
        elif is_document(match["document"]):
            documents[match["document"]] = content
        else:
            raise PackageError(f"{name} has no place in a package")
    try:
        entries = read_entries(upgrades)
        verify_number(entries)
    except ValueError as error:
        raise PackageError(f"{UPGRADES}: {error}") from None
    return Package(manifest, in_order(resources), entries, scenarios, documents)


def is_document(path: str) -> bool:
    """Whether a path within a package is that of a text for people or of a picture."""
    return path in DOCUMENTS or _MEDIUM.fullmatch(path) is not None


def in_order(resources: list[Resource]) -> dict[Address, Resource]:
    """Return resources by address, in the table's order of kinds and then by key."""
    rank = {name: index for index, name in enumerate(KINDS)}
    ordered = sorted(resources, key=lambda r: (rank[r.kind], r.key))
    return {resource.address: resource for resource in ordered}


def _resource(name: str, kind: str, key: str, content: bytes) -> Resource:
    if kind not in KINDS:
        raise PackageError(f"{name} is of a kind that this version of cpt does not know")
    return Resource(kind, key, _model(KINDS[kind].model, name, content))


def _manifest_data(manifest: Manifest) -> Json:
    """Return a manifest with its parameters in a list: owners are asked in their author's order."""
    data = manifest.canonical()
    if "parameters" in data:
        data["parameters"] = [{"key": key, **said} for key, said in data["parameters"].items()]
    return data


def _manifest(content: bytes) -> Manifest:
    data = _json(MANIFEST, content)
    if isinstance(data, dict) and "parameters" in data:
        data["parameters"] = _by_key(data["parameters"])
    return _valid(Manifest, MANIFEST, data)


def _by_key(parameters: Json) -> dict[str, Json]:
    """Return listed parameters by their keys, in the order in which they are listed."""
    try:
        by_key = {said.pop("key"): said for said in parameters}
    except (AttributeError, KeyError, TypeError):
        raise PackageError(f"{MANIFEST} cannot be used: parameters: each has a key") from None
    if len(by_key) != len(parameters):
        raise PackageError(f"{MANIFEST} cannot be used: parameters: a key stands twice")
    return by_key


def _model(model: type[_Model], name: str, content: bytes) -> _Model:
    return _valid(model, name, _json(name, content))


def _valid(model: type[_Model], name: str, data: Json) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise PackageError(f"{name} cannot be used: {first_problem(error)}") from None


def _json(name: str, content: bytes) -> Json:
    try:
        data = json.loads(content.decode("utf-8"))
        is_canonical = to_json(data) == content
    except RecursionError:
        raise PackageError(f"{name} is nested too deeply") from None
    except ValueError:
        raise PackageError(f"{name} is not JSON in UTF-8") from None
    if _may_be_deep(content) and _is_too_deep(data):
        raise PackageError(f"{name} is nested too deeply")
    if not is_canonical:
        raise PackageError(f"{name} is not in canonical form")
    return data


def _may_be_deep(content: bytes) -> bool:
    """Whether there are brackets enough in JSON to stand within each other too deeply."""
    return content.count(b"{") + content.count(b"[") >= 3 * DEPTH_LIMIT


def _is_too_deep(data: Json) -> bool:
    """Whether data stands deeper than a campaign's canonical form ever could."""
    level = [data]
    for _ in range(3 * DEPTH_LIMIT):
        inner = [x for x in level if isinstance(x, dict | list)]
        level = [v for x in inner for v in (x.values() if isinstance(x, dict) else x)]
        if not level:
            return False
    return True
