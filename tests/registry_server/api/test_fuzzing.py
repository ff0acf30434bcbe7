"""Every operation of the API, asked everything that its own document allows, and more.

Nothing that anybody sends may end in a fault of the server, or in an answer that the document does
not describe.
"""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.routing import Mount

from package_format.archive import build_archive
from package_format.package import Package
from registry_server.api.v1 import PREFIX
from tests.registry_server.conftest import retold
from tests.registry_server.stores import Running

_METHODS = ("get", "put", "post", "delete")
_THERE = {"publisher": "acme", "name": "lifecycle-tags", "version": "1.0.0", "person": "bo"}
"""What is there, of all that can be named."""


def _api(running: Running) -> FastAPI:
    (mount,) = (r for r in running.app.routes if isinstance(r, Mount) and r.path == PREFIX)
    assert isinstance(mount.app, FastAPI)
    return mount.app


@pytest.fixture
def document(running: Running, tags: Package) -> dict[str, Any]:
    """The document of a registry in which something has happened."""
    assert running.publish(tags).status_code == 201
    return _api(running).openapi()


@pytest.mark.slow
@pytest.mark.parametrize("method", _METHODS)
def test_whatever_is_asked_the_answer_is_one_that_the_document_describes(
    running: Running, document: dict[str, Any], tags: Package, method: str
) -> None:
    schema: OpenApiSchema = schemathesis.openapi.from_dict(document)
    paths = sorted(path for path, operations in document["paths"].items() if method in operations)
    assert paths

    @settings(
        max_examples=30 * len(paths),
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(paths))
        operation = schema[path][method.upper()]
        mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if data.draw(st.booleans()):
            case.path_parameters.update(_THERE)
        sent = case.as_transport_kwargs(base_url=f"http://x{PREFIX}")
        headers = {
            str(k): str(v)
            for k, v in dict(sent["headers"]).items()
            if str(v).isascii() and str(v).isprintable()
        }
        body: dict[str, Any] = {k: sent[k] for k in ("json", "content") if k in sent}
        if isinstance(sent.get("data"), bytes | str):
            body["content"] = sent["data"]
        if path == "/packages" and data.draw(st.booleans()):
            version = data.draw(st.integers(0, 9))
            body = {"content": build_archive(retold(tags, version=f"1.{version}.0")).data}
        by = data.draw(st.sampled_from(["ann", "root", "root", None]))
        answer = running.ask(
            sent["method"],
            sent["url"],
            by=by,
            headers={k: v for k, v in headers.items() if k != "Authorization"},
            params=sent.get("params"),
            **body,
        )
        if by is not None and answer.status_code == 401:  # a token revoked itself
            running.welcome(by, operator=by == "root")
        said = document["paths"][path][method]["responses"]
        assert answer.status_code < 500, answer.text
        assert str(answer.status_code) in {*said, "405"}, answer.text
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        told = said.get(str(answer.status_code), {}).get("content", {})
        if media in told:
            full = {**told[media]["schema"], "components": document["components"]}
            jsonschema.Draft202012Validator(full).validate(answer.json())

    ask()


def test_the_document_is_one(document: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(document).validate()
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_every_answer_is_an_object_and_a_list_stands_in_it(document: dict[str, Any]) -> None:
    """So that a later server can say more beside it."""
    schemas = document["components"]["schemas"]
    answers = {
        told["schema"]["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for operation in path.values()
        for said in operation["responses"].values()
        for told in said.get("content", {}).values()
    }
    assert {"Hits", "Owners", "Problem", "Several_Happened_", "Several_TokenMade_"} <= answers
    assert {schemas[name]["type"] for name in answers} == {"object"}
    lists = {name for name in answers if name == "Hits" or name.startswith("Several_")}
    assert all("items" in schemas[name]["required"] for name in lists)
