"""Models as tables: the keys that may stand in something, what they hold and what they mean."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from package_format.kinds.model import REFERS_TO, Json
from package_format.kinds.table import KINDS

_ATTRIBUTES = re.compile(r"^Attributes:\n", re.MULTILINE)
_ENTRY = re.compile(r"^    (?P<name>\w+): (?P<text>.*?)(?=^    \w+: |\Z)", re.MULTILINE | re.DOTALL)
_MARKS = re.compile(r"``(.+?)``")
_DEEPEST = 2
_MAPPING = "x-mapping"
_READ_AS_LISTS = ("_by_field", "_by_score", "_keyed_list", "_people", "_saves", "_settings")
"""The validators by which a model reads as a list what authors write as a mapping."""
_TYPES = {
    "object": "a mapping",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_PAGES = {
    "TagCondition": "a [condition](conditions.md)",
    "TagApplied": "a [trigger](triggers.md)",
    "SendEmail": "an [action](actions.md)",
    "Expect": "a step of the story",
}
"""What a choice of many models is called, by one of them."""


@dataclass(frozen=True)
class Field:
    """A key of a model.

    Attributes:
        key: As authors write it.
        holds: What it holds, in words.
        default: What it is when left out; None for one that is required.
        meaning: What it means; empty where its name says it.
    """

    key: str
    holds: str
    default: str | None
    meaning: str


def lead(model: type[object]) -> str:
    """Return what a model's docstring says before its attributes, marked as Markdown."""
    text = inspect.cleandoc(model.__doc__ or "")
    return _marked(_ATTRIBUTES.split(text)[0].strip())


def meanings(model: type[object]) -> Mapping[str, str]:
    """Return what a docstring says of each attribute."""
    parts = _ATTRIBUTES.split(inspect.cleandoc(model.__doc__ or ""), maxsplit=1)
    entries = _ENTRY.finditer(parts[1]) if len(parts) > 1 else ()
    return {entry["name"]: _marked(" ".join(entry["text"].split())) for entry in entries}


def fields(model: type[BaseModel]) -> Iterator[Field]:
    """Yield the keys of a model, in order."""
    said: dict[str, str] = {}
    for base in reversed(model.__mro__):
        said |= meanings(base)
    whole = model.model_json_schema(by_alias=True, schema_generator=_Schema)
    definitions = whole.get("$defs", {})
    schema = _resolved(whole, definitions)
    for name, info in model.model_fields.items():
        key = info.alias or name
        holds = _words(schema["properties"][key], definitions, 0)
        default = (
            None if info.is_required() else _default(info.get_default(call_default_factory=True))
        )
        yield Field(key, holds, default, said.get(name, ""))


def table(model: type[BaseModel]) -> str:
    """Return a model's keys as a Markdown table; empty if it has none."""
    rows = [
        f"| `{f.key}` | {_cell(f.holds)} | {_left_out(f)} | {_cell(f.meaning)} |"
        for f in fields(model)
    ]
    head = ["| key | holds | when left out | |", "|---|---|---|---|"]
    return "\n".join([*head, *rows]) if rows else ""


class _Schema(GenerateJsonSchema):
    """Takes a value that is read from a text, such as a duration, for a text."""

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> Json:
        """Describe what only a function reads."""
        del schema
        return {"type": "string"}

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """Mark a list that authors write as a mapping."""
        inner = super().function_before_schema(schema)
        is_mapping = getattr(schema["function"]["function"], "__name__", "") in _READ_AS_LISTS
        return {**inner, _MAPPING: True} if is_mapping else inner


def _resolved(schema: Json, definitions: Json) -> dict[str, Any]:
    reference = str(schema.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = definitions.get(reference, schema) if reference else schema
    return found


def _words(schema: Json, definitions: Json, depth: int) -> str:
    """Say what a JSON schema allows."""
    if not isinstance(schema, Mapping):
        return "a value"
    schema = _resolved(schema, definitions)
    if REFERS_TO in schema:
        return _kind(schema[REFERS_TO])
    if "const" in schema:
        return f"`{_json(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{_json(word)}`" for word in schema["enum"])
    choices = [c for c in schema.get("anyOf", schema.get("oneOf", ())) if c != {"type": "null"}]
    if choices:
        return _one_of(choices, definitions, depth)
    if _MAPPING in schema:
        return _mapping(list(_resolved(schema["items"], definitions)["properties"]))
    if schema.get("type") == "array":
        return f"a list of: {_words(schema.get('items', {}), definitions, depth + 1)}"
    if "properties" in schema and depth < _DEEPEST:
        return f"keys {', '.join(f'`{key}`' for key in schema['properties'])}"
    if schema.get("additionalProperties"):
        return f"keys to: {_words(schema['additionalProperties'], definitions, depth + 1)}"
    return _TYPES.get(schema.get("type", ""), "a value")


def _mapping(keys: list[str]) -> str:
    """Say how authors write a list of what has these keys, of which the first stands alone."""
    first, *others = (f"`{key}`" for key in keys)
    return f"a mapping: {first} to {'' if len(others) == 1 else 'keys '}{', '.join(others)}"


def _kind(name: str) -> str:
    """Return a kind as what a text refers to: ``a [tag](kinds.md#tag)``."""
    title = KINDS[name].title
    page = "campaigns.md" if name == "campaign" else f"kinds.md#{title.lower().replace(' ', '-')}"
    return f"{'an' if title[0].lower() in 'aeioh' else 'a'} [{title}]({page})"


def _one_of(choices: list[Json], definitions: Json, depth: int) -> str:
    titles = {_resolved(choice, definitions).get("title") for choice in choices}
    page = next((page for name, page in _PAGES.items() if name in titles), None)
    words = dict.fromkeys(_words(one, definitions, depth) for one in choices)
    return page or " or ".join(words)


def _default(value: object) -> str:
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if value is None or value in ((), {}, []):
        return "nothing"
    return f"`{_json(value)}`"


def _left_out(field: Field) -> str:
    return "*required*" if field.default is None else field.default


def _json(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _marked(text: str) -> str:
    """Return reStructuredText's ``code`` as Markdown's."""
    return _MARKS.sub(r"`\1`", text)
