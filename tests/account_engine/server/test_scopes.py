"""Each operation of each face is done with one scope, and keys are kept nowhere."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, dumps, loads

import pytest

from account_engine.keys import Scope
from account_engine.server.api.table import OPERATIONS
from account_engine.server.operations import Operation
from account_engine.server.rest_v2.asking import Route
from account_engine.server.rest_v2.endpoint import PREFIX, ROUTES
from account_engine.server.xmlrpc.endpoint import PATHS
from account_engine.server.xmlrpc.services import METHODS
from tests.account_engine.server.conftest import Served


def _others(scope: Scope) -> list[Scope]:
    return [one for one in Scope if one is not scope]


def test_an_operation_is_done_with_its_scope_and_no_other(served: Served) -> None:
    for row in OPERATIONS:
        _verify_scope(served, row)


def _verify_scope(served: Served, row: Operation) -> None:
    path = row.path
    for name in row.in_path:
        path = path.replace(f"{{{name}}}", "1")
    media = "application/x-ndjson" if row.lines else "application/json"
    sent: dict[str, Any] = {"headers": {"Content-Type": media}, "content": "{}"}
    refused = served.ask(row.method, path, token=served.key(*_others(row.scope)), **sent)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:cpt:wrong-scope")
    done = served.ask(row.method, path, token=served.key(row.scope), **sent)
    assert done.status_code not in {401, 403}, done.text


def test_a_route_of_rest_v2_has_one_scope(served: Served) -> None:
    for row in ROUTES:
        _verify_route(served, row)


def _verify_route(served: Served, row: Route) -> None:
    path = PREFIX + re.sub(r"\{\w+\}", "1", row.path)
    sent: dict[str, Any] = {"json": {}} if row.method in {"POST", "PATCH"} else {}
    refused, done = (
        served.client.request(row.method, path, headers={"X-Keap-API-Key": token}, **sent)
        for token in (served.key(*_others(row.scope)), served.key(row.scope))
    )
    assert refused.status_code == 403, refused.text
    assert done.status_code not in {401, 403}, done.text


def test_a_method_of_the_old_api_has_one_scope(served: Served) -> None:
    for name in METHODS:
        _verify_method(served, name)


def _verify_method(served: Served, name: str) -> None:
    method = METHODS[name]
    given = {int: 1, str: "x", list: ["Id"], dict: {}, bool: True}
    arguments: list[Any] = [given[kind] for kind in method.takes]

    def code(token: str) -> int:
        body = dumps((token, *arguments), name)
        answer = served.client.post(PATHS[0], content=body, headers={"Content-Type": "text/xml"})
        try:
            loads(answer.text)
        except Fault as fault:
            return fault.faultCode
        return 0

    assert code(served.key(*_others(method.scope))) == 14
    assert code(served.key(method.scope)) not in {2, 14}


def test_a_key_is_kept_nowhere(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, _, secret = served.token.split("_", 2)  # it may hold more of them
    with caplog.at_level(logging.DEBUG):
        served.ask("GET", "/account")
        served.ask("GET", f"/contacts/99?email={served.token}")
        served.client.post("/login", data={"key": served.token})
        body = dumps((served.token, 1), "No.such")
        served.client.post(PATHS[0], content=body, headers={"Content-Type": "text/xml"})
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("account_engine")]
    assert secret not in "\n".join(ours)
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert files
    assert all(secret.encode() not in path.read_bytes() for path in files)


def test_nothing_of_a_stranger_s_body_is_read(served: Served) -> None:
    read = 0

    async def endless() -> Any:  # noqa: ANN401  a generator, as httpx wants it
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"x" * 1000

    for path in ("/api/v1/contacts", "/api/v1/events/bulk", f"{PREFIX}/contacts"):
        headers = {"Authorization": "Bearer cpt_0123456789ab_" + "A" * 43}
        answer = served.client.post(path, content=endless(), headers=headers)
        assert (answer.status_code, read) == (401, 0)
