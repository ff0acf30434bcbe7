"""The OpenAPI document says what is there, and what is there is as it says."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route

from package_format.index import blob_path
from package_format.kinds.model import Json
from package_format.package import Package
from registry_server.api.openapi import OPERATIONS, Operation, document
from tests.registry_server.conftest import Asked, published

DOCUMENT = document("http://packages.test")
NAMES = [operation.name for operation in OPERATIONS]


def operation(name: str) -> Operation:
    return next(one for one in OPERATIONS if one.name == name)


def valid(schema: Json, data: Json) -> None:
    """Hold data against a schema that may refer to the document's components."""
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(data)


def address(name: str, digest: str) -> str:
    return operation(name).path.format(
        publisher="acme", name="lifecycle-tags", start=digest[:2], digest=digest
    )


@pytest.fixture
def digest(tmp_path: Path, tags: Package) -> str:
    (line,) = published(tmp_path, tags)
    return line.digest.removeprefix("sha256:")


def test_the_document_is_served_and_its_schemas_are_schemas(ask: Asked) -> None:
    assert ask("/openapi.json").json() == json.loads(json.dumps(DOCUMENT))
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_document_names_is_there_as_it_says(
    tmp_path: Path, digest: str, name: str
) -> None:
    ask, one = Asked(tmp_path), operation(name)
    answer = ask(address(name, digest))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].partition(";")[0] == one.media
    assert ("ETag" in answer.headers) == one.is_kept
    if one.media == "application/json":
        valid(one.schema, answer.json())
    if one.is_kept:
        again = ask(address(name, digest), headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


def test_the_lines_of_an_index_are_index_lines(tmp_path: Path, digest: str) -> None:
    for line in Asked(tmp_path)(address("versions", digest)).text.splitlines():
        valid({"$ref": "#/components/schemas/IndexLine"}, json.loads(line))


@pytest.mark.parametrize("name", [one.name for one in OPERATIONS if one.parameters])
def test_what_is_not_there_is_a_problem_as_the_document_says(tmp_path: Path, name: str) -> None:
    path = address(name, "0" * 64)
    answer = Asked(tmp_path)(path, headers={"Accept": "application/json"})
    assert answer.status_code == 404
    valid({"$ref": "#/components/schemas/Problem"}, answer.json())


def test_a_damaged_registry_is_a_problem_as_the_document_says(tmp_path: Path, digest: str) -> None:
    path = tmp_path / blob_path(f"sha256:{digest}")
    path.unlink()
    path.mkdir()
    answer = Asked(tmp_path)(address("archive", digest))
    assert answer.status_code == 500
    valid({"$ref": "#/components/schemas/Problem"}, answer.json())


def test_every_file_of_the_tree_that_is_served_is_in_the_document(ask: Asked) -> None:
    routes = {route.path for route in ask.app.routes if isinstance(route, Route)}
    told = {one.path.replace("{name}", "{short}") for one in OPERATIONS}
    assert told <= routes
    files = {path for path in routes if path.endswith((".json", ".jsonl", ".cpt", ".atom"))}
    assert files - told == {"/openapi.json"}
