"""Editing a resource: fields set by name, words replaced, or the text in an editor."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from account_engine.objects import StoredObject
from cpt.cli.reading import read_text
from cpt.cli.setting import read_pairs
from cpt.errors import BadInputError, UsageError
from package_format.authored import authored_text
from package_format.diagnostics import Diagnostics
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.source import Node, plain, read_yaml, validated
from package_format.source import read_text as as_source
from package_format.source.front_matter import read_front_matter


def edited(
    stored: StoredObject,
    set_: Sequence[str],
    replace: Sequence[tuple[str, str]],
    from_file: str | None,
) -> Json:
    """Return a resource's data after an owner's edit.

    Raises:
        UsageError: A field does not exist.
        BadInputError: The text cannot be read as a resource of that kind.
    """
    if from_file is not None:
        return _read(stored, read_text(Path(from_file)), from_file)
    if not set_ and not replace:
        return _in_editor(stored)
    data = copy.deepcopy(stored.data)
    for path, value in read_pairs(set_).items():
        _set(data, path, value, stored)
    for old, new in replace:
        data, count = _replaced(data, old, new)
        if not count:
            raise BadInputError(f"{old!r} stands nowhere in {stored.called}")
    return data


def _in_editor(stored: StoredObject) -> Json:
    from cpt.cli.options import is_interactive

    if not is_interactive() and not os.environ.get("EDITOR"):
        raise UsageError(
            "there is no terminal to open an editor at", "give --set, --replace or --from-file"
        )
    text = authored_text(stored.kind, stored.data)
    suffix = Path(KINDS[stored.kind].location).suffix
    changed = click.edit(text, extension=suffix)
    return stored.data if changed is None else _read(stored, changed, f"your text{suffix}")


def _read(stored: StoredObject, text: str, file: str) -> Json:
    """Read a text as an author would write it; return canonical data."""
    diagnostics = Diagnostics()
    node: Node | None
    if KINDS[stored.kind].location.endswith(".html"):
        source = as_source(text.encode(), file, diagnostics)
        node = read_front_matter(source, diagnostics) if source is not None else None
    else:
        node = read_yaml(text, file, diagnostics)
    model = None
    if node is not None:
        model = validated(KINDS[stored.kind].model, node, diagnostics)
    for found in diagnostics:
        raise BadInputError(f"{found.span}: {found.message}", *([found.help] if found.help else []))
    if model is None:
        raise BadInputError(f"{file} is empty")
    return model.canonical()


def _set(data: Json, path: str, value: str, stored: StoredObject) -> None:
    """Set one value; items of ordered lists are named by their keys."""
    *outer, last = path.split(".")
    inside = data
    for part in outer:
        inside = _step(inside, part, path, stored)
    if isinstance(inside, list):
        raise UsageError(f"{path} names no field", "name a field inside it")
    fields = KINDS[stored.kind].model.model_fields
    known = {info.alias or name for name, info in fields.items()}
    if not outer and last not in known:
        raise UsageError(
            f"{stored.called} has no field {last}", f"it has {', '.join(sorted(known))}"
        )
    inside[last] = _typed(inside.get(last), value)


def _step(inside: Json, part: str, path: str, stored: StoredObject) -> Json:
    if isinstance(inside, dict) and part in inside:
        return inside[part]
    if isinstance(inside, list):
        for item in inside:
            if isinstance(item, dict) and item.get("key") == part:
                return item
    raise UsageError(f"{stored.called} has no {path}: there is no {part}")


def _typed(old: Json, value: str) -> Json:
    """Read a value as the type of what it replaces; whatever stood for a text stays one."""
    if old is None or isinstance(old, str):
        return value
    node = read_yaml(value, "the value", Diagnostics())
    return value if node is None else plain(node)


def _replaced(data: Json, old: str, new: str) -> tuple[Json, int]:
    if isinstance(data, str):
        words = r"\s+".join(re.escape(word) for word in old.split()) or re.escape(old)
        return re.subn(words, lambda _: new, data)
    if isinstance(data, dict):
        parts = {name: _replaced(value, old, new) for name, value in data.items()}
        return {k: v for k, (v, _) in parts.items()}, sum(n for _, n in parts.values())
    if isinstance(data, list):
        items = [_replaced(item, old, new) for item in data]
        return [item for item, _ in items], sum(n for _, n in items)
    return data, 0
