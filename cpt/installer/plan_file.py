"""Plan files: a plan as JSON, to be looked at by others and applied later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from account_engine.changes import (
    Absent,
    Create,
    Remove,
    Republish,
    Unchanged,
    Unused,
    Update,
)
from cpt.errors import NotAPlanError
from cpt.installer.plan import Plan
from package_format.kinds.model import Json

_SORT = "cpt-plan"
_VERSION = 1

_OPERATIONS: Mapping[str, TypeAdapter[Any]] = {
    "create": TypeAdapter(Create),
    "update": TypeAdapter(Update),
    "republish": TypeAdapter(Republish),
    "remove": TypeAdapter(Remove),
}
_RELIANCES: Mapping[str, TypeAdapter[Any]] = {
    "unchanged": TypeAdapter(Unchanged),
    "absent": TypeAdapter(Absent),
    "unused": TypeAdapter(Unused),
}
_PLAN = TypeAdapter(Plan)


def plan_data(plan: Plan) -> dict[str, Json]:
    """Return a plan as plain data; every operation and reliance says in `is` what it is."""
    data = _PLAN.dump_python(plan, mode="json")
    change_set = data["change_set"]
    change_set["operations"] = [_tagged(_OPERATIONS, each) for each in plan.change_set.operations]
    change_set["relies"] = [_tagged(_RELIANCES, each) for each in plan.change_set.relies]
    return {"sort": _SORT, "version": _VERSION, "plan": data}


def save(plan: Plan) -> str:
    """Return a plan as the text of a plan file."""
    return json.dumps(plan_data(plan), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def load(text: str) -> Plan:
    """Read a plan file.

    Raises:
        NotAPlanError: It is none, or one of another version.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise NotAPlanError("this is not a plan file: it is not JSON", _ADVICE) from error
    if not isinstance(data, dict) or data.get("sort") != _SORT:
        raise NotAPlanError("this is not a plan file: it does not say that it is one", _ADVICE)
    if data.get("version") != _VERSION:
        raise NotAPlanError(
            f"this plan file is of version {data.get('version')}, and this cpt reads {_VERSION}",
            "apply it with the version of cpt that made it, or plan again",
        )
    try:
        inner = data["plan"]
        change_set = inner["change_set"]
        rebuilt = {
            **change_set,
            "operations": [_untagged(_OPERATIONS, each) for each in change_set["operations"]],
            "relies": [_untagged(_RELIANCES, each) for each in change_set["relies"]],
        }
        return _PLAN.validate_python({**inner, "change_set": rebuilt})
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise NotAPlanError("this plan file is damaged", _ADVICE) from error


_ADVICE = "make one with cpt plan … --out FILE"


def _tagged(adapters: Mapping[str, TypeAdapter[Any]], value: object) -> Json:
    word = type(value).__name__.lower()
    return {"is": word, **adapters[word].dump_python(value, mode="json")}


def _untagged(adapters: Mapping[str, TypeAdapter[Any]], data: Json) -> object:
    fields = dict(data)
    return adapters[fields.pop("is")].validate_python(fields)
