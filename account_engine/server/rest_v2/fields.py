"""Custom fields of contacts, as REST v2 has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.objects import StoredObject
from account_engine.server.desks import Access
from account_engine.server.operations import Shape
from account_engine.server.rest_v2.asking import Call, Route, bad, known
from package_format.contact_fields import BUILT_IN, FieldType
from package_format.kinds.model import Json

_TYPES: Mapping[str, FieldType] = {
    "TEXT": FieldType.TEXT,
    "TEXT_AREA": FieldType.TEXT,
    "NAME": FieldType.TEXT,
    "EMAIL": FieldType.TEXT,
    "PHONE_NUMBER": FieldType.TEXT,
    "WEBSITE": FieldType.TEXT,
    "DECIMAL_NUMBER": FieldType.NUMBER,
    "WHOLE_NUMBER": FieldType.NUMBER,
    "CURRENCY": FieldType.NUMBER,
    "PERCENT": FieldType.NUMBER,
    "YEAR": FieldType.NUMBER,
    "DATE": FieldType.DATE,
    "DROPDOWN": FieldType.CHOICE,
    "RADIO": FieldType.CHOICE,
    "YES_NO": FieldType.BOOLEAN,
}
"""What the vendor's types are here; the first of each is what a field of ours is there."""

_LONGEST = 50


class OptionSent(Shape):
    """One of the values of a field."""

    label: Annotated[str, Field(min_length=1, max_length=500)]


class FieldSent(Shape):
    """A custom field to be made."""

    label: Annotated[str, Field(min_length=1, max_length=500)]
    field_type: str
    options: Annotated[list[OptionSent], Field(max_length=1000)] = []


def field_shape(stored: StoredObject) -> Json:
    """Return a custom field as REST v2 has it."""
    kind = FieldType(stored.data.get("type", FieldType.TEXT))
    choices = stored.data.get("choices", ())
    return {
        "id": str(stored.id),
        "label": stored.data["title"],
        "field_name": stored.data["name"],
        "record_type": "CONTACT",
        "field_type": next(name for name, type_ in _TYPES.items() if type_ is kind),
        "options": [{"id": str(one), "label": str(one)} for one in choices],
    }


def read_model(account: Account, _: Call) -> tuple[int, Json]:
    """Return the custom fields that contacts have."""
    return 200, {
        "custom_fields": [field_shape(one) for one in account.objects_of("field")],
        "optional_properties": [],
    }


def create_field(account: Account, call: Call) -> tuple[int, Json]:
    """Make a custom field; its name follows from its label."""
    sent = call.read(FieldSent)
    kind = _TYPES.get(sent.field_type)
    if kind is None:
        raise bad(f"Fields of this account are of {', '.join(_TYPES)}; not {sent.field_type[:60]}.")
    choices = [one.label for one in sent.options]
    if (kind is FieldType.CHOICE) != bool(choices):
        raise bad("A DROPDOWN or RADIO has options, and nothing else has.")
    with account.together():
        data: dict[str, Json] = {
            "name": _name(account, sent.label),
            "title": sent.label,
            "type": str(kind),
        }
        made = account.create_object("field", data | ({"choices": choices} if choices else {}))
    return 201, field_shape(made)


def _name(account: Account, label: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:_LONGEST].rstrip("_")
    stem = plain if plain[:1].isalpha() else f"field_{plain}".rstrip("_")
    taken = {str(one.data["name"]) for one in account.objects_of("field")} | set(BUILT_IN)
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name


def delete_field(account: Account, call: Call) -> tuple[int, Json]:
    """Delete a custom field in which no contact has a value and that nothing refers to."""
    account.delete_object(known(account, call, "custom_field_id", "field", "custom field").id)
    return 204, None


_MODEL = "/contacts/model"
FIELDS = (
    Route("GET", _MODEL, Scope.READ, read_model),
    Route("POST", f"{_MODEL}/customFields", Scope.RESOURCES, create_field, Access.WRITE),
    Route(
        "DELETE",
        f"{_MODEL}/customFields/{{custom_field_id}}",
        Scope.RESOURCES,
        delete_field,
        Access.WRITE,
    ),
)
