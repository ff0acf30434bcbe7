"""Metrics, as Prometheus reads them."""

import os
import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

from registry_server.operations.metrics import Metrics
from registry_server.operations.workers import SHARED
from tests.registry_server.stores import Running


def counted(text: str) -> dict[tuple[str, str, str], float]:
    return {
        (sample.labels["operation"], sample.labels["method"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "cpt_registry_requests_total"
    }


def test_what_was_asked_is_counted_by_what_it_was_and_what_became_of_it(running: Running) -> None:
    for path in ("/config.json", "/config.json", "/api/v1/me", "/nothing", "/index/a/b.jsonl"):
        running.ask("GET", path)
    running.ask("BREW", "/config.json")
    answer = running.ask("GET", "/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert counted(answer.text) == {
        ("api.files.config", "GET", "200"): 2,
        ("api.people.me", "GET", "401"): 1,
        ("none", "GET", "404"): 1,
        ("api.files.index", "GET", "404"): 1,
        ("api.files.config", "other", "405"): 1,
    }
    assert 'cpt_registry_request_seconds_count{operation="api.files.config"} 3.0' in answer.text
    assert "process_resident_memory_bytes" in answer.text


def test_who_asks_through_something_in_front_is_not_told(running: Running) -> None:
    for header in ("X-Forwarded-For", "Forwarded", "X-Forwarded-Proto", "X-Real-IP", "Via"):
        answer = running.ask("GET", "/metrics", headers={header: "8.8.8.8"})
        assert answer.status_code == 404
        assert answer.json()["title"] == "Not Found"


def test_any_of_several_workers_tells_of_all(tmp_path: object) -> None:
    worker = (
        "from registry_server.operations.metrics import Metrics; m = Metrics();"
        "m.answered('api.files.index', 'GET', 200, 0.1); print(m.written().decode())"
    )
    environment = {**os.environ, SHARED: str(tmp_path)}
    said = ""
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", worker],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        said = done.stdout
    assert counted(said) == {("api.files.index", "GET", "200"): 3}


def test_one_application_does_not_count_for_another() -> None:
    one, other = Metrics(), Metrics()
    one.answered("x", "GET", 200, 0.1)
    assert counted(other.written().decode()) == {}
