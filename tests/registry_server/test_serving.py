"""The server as a process: what a person starts in a terminal."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from package_format import listening
from package_format.archive import build_archive
from package_format.package import Package
from registry_server import serving
from registry_server.cli.app import registry
from registry_server.errors import CannotServeError
from registry_server.operations.logs import Form
from registry_server.operations.rates import Rates
from registry_server.store import Place, Store
from registry_server.upkeep.operating import welcome
from tests.registry_server.stores import NOW


@contextmanager
def served(root: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the server at a free port; gives its address once it answers."""
    command = [sys.executable, "-m", "cpt", "registry", "serve", str(root), "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


@pytest.mark.slow
def test_the_server_serves_until_it_is_interrupted(root: Path) -> None:
    with served(root) as (address, process):
        assert address.startswith("http://127.0.0.1:")
        with httpx.Client(base_url=address, trust_env=False) as client:
            assert client.get("/config.json").json()["format"] == 1
            assert f"--registry {address}" in client.get("/packages/acme/lifecycle-tags").text
            head = client.head("/")
            assert (head.status_code, head.content) == (200, b"")
            blob = next(root.glob("blobs/sha256/*/*.cpt"))
            answer = client.get("/" + blob.relative_to(root).as_posix())
            assert answer.content == blob.read_bytes()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == f"serving {root}, which is only read; Ctrl-C ends it\n"


def test_the_process_that_looks_after_workers_has_nothing_of_what_they_need() -> None:
    heavy = ("sqlalchemy", "alembic", "pydantic", "starlette", "fastapi", "package_format.package")
    code = f"import sys, registry_server.serving; print([x for x in {heavy} if x in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
def test_workers_count_together_and_the_log_is_for_programs(root: Path) -> None:
    with served(root, "--workers", "2", "--log", "json") as (address, process):
        for _ in range(12):  # of its own connection each, so that both workers are asked
            assert httpx.get(f"{address}/config.json", trust_env=False).status_code == 200
        told = {
            line
            for _ in range(12)
            for line in httpx.get(f"{address}/metrics", trust_env=False).text.splitlines()
            if line.startswith("cpt_registry_requests_total{") and "config" in line
        }
        assert {line.rpartition(" ")[2] for line in told} == {"12.0"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        lines = process.stderr.read().splitlines()
    assert sum(json.loads(x)["path"] == "/config.json" for x in lines if x[:1] == "{") == 12


@pytest.mark.slow
def test_what_has_begun_is_finished_before_the_server_ends(tmp_path: Path, tags: Package) -> None:
    store = Store.open(Place.of(tmp_path))
    token = welcome(store, "ann", operator=False, now=NOW)
    store.close()
    data = build_archive(tags).data
    with served(tmp_path) as (address, process):
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            head = (
                "PUT /api/v1/packages HTTP/1.1", "Host: x", f"Authorization: Bearer {token}",
                f"Content-Length: {len(data)}", "Expect: 100-continue", "", "",
            )  # fmt: skip
            connection.sendall("\r\n".join(head).encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100")  # it is waiting for the body
            process.send_signal(signal.SIGTERM)
            connection.sendall(data)
            answer = connection.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 201"), answer
        assert process.wait(20) == 0
    store = Store.open(Place.of(tmp_path))
    with store.database.reading() as records:
        assert len(records.packages.lines(tags.name)) == 1
    store.close()


@pytest.mark.slow
def test_who_connects_and_says_nothing_does_not_keep_a_place(root: Path) -> None:
    with served(root) as (address, _):
        port = int(address.rsplit(":", 1)[1])
        waiting = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(3)]
        waiting[1].sendall(b"G")
        waiting[2].sendall(b"GET / HTTP/1.1\r\nHost:")
        for connection in waiting:
            with connection, suppress(ConnectionResetError):
                while connection.recv(1000):  # an end is what is waited for, or it times out
                    pass


@pytest.mark.slow
def test_a_second_server_at_the_same_port_is_refused(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "cpt", "registry", "serve", str(root), "--port", port],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )
    assert done.returncode == 5
    assert done.stdout == ""
    assert f"cannot listen at 127.0.0.1, port {port}" in done.stderr
    assert "choose a port with --port" in done.stderr


def test_a_free_port_is_found() -> None:
    assert serving.free_port("127.0.0.1", 0) > 0


def test_a_port_that_is_taken_is_not_shared() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServeError, match=str(port)) as error:
            serving.free_port("127.0.0.1", port)
    assert "--port" in error.value.help[0]


def test_the_address_is_said_once_the_server_answers() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        listening.say_when_ready("127.0.0.1", port, "http://there", said.append)
    assert said == ["http://there"]


def test_a_server_that_never_answers_is_not_said_to() -> None:
    said: list[str] = []
    port = serving.free_port("127.0.0.1", 0)
    listening.say_when_ready("127.0.0.1", port, "http://there", said.append, patience=0.01)
    assert said == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", ".", "--host", "localhost"], "it is not an IP address"),
        (["serve", "./nowhere"], "does not exist"),
        (["serve", ".", "--port", "70000"], "not in the range"),
        (["use-root", "."], "Missing argument 'ROOT'"),
    ],
)
def test_wrong_usage_is_said_to_be_wrong(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(registry, arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_a_folder_that_is_only_read_is_not_signed_by_a_server(root: Path) -> None:
    done = CliRunner().invoke(registry, ["serve", str(root), "--signing-key", "online.pem"])
    assert done.exit_code == 2
    assert "'cpt registry sign' signs it" in done.output


def test_the_options_reach_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}

    def serve(source: object, **options: object) -> None:
        ready = options.pop("ready")
        assert callable(ready)
        ready("http://there")
        given.update(options, source=source)

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setenv("CPT_SIGNING_KEY", "online.pem")
    options = ["--port", "1", "--workers", "2", "--address", "https://packages.example/"]
    options += ["--per-address", "5", "--per-token", "0", "--log", "json"]
    done = CliRunner().invoke(registry, ["serve", str(tmp_path), *options])
    assert done.exit_code == 0
    assert done.stdout == "http://there\n"
    assert given == {
        "source": Place.of(tmp_path.resolve()),
        "host": "127.0.0.1",
        "port": 1,
        "workers": 2,
        "address": "https://packages.example/",
        "rates": Rates(per_address=5, per_token=0),
        "log": Form.JSON,
        "signing_key": "online.pem",
    }
