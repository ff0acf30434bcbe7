"""The OpenAPI document of what programs read: a row for each thing that there is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from starlette.responses import JSONResponse
from starlette.routing import Route

from package_format.index import IndexLine
from package_format.kinds.model import Json
from package_format.notices import Notices
from registry_server.trees.inspection import Condition

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

VERSION = "1.0"
_WORDS = "[a-z0-9]+(?:-[a-z0-9]+)*"
_PUBLISHER = {"publisher": ("The publisher's name.", f"^{_WORDS}$")}
_PACKAGE = {**_PUBLISHER, "name": ("The package's name without its publisher.", f"^{_WORDS}$")}
_ATOM, _JSON = "application/atom+xml", "application/json"
_REF = "#/components/schemas/{model}"
_TEXT: Json = {"type": "string"}


@dataclass(frozen=True)
class Operation:
    """One thing that can be read.

    Attributes:
        path: Its address, with names in braces.
        name: What programs call it.
        summary: What it is, in a sentence.
        media: Its media type.
        schema: What it looks like.
        parameters: What each name in its address means, and its pattern.
        is_kept: Whether it has an ETag, and is answered with 304 while it is the same.
    """

    path: str
    name: str
    summary: str
    media: str
    schema: Json
    parameters: Mapping[str, tuple[str, str]]
    is_kept: bool = True


_CONFIG: Json = {
    "type": "object",
    "required": ["format", "blobs"],
    "properties": {
        "format": {"const": 1, "description": "Which form the tree has."},
        "blobs": {"type": "string", "description": "Where archives are: a folder, or a URL."},
        "api": {"type": "string", "description": "Where what may be written is, if anything may."},
        "signed": {"type": "boolean", "description": "Whether the index is signed."},
    },
}
_NAMES: Json = {"type": "array", "items": {"type": "string", "pattern": f"^{_WORDS}/{_WORDS}$"}}
_NOTICES: Json = {
    "type": "object",
    "additionalProperties": {"$ref": "#/components/schemas/Notices"},
}
_CONDITION: Json = {
    "allOf": [{"$ref": "#/components/schemas/Condition"}],
    "required": ["ok"],
    "properties": {"ok": {"type": "boolean", "description": "Whether nothing is wrong."}},
}

OPERATIONS = (
    Operation("/config.json", "config", "What makes a tree a registry.", _JSON, _CONFIG, {}),
    Operation(
        "/index/names.json", "names", "The name of every package, sorted.", _JSON, _NAMES, {}
    ),
    Operation(
        "/index/notices.json",
        "notices",
        "What people should know of packages before they choose them, by name.",
        _JSON,
        _NOTICES,
        {},
    ),
    Operation(
        "/index/{publisher}/{name}.jsonl",
        "versions",
        "The versions of a package, an IndexLine in each line, in the order they were published.",
        "application/jsonl",
        _TEXT,
        _PACKAGE,
    ),
    Operation(
        "/blobs/sha256/{start}/{digest}.cpt",
        "archive",
        "A version's archive, which never changes; whoever reads it recomputes its digest.",
        "application/octet-stream",
        {"type": "string", "format": "binary"},
        {
            "start": ("The first two digits of the digest.", "^[0-9a-f]{2}$"),
            "digest": ("The content digest, without `sha256:`.", "^[0-9a-f]{64}$"),
        },
    ),
    Operation("/feed.atom", "feed", "What was published last.", _ATOM, _TEXT, {}),
    Operation(
        "/publishers/{publisher}/feed.atom",
        "publisher-feed",
        "What a publisher published last.",
        _ATOM,
        _TEXT,
        _PUBLISHER,
    ),
    Operation(
        "/packages/{publisher}/{name}/feed.atom",
        "package-feed",
        "A package's versions, and what its author says of each.",
        _ATOM,
        _TEXT,
        _PACKAGE,
    ),
    Operation(
        "/packages/{publisher}/{name}/badge.svg",
        "badge",
        "A picture of the version that a package is known by.",
        "image/svg+xml",
        _TEXT,
        _PACKAGE,
    ),
    Operation(
        "/status.json",
        "status",
        "How the registry is: what is wrong, when something is.",
        _JSON,
        _CONDITION,
        {},
        is_kept=False,
    ),
)
"""Everything that programs can read, besides this document."""

_SHAPES = {"IndexLine": IndexLine, "Condition": Condition, "Notices": Notices}

_PROBLEM: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "The HTTP status in words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What happened, and what to do."},
        "request_id": {"type": "string", "description": "What the log calls the request."},
    },
}


def routes(address: str) -> list[Route]:
    """Where the document is."""
    told = document(address)

    def openapi(request: Request) -> Response:
        """Give out the document."""
        del request
        return JSONResponse(told)

    return [Route("/openapi.json", openapi)]


def document(address: str) -> dict[str, Json]:
    """Return the document.

    Args:
        address: The address that people reach the registry by.
    """
    shapes: dict[str, Json] = {}
    for name, described in _SHAPES.items():
        shape = TypeAdapter(described).json_schema(mode="serialization", ref_template=_REF)
        shapes |= {**shape.pop("$defs", {}), name: shape}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Registry of campaign packages",
            "version": VERSION,
            "description": (
                "A registry is a tree of files: everything below is only read. What can be written "
                "is described by the openapi.json of the API that config.json names, if it does."
            ),
        },
        "servers": [{"url": address}],
        "paths": {one.path: {"get": _operation(one)} for one in OPERATIONS},
        "components": {"schemas": {**shapes, "Problem": _PROBLEM}},
    }


def _operation(one: Operation) -> dict[str, Json]:
    said: dict[str, Json] = {
        "operationId": one.name,
        "summary": one.summary,
        "responses": {
            "200": {"description": one.summary, "content": {one.media: {"schema": one.schema}}}
        },
    }
    if one.is_kept:
        said["responses"]["304"] = {"description": "It is what If-None-Match says it is."}
    for status, meaning in (("404", "There is none."), ("500", "The registry is damaged.")):
        problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        said["responses"][status] = {"description": meaning, "content": problem}
    if one.parameters:
        said["parameters"] = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": description,
                "schema": {"type": "string", "pattern": pattern},
            }
            for name, (description, pattern) in one.parameters.items()
        ]
    return said
