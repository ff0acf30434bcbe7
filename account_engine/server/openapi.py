"""The OpenAPI document of the native API, made of the table of operations and nothing else."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from account_engine.keys import SCOPES
from account_engine.server.operations import PREFIX, Operation
from account_engine.server.problems import MEDIA_TYPE, Problem
from package_format.kinds.model import Json

VERSION = "1.0"
_REF = "#/components/schemas/{model}"
_OF_ALL = (400, 401, 403, 404, 413, 415, 422, 500, 503)
_Mode = Literal["validation", "serialization"]
_Schemas = Mapping[tuple[Any, _Mode], Json]


def document(operations: Sequence[Operation]) -> dict[str, Json]:
    """Return the document that describes these operations."""
    models = list(dict.fromkeys(_models(operations)))
    schemas, definitions = models_json_schema(models, ref_template=_REF)
    shapes = definitions["$defs"]
    paths: dict[str, dict[str, Json]] = {}
    for operation in operations:
        said = _operation(operation, schemas, shapes)
        paths.setdefault(operation.path, {})[operation.method.lower()] = said
    asked = {schema["$ref"].rpartition("/")[2] for (model, mode), schema in schemas.items()
             if model in {one.asks for one in operations} and mode == "validation"}  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Account",
            "version": VERSION,
            "description": (
                "An account's native API: contacts, events, campaigns, resources and change sets."
            ),
        },
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": {name: shape for name, shape in shapes.items() if name not in asked},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key. Scopes: "
                    + "; ".join(f"`{scope}`: {text}" for scope, text in SCOPES.items()),
                }
            },
        },
    }


def _models(operations: Sequence[Operation]) -> Iterator[tuple[type[BaseModel], _Mode]]:
    yield Problem, "serialization"
    for operation in operations:
        yield operation.asks, "validation"
        if operation.sends is not None:
            yield operation.sends, "validation"
        for model in operation.answers.values():
            if model is not None:
                yield model, "serialization"


def _operation(
    operation: Operation,
    schemas: _Schemas,
    shapes: dict[str, Json],
) -> dict[str, Json]:
    said: dict[str, Json] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"{inspect.getdoc(operation.run)}\n\nScope: `{operation.scope}`.",
        "tags": [operation.path.split("/")[1]],
        "responses": dict(_responses(operation, schemas)),
    }
    asked = shapes[schemas[operation.asks, "validation"]["$ref"].rpartition("/")[2]]
    parameters = [
        {
            "name": name,
            "in": "path" if name in operation.in_path else "query",
            "required": name in asked.get("required", ()),
            "schema": schema,
        }
        for name, schema in asked.get("properties", {}).items()
    ]
    if parameters:
        said["parameters"] = parameters
    if operation.sends is not None:
        media = "application/x-ndjson" if operation.lines else "application/json"
        schema = schemas[operation.sends, "validation"]
        said["requestBody"] = {
            "required": True,
            "content": {media: {"schema": {"type": "string"} if operation.lines else schema}},
        }
        if operation.lines:
            name = schema["$ref"].rpartition("/")[2]
            said["requestBody"]["description"] = f"Each line is one {name}."
    return said


def _responses(operation: Operation, schemas: _Schemas) -> Iterator[tuple[str, Json]]:
    for status, model in operation.answers.items():
        answer: dict[str, Json] = {"description": HTTPStatus(status).phrase}
        if model is not None:
            schema = schemas[model, "serialization"]
            answer["content"] = {"application/json": {"schema": schema}}
        elif operation.media != "application/json":
            answer["content"] = {operation.media: {"schema": {"type": "string"}}}
        yield str(status), answer
    problem = {MEDIA_TYPE: {"schema": schemas[Problem, "serialization"]}}
    for status in sorted({*_OF_ALL, *operation.refuses}):
        if operation.sends is None and status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            continue
        yield str(status), {"description": HTTPStatus(status).phrase, "content": problem}
