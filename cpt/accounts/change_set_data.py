"""Change sets as plain data, in which every operation and reliance says in `is` what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from account_engine.changing.changes import (
    Absent,
    ChangeSet,
    Create,
    Enrol,
    Remove,
    Republish,
    Unchanged,
    Unused,
    Update,
)
from package_format.kinds.model import Json

_OPERATIONS: Mapping[str, TypeAdapter[Any]] = {
    "create": TypeAdapter(Create),
    "update": TypeAdapter(Update),
    "republish": TypeAdapter(Republish),
    "remove": TypeAdapter(Remove),
    "enrol": TypeAdapter(Enrol),
}
_RELIANCES: Mapping[str, TypeAdapter[Any]] = {
    "unchanged": TypeAdapter(Unchanged),
    "absent": TypeAdapter(Absent),
    "unused": TypeAdapter(Unused),
}
_CHANGE_SET = TypeAdapter(ChangeSet)


def change_set_data(change_set: ChangeSet) -> dict[str, Json]:
    """Return a change set as plain data."""
    data: dict[str, Json] = _CHANGE_SET.dump_python(change_set, mode="json")
    data["operations"] = [_tagged(_OPERATIONS, each) for each in change_set.operations]
    data["relies"] = [_tagged(_RELIANCES, each) for each in change_set.relies]
    return data


def read_change_set(data: Mapping[str, Json]) -> ChangeSet:
    """Read what `change_set_data` returned.

    Raises:
        ValueError: It is no change set (pydantic's `ValidationError` is one), or a part is missing
            (then a `KeyError` or a `TypeError`).
    """
    return _CHANGE_SET.validate_python(
        {
            **data,
            "operations": [_untagged(_OPERATIONS, each) for each in data["operations"]],
            "relies": [_untagged(_RELIANCES, each) for each in data["relies"]],
        }
    )


def _tagged(adapters: Mapping[str, TypeAdapter[Any]], value: object) -> Json:
    word = type(value).__name__.lower()
    return {"is": word, **adapters[word].dump_python(value, mode="json")}


def _untagged(adapters: Mapping[str, TypeAdapter[Any]], data: Json) -> object:
    fields = dict(data)
    return adapters[fields.pop("is")].validate_python(fields)
