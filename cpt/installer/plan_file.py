"""Plan files: a plan as JSON, to be looked at by others and applied later.

A file says which text its digest is of, so that one that was changed by hand, or cut short, is not
taken for the plan that somebody has looked at. Who changes it on purpose can write a new digest;
what such a plan may do is `cpt.installer.planning.agreement`'s business.
"""

from __future__ import annotations

import json
from dataclasses import replace

from pydantic import TypeAdapter

from account_engine.objects import digest
from cpt.accounts.change_set_data import change_set_data, read_change_set
from cpt.errors import NotAPlanError
from cpt.installer.plan import Plan
from cpt.installer.planning.agreement import ADVICE, disagreement
from package_format.kinds.model import Json

_SORT = "cpt-plan"
_VERSION = 4
"""Version 2 names the campaigns that contacts go over to, and 3 what they catch up with.

Who reads an earlier one would not carry them so. Version 4 has a digest.
"""

_PLAN = TypeAdapter(Plan)


def plan_data(plan: Plan) -> dict[str, Json]:
    """Return a plan as plain data."""
    data = _PLAN.dump_python(plan, mode="json")
    data["change_set"] = change_set_data(plan.change_set)
    for step in data["packages"]:
        for word in _HEARSAY:
            del step[word]
    return sealed(data)


def sealed(data: Json) -> dict[str, Json]:
    """Return what a plan file says of a plan: what it is, the plan's digest, and the plan."""
    return {"sort": _SORT, "version": _VERSION, "digest": digest(data), "plan": data}


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
    except (ValueError, RecursionError) as error:
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
        if data["digest"] != digest(inner):
            raise NotAPlanError(
                "this plan file was changed since it was made: its digest is of another plan",
                _ADVICE,
            )
        change_set = read_change_set(inner["change_set"])
        plan = _without_hearsay(_PLAN.validate_python({**inner, "change_set": change_set}))
        wrong = disagreement(plan)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise NotAPlanError("this plan file is damaged", _ADVICE) from error
    if wrong is not None:
        raise NotAPlanError(f"this plan does not do what it shows: {wrong}", ADVICE)
    return plan


_HEARSAY = ("signed", "is_odd")
"""What a file cannot prove: who signed is said when packages are chosen, or not at all."""


def _without_hearsay(plan: Plan) -> Plan:
    steps = (replace(step, signed="", is_odd=False) for step in plan.packages)
    return replace(plan, packages=tuple(steps))


_ADVICE = "make one with cpt plan … --out FILE"
