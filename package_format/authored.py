"""Authored form: a package as the texts of a working folder, by their paths.

The way back from canonical data to what an author writes: keyed lists become mappings, JSON becomes
YAML and TOML. Comments and layout of the original are not in a package and do not come back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import yaml

from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.package import Package
from package_format.source.front_matter import BODY
from package_format.upgrades import entries_data

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CORE_NUMBER = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
)


def authored_files(package: Package) -> dict[str, bytes]:
    """Return the files of a working folder that means the same package."""
    files = {"cpt.toml": _toml(package.manifest.canonical())}
    small: dict[str, dict[str, Json]] = {}
    for resource in package.resources.values():
        location = KINDS[resource.kind].location
        if "*" in location:
            text = authored_text(resource.kind, resource.data)
            files[location.replace("*", resource.key)] = text.encode()
        else:
            small.setdefault(location, {})[resource.key] = authored(resource.data)
    files |= {location: _yaml(data) for location, data in small.items()}
    if package.upgrades:
        files["upgrades.yaml"] = _yaml(entries_data(package.upgrades))
    for stem, scenario in package.scenarios.items():
        files[f"scenarios/{stem}.yaml"] = _yaml(scenario)
    return {**files, **package.documents}


def authored_text(kind: str, data: Mapping[str, Json]) -> str:
    """Return one resource as an author would write it: YAML, or front matter and a body."""
    said = authored(dict(data))
    if not KINDS[kind].location.endswith(".html"):
        return _yaml(said).decode()
    front = {name: value for name, value in said.items() if name != BODY}
    return f"---\n{_yaml(front).decode()}---\n\n{data[BODY]}\n"


def authored(data: Json) -> Json:
    """Return canonical data as an author would write it: keyed lists as mappings.

    Only what is ordered by meaning is a list of ``{key, …}`` in canonical data, and only a step has
    an ``action`` beside its key.
    """
    if isinstance(data, dict):
        return {name: authored(value) for name, value in data.items()}
    if not isinstance(data, list):
        return data
    if data and all(isinstance(item, dict) and "key" in item for item in data):
        return dict(_entries(data))
    return [authored(item) for item in data]


def _entries(items: list[dict[str, Json]]) -> Iterator[tuple[str, Json]]:
    for item in items:
        rest = {name: authored(value) for name, value in item.items() if name != "key"}
        action = rest.pop("action", None)
        yield item["key"], {**rest, **action} if isinstance(action, dict) else rest


class _Dumper(yaml.CSafeDumper):
    """Puts in quotes what YAML 1.1 or 1.2 would not read as a text, and writes no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        del data
        return True


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(rf"(?:{_CORE_NUMBER.pattern})$"), list("-+.0123456789")
)


def _yaml(data: Json) -> bytes:
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def _toml(manifest: Mapping[str, Json]) -> bytes:
    lines: list[str] = []
    for name, table in manifest.items():
        if name == "parameters":
            for key, parameter in table.items():
                lines += _table(f"{name}.{_key(key)}", parameter)
        elif isinstance(table, list):
            for entry in table:
                lines += ["", f"[[{name}]]", *_values(entry)]
        else:
            lines += _table(name, table)
    return "\n".join(lines[1:]).encode() + b"\n"


def _table(name: str, table: Mapping[str, Json]) -> list[str]:
    return ["", f"[{name}]", *_values(table)]


def _values(table: Mapping[str, Json]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _value(key)


def _value(value: Json) -> str:
    """A value in TOML, whose texts, numbers and lists are written as JSON's, but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
