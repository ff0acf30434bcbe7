"""JSON Schemas of the files that authors write, made from the models that read them.

A model says what data means; an author may write it shorter: a bare text for a trigger, a mapping
for a list of steps. What a model's validators accept besides its own form is said here, by the
validators' names, and nothing that is not known is refused: an editor that says too little is a
nuisance, one that is wrong is a defect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import Step, Way
from package_format.campaign.timers import UNITS, WEEKDAYS, Wait
from package_format.folder import MANIFEST_FILE
from package_format.kinds.model import Json, Named
from package_format.kinds.table import KINDS, Kind
from package_format.locations import SCENARIOS, UPGRADES_FILE
from package_format.manifest import Manifest
from package_format.references import KEY_PATTERN
from package_format.scenario import Scenario, SetFields, Upgrade
from package_format.source.front_matter import BODY
from package_format.upgrades.terms import Timer

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_DURATION: JsonSchemaValue = {
    "type": "string",
    "pattern": rf"^\s*-?\d{{1,6}} *({'|'.join(UNITS)})s?\s*$",
    "examples": ["2 days"],
}
_MOMENT: JsonSchemaValue = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?$",
    "examples": ["2026-03-02T09:00"],
}
_TIME: JsonSchemaValue = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
_SCALAR: JsonSchemaValue = {"type": ["string", "number", "boolean", "null"]}
_SHORT: Mapping[type, JsonSchemaValue] = {Wait: _DURATION, Way: {"const": "otherwise"}}
_KEYS: JsonSchemaValue = {"pattern": f"^{KEY_PATTERN}$", "maxLength": 64}


@dataclass(frozen=True)
class Written:
    """A file, or sort of file, that authors write.

    Attributes:
        name: Its word on the command line: a kind's name, or what the file is called.
        location: Where it stands in a package's folder.
        schema: Returns its JSON Schema.
    """

    name: str
    location: str
    schema: Callable[[], JsonSchemaValue]


def schema_of(name: str) -> JsonSchemaValue:
    """Return the JSON Schema of a file that authors write, by its word in `WRITTEN`."""
    written = WRITTEN[name]
    return {"$schema": DIALECT, "title": f"CPT: {written.location}", **written.schema()}


def _of_model(model: type[BaseModel]) -> JsonSchemaValue:
    return TypeAdapter(model).json_schema(schema_generator=_Authored)


def _of_kind(kind: Kind) -> JsonSchemaValue:
    """Of a kind's file: one resource, or many by their keys."""
    schema = _of_model(kind.model)
    if kind.named_by_key:
        _optional(schema, kind.named_by_key)
    if kind.location.endswith(".html"):
        schema["properties"].pop(BODY, None)
        _optional(schema, BODY)
    if "*" in kind.location:
        return schema
    definitions = schema.pop("$defs", None)
    whole: JsonSchemaValue = {
        "type": "object",
        "propertyNames": _KEYS,
        "additionalProperties": schema,
    }
    return {**whole, "$defs": definitions} if definitions else whole


def _optional(schema: JsonSchemaValue, name: str) -> None:
    schema["required"] = [other for other in schema.get("required", ()) if other != name]


def _upgrades() -> JsonSchemaValue:
    address = {"type": "string", "minLength": 3}
    contacts = {
        "anyOf": [
            {"enum": ["finish-on-old", "exit"]},
            _closed({"continue-at": address}, ("continue-at",)),
        ]
    }
    return {
        "type": "array",
        "items": {
            "oneOf": [
                _closed({"moved": address, "to": address}, ("moved", "to")),
                _closed({"removed": address, "contacts": contacts}, ("removed",)),
                _closed({"added": address, "catch-up": _DURATION}, ("added", "catch-up")),
                _closed(
                    {"changed": address, "timer": {"enum": list(map(str, Timer))}},
                    ("changed", "timer"),
                ),
            ]
        },
    }


def _closed(properties: Mapping[str, Json], required: tuple[str, ...] = ()) -> JsonSchemaValue:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


WRITTEN: Mapping[str, Written] = {
    row.name: row
    for row in (
        Written("manifest", MANIFEST_FILE, lambda: _of_model(Manifest)),
        *(
            Written(kind.name, kind.location, lambda kind=kind: _of_kind(kind))  # type: ignore[misc]
            for kind in KINDS.values()
        ),
        Written("scenario", SCENARIOS, lambda: _of_model(Scenario)),
        Written("upgrades", UPGRADES_FILE, _upgrades),
    )
}
"""Every file that an author writes and an editor may check."""


class _Authored(GenerateJsonSchema):
    """Writes schemas of what authors may write, rather than of what models hold."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Describe a model and its fields by its docstring; put a word around what has one."""
        found = super().model_schema(schema)
        found.pop("title", None)
        model = schema["cls"]
        _describe(found, model)
        if "key" in found.get("properties", {}):  # where authors write a mapping of keys
            del found["properties"]["key"]
            _optional(found, "key")
        if model is Step:
            return self._step(found)
        if issubclass(model, Named):
            return _under_word(found, model)
        if hasattr(model, "_from_shorthand"):
            short = _SHORT.get(model, {"type": "string"})
            return {"description": found.pop("description"), "anyOf": [short, found]}
        return found

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out defaults, which are written in canonical form and not as authors would."""
        return self.generate_inner(schema["schema"])

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """Add the short forms that a validator accepts."""
        inner = self.generate_inner(schema["schema"])
        name = getattr(schema["function"]["function"], "__name__", "")
        match name:
            case "_unwrap" | "_collect_action" | "_from_shorthand":
                return inner  # said by `model_schema`
            case "_no_number":
                return inner
            case "_one_or_many":
                return {"anyOf": [inner["items"], inner]} if "items" in inner else inner
            case "_keyed_list":
                return self._keyed(inner)
            case "_by_field":
                return {"type": "object", "additionalProperties": _SCALAR}
            case "_weekdays":
                range_ = "|".join(WEEKDAYS)
                return {
                    "anyOf": [{"type": "string", "pattern": f"^({range_})(-({range_}))?$"}, inner]
                }
            case "_time_of_day":
                return _TIME
            case "_saves":
                return {"type": "object", "additionalProperties": {"type": "string"}}
            case "_bare_words":
                return {**inner, "items": {"anyOf": [inner["items"], {"const": Upgrade.word}]}}
            case _:
                return inner if "properties" in inner else {"anyOf": [inner, {}]}

    def function_plain_schema(
        self, schema: core_schema.PlainValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """The one plain validator is that of durations."""
        del schema
        return dict(_DURATION)

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        """A moment in the contact's own time, which has no zone."""
        del schema
        return dict(_MOMENT)

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401  as its base has it
        """Say nothing that a key's own name does not say."""
        del schema
        return False

    def _keyed(self, inner: JsonSchemaValue) -> JsonSchemaValue:
        """A list of ``{key, …}`` as authors write it: a mapping."""
        return {"type": "object", "propertyNames": _KEYS, "additionalProperties": inner["items"]}

    def _step(self, found: JsonSchemaValue) -> JsonSchemaValue:
        """A step has its action's word among its own."""
        properties = {
            name: inner for name, inner in found["properties"].items() if name != "action"
        }
        for word, row in ACTIONS.items():
            under = self.generate_inner(row.model.__pydantic_core_schema__)
            properties[word] = self._inside(under)["properties"][word]
        any_action = [{"required": [word]} for word in ACTIONS]
        waits = {"required": ["wait"], "not": {"anyOf": any_action}}
        return {
            **{name: value for name, value in found.items() if name in ("description", "type")},
            "properties": properties,
            "additionalProperties": False,
            "oneOf": [*any_action, waits],
        }

    def _inside(self, found: JsonSchemaValue) -> JsonSchemaValue:
        """What stands behind a reference to a definition."""
        while "$ref" in found:
            resolved = self.get_schema_from_definitions(found["$ref"])
            assert resolved is not None  # noqa: S101  it has just been made
            found = resolved
        return found


def _under_word(found: JsonSchemaValue, model: type[Named]) -> JsonSchemaValue:
    """What stands under a row's word, and its short form."""
    properties = found.get("properties", {})
    choices = [found]
    if model is SetFields:
        choices = [{"type": "object", "additionalProperties": _SCALAR, "minProperties": 1}]
    if model.shorthand is not None and model.shorthand.rstrip("_") in properties:
        choices.insert(0, properties[model.shorthand.rstrip("_")])
    if not found.get("required"):
        choices.append({"type": "null"})
    inner = choices[0] if len(choices) == 1 else {"anyOf": choices}
    said = {"description": found["description"]} if "description" in found else {}
    return {**said, **_closed({model.word: {**inner, **said}}, (model.word,))}


_ATTRIBUTE = re.compile(r"^ {8}(\w+): (.+(?:\n {12}.+)*)$", re.MULTILINE)


def _describe(found: JsonSchemaValue, model: type[BaseModel]) -> None:
    """Take the first paragraph of the docstring for the whole, its attributes for the fields."""
    doc = model.__doc__ or ""
    found["description"] = _plain(doc.strip().partition("\n\n")[0])
    for name, text in _ATTRIBUTE.findall(doc):
        info = model.model_fields.get(name)
        inner = found.get("properties", {}).get(info.alias or name) if info else None
        if inner is not None:
            inner["description"] = _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("``", "`")
