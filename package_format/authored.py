"""Authored form: a package as the texts of a working folder, by their paths.

The way back from canonical data to what an author writes: keyed lists become mappings, JSON becomes
YAML and TOML. Comments and layout of the original are not in a package and do not come back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import yaml

from package_format.campaign.actions import ACTIONS
from package_format.campaign.triggers import TRIGGERS
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.package import Package
from package_format.source.front_matter import BODY
from package_format.upgrades.entry_data import entries_data

_ACTIONS = {word: row.model.shorthand or "" for word, row in ACTIONS.items()}
_TRIGGERS = {word: row.model.shorthand or "" for word, row in TRIGGERS.items()}
"""The field that a word alone gives, by the word."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_LINE, _LINE_DEPTH = 80, 2
"""The most letters that stand on one line, and how deep what stands there may be."""
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
    model = KINDS[kind].model.model_validate(data)  # whose keys stand in the order of the reference
    said = authored(model.canonical())
    if not KINDS[kind].location.endswith(".html"):
        return _yaml(said).decode()
    front = {name: value for name, value in said.items() if name != BODY}
    return f"---\n{_yaml(front).decode()}---\n\n{data[BODY]}\n"


def authored(data: Json) -> Json:
    """Return canonical data as authors write it: keyed lists as mappings, short forms short.

    Only what is ordered by meaning is a list of ``{key, …}`` in canonical data, only a step has an
    ``action`` beside its key, and only triggers stand under ``when``.
    """
    if isinstance(data, dict):
        return {name: _value_of(name, value) for name, value in data.items()}
    if not isinstance(data, list):
        return data
    if data and all(isinstance(item, dict) and "key" in item for item in data):
        return dict(_entries(data))
    return [authored(item) for item in data]


def authored_line(name: str, value: Json) -> str:
    """Return one value of canonical data as authors write it, on one line.

    Args:
        name: What it stands under: ``wait``, ``after``, a step's key.
        value: The value; not a text.
    """
    said = _value_of(name, value)
    if name == "action":
        said = _short(said, _ACTIONS)
    elif isinstance(value, dict) and "action" in value:
        said = dict(_entries([{**value, "key": name}]))[name]
    text = yaml.dump(
        said,
        Dumper=_Dumper,
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=1_000_000,
    )
    return " ".join(text.removesuffix("...\n").split())


def _entries(items: list[dict[str, Json]]) -> Iterator[tuple[str, Json]]:
    for item in items:
        rest = {name: _value_of(name, value) for name, value in item.items() if name != "key"}
        action = rest.pop("action", None)
        if rest == {"otherwise": True}:
            yield item["key"], "otherwise"
        elif isinstance(action, dict):
            yield item["key"], {**rest, **_short(action, _ACTIONS)}
        else:
            yield item["key"], rest


def _value_of(name: str, value: Json) -> Json:
    """What stands under a name: a trigger alone or in its short form, a delay as its text."""
    said = authored(value)
    if name == "when" and isinstance(said, list):
        heard = [_short(trigger, _TRIGGERS) for trigger in said]
        return heard[0] if len(heard) == 1 else heard
    if name == "wait" and isinstance(said, dict) and said.keys() == {"for"}:
        return said["for"]
    return said


def _short(named: Json, table: Mapping[str, str]) -> Json:
    """Return ``{send-email: {email: hello}}`` as ``{send-email: hello}``."""
    if not isinstance(named, dict) or len(named) != 1:
        return named
    ((word, inner),) = named.items()
    only = isinstance(inner, dict) and inner.keys() == {table.get(word)}
    return {word: next(iter(inner.values()))} if only else named


class _Dumper(yaml.CSafeDumper):
    """Puts in quotes what YAML 1.1 or 1.2 would not read as a text, and writes no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        del data
        return True


class _Line(dict[str, Json]):
    """A mapping that is written on one line."""


class _LineOfMany(list[Json]):
    """A list that is written on one line."""


_Dumper.add_representer(
    _Line, lambda dumper, data: dumper.represent_mapping(_MAP, data, flow_style=True)
)
_Dumper.add_representer(
    _LineOfMany, lambda dumper, data: dumper.represent_sequence(_SEQ, data, flow_style=True)
)
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(rf"(?:{_CORE_NUMBER.pattern})$"), list("-+.0123456789")
)


def _yaml(data: Json) -> bytes:
    laid = {name: _laid(value) for name, value in data.items()} if isinstance(data, dict) else data
    if isinstance(laid, list):
        laid = [_laid(value) for value in laid]
    text: str = yaml.dump(laid, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text.encode()


def _laid(data: Json) -> Json:
    """Write on one line what is short and not deep, as authors do with a step."""
    if not isinstance(data, dict | list):
        return data
    small = _depth(data) <= _LINE_DEPTH and len(json.dumps(data, ensure_ascii=False)) <= _LINE
    if isinstance(data, dict):
        laid = {name: _laid(value) for name, value in data.items()}
        return _Line(laid) if small else laid
    many = [_laid(value) for value in data]
    return _LineOfMany(many) if small else many


def _depth(data: Json) -> int:
    inner = data.values() if isinstance(data, dict) else data
    deepest = max((_depth(value) for value in inner if isinstance(value, dict | list)), default=0)
    return 1 + deepest


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
