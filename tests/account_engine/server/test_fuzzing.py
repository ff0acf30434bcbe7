"""Every operation of the native API, asked everything that its own document allows, and more.

Nothing that anybody sends may end in a fault of the server, or in an answer that the document does
not describe.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.schemas import OpenApiSchema

from account_engine.server.api.table import OPERATIONS
from account_engine.server.openapi import document
from account_engine.server.operations import PREFIX
from tests.account_engine.server.conftest import Served

_DOCUMENT = document(OPERATIONS)
_SCHEMA: OpenApiSchema = schemathesis.openapi.from_dict(_DOCUMENT)
_CAUSED_BY_US = 500
_ONE_LINE = {"/contacts/bulk": "/contacts", "/events/bulk": "/events"}
"""Where what is sent by the line is sent by itself."""


@pytest.fixture
def stirred(served: Served) -> Served:
    """Serve a shop in which something has happened."""
    served.shop.registered()
    return served


@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in OPERATIONS])
def test_whatever_is_asked_the_answer_is_one_that_the_document_describes(
    stirred: Served, name: str
) -> None:
    row = next(one for one in OPERATIONS if one.name == name)
    operation = _SCHEMA[_ONE_LINE.get(row.path, row.path)][row.method]
    described = _DOCUMENT["paths"][row.path][row.method.lower()]["responses"]

    @settings(
        max_examples=40,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        sent = case.as_transport_kwargs(base_url=f"http://shop.test{PREFIX}")
        said = {str(k): str(v) for k, v in dict(sent["headers"]).items() if str(v).isascii()}
        body: dict[str, Any] = {k: sent[k] for k in ("json", "data", "content") if k in sent}
        if isinstance(body.get("data"), bytes | str):
            body = {"content": body["data"]}
        if row.lines:
            others = data.draw(st.lists(operation.as_strategy(), max_size=2))
            lines = [json.dumps(one.body, default=str) for one in (case, *others)]
            said["Content-Type"], body = "application/x-ndjson", {"content": "\n".join(lines)}
        url = sent["url"].replace(PREFIX + operation.path, PREFIX + row.path)
        headers = {**said, "Authorization": f"Bearer {stirred.token}"}
        asked = {"headers": headers, "params": sent.get("params"), **body}
        answer = stirred.client.request(sent["method"], url, **asked)
        assert answer.status_code < _CAUSED_BY_US, answer.text
        assert str(answer.status_code) in {*described, "405"}, answer.text
        told = described.get(str(answer.status_code), {}).get("content", {})
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        if media.endswith("json") and media in told:
            schema = {**told[media]["schema"], "components": _DOCUMENT["components"]}
            jsonschema.Draft202012Validator(schema).validate(answer.json())

    ask()


def test_the_document_is_one(tmp_path: Path) -> None:
    del tmp_path
    _SCHEMA.validate()
    names = [
        operation["operationId"]
        for path in _DOCUMENT["paths"].values()
        for operation in path.values()
    ]
    assert sorted(names) == sorted(one.name for one in OPERATIONS)
