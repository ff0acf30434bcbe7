"""Each request has a name, which its answer, its problem and the log say."""

import json
import logging
import logging.config
import re
from collections.abc import Iterator
from io import StringIO

import pytest

from package_format.package import Package
from registry_server.operations.logs import REQUESTS, Form, configuration
from registry_server.web import rendering
from tests.registry_server.stores import Running


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Log as a server does that is told to log for programs, but here; then as before."""
    root, requests, here = logging.getLogger(), logging.getLogger(REQUESTS), StringIO()
    before = root.handlers[:], root.level, requests.level
    told = configuration(Form.JSON)
    told["handlers"]["console"]["stream"] = here
    logging.config.dictConfig(told)
    yield here
    root.handlers[:], level, requests_level = before
    root.setLevel(level)
    requests.setLevel(requests_level)


def test_every_answer_says_what_its_request_is_called(running: Running) -> None:
    names = [running.ask("GET", "/config.json").headers["X-Request-Id"] for _ in range(2)]
    assert all(re.fullmatch(r"[0-9a-f]{16}", name) for name in names)
    assert names[0] != names[1]


def test_what_something_in_front_calls_it_is_taken_if_it_is_a_word(running: Running) -> None:
    for given, taken in (
        ("edge-0123456789", True),
        ("short", False),
        ("a b\x1b[2J-long-enough", False),
    ):
        answer = running.ask("GET", "/config.json", headers={"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) is taken


def test_a_problem_says_it_too(running: Running) -> None:
    for path in ("/api/v1/me", "/api/v1/nothing", "/index/a/b.jsonl"):
        answer = running.ask("GET", path)
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_the_log_has_a_line_of_json_for_each_request(
    running: Running, tags: Package, logged: StringIO
) -> None:
    answer = running.publish(tags)
    (line,) = map(json.loads, logged.getvalue().splitlines())
    assert line.pop("milliseconds") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", line.pop("time"))
    assert line == {
        "level": "INFO",
        "logger": REQUESTS,
        "message": "PUT /api/v1/packages 201",
        "request_id": answer.headers["X-Request-Id"],
        "method": "PUT",
        "path": "/api/v1/packages",
        "status": 201,
        "operation": "api.packages.publish",
        "client": "127.0.0.1",
    }


def test_nobody_fills_the_log_or_writes_lines_of_their_own_into_it(
    running: Running, logged: StringIO
) -> None:
    running.ask("GET", "/a%0a%1b[2J%e2%80%ae" + "x" * 60_000)
    running.ask("M" * 9_000, "/")
    long, odd = map(json.loads, logged.getvalue().splitlines())
    assert long["path"].startswith("/a��[2J�xxx")
    assert len(logged.getvalue()) < 2_500
    assert odd["method"] == "M" * 20


def test_a_fault_of_ours_is_found_in_the_log_by_what_its_answer_says(
    running: Running, monkeypatch: pytest.MonkeyPatch, logged: StringIO
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("the secret of /etc")

    monkeypatch.setattr(rendering, "page", broken)
    answer = running.ask("GET", "/", headers={"Accept": "application/json"})
    assert answer.status_code == 500
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [(line["level"], line["request_id"]) for line in lines] == [
        ("ERROR", answer.json()["request_id"]),
        ("INFO", answer.json()["request_id"]),
    ]
    assert "the secret of /etc" in lines[0]["traceback"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_for_people_the_log_is_silent_while_all_is_well(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    running.ask("GET", "/config.json")
    assert caplog.records == []
