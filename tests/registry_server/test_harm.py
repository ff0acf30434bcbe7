"""What happens to a server's database and storage, and what whoever asks then hears."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import event

from package_format.archive import build_archive
from package_format.index import blob_path
from package_format.package import Package
from registry_server.app import create_registry
from registry_server.blobs.s3 import S3Blobs
from registry_server.store import Place, Store
from tests.postgres import Cluster
from tests.registry_server.conftest import retold
from tests.registry_server.stores import Running

TAGS = "/index/acme/lifecycle-tags.jsonl"


@pytest.fixture
def on_sqlite(tmp_path: Path, tags: Package) -> Iterator[Running]:
    """A registry on SQLite and a directory, with a version in it."""
    registry = Running(Place.of(tmp_path / "registry"))
    registry.welcome("ann")
    assert registry.publish(tags).status_code == 201
    yield registry
    registry.close()


@pytest.mark.parametrize("full", ["the directory", "the database"])
def test_a_full_disk_refuses_versions_and_serves_what_there_is(
    on_sqlite: Running, tags: Package, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    running, more = on_sqlite, retold(tags, version="1.1.0")
    before = running.ask("GET", TAGS).content
    if full == "the directory":

        def no_room(_: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", no_room)
    else:
        running.close()  # every connection from now on finds no more room than there is

        @event.listens_for(running.store.database._engine, "connect")  # noqa: SLF001
        def no_more_pages(connection: object, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

        running.store.database._engine.dispose()  # noqa: SLF001
    long = retold(more, summary="x" * 290)
    codes = {running.publish(retold(long, version=f"1.1.{n}")).status_code for n in range(30)}
    assert 503 in codes
    assert codes <= {201, 503}
    assert running.ask("GET", TAGS).content.startswith(before)
    archive = build_archive(tags)
    assert running.ask("GET", f"/{blob_path(archive.digest)}").content == archive.data
    assert running.ask("GET", f"/packages/{tags.name}").status_code == 200
    monkeypatch.undo()
    if full == "the directory":
        assert codes == {503}
        assert not list(Path(running.place.blobs).rglob(".*.cpt.*"))
        assert running.publish(more).status_code == 201


@pytest.mark.slow
def test_a_database_that_goes_away_takes_nothing_with_it(
    postgres: Cluster, tags: Package, tmp_path: Path
) -> None:
    running = Running(Place(postgres.database(), str(tmp_path / "blobs")))
    running.welcome("ann")
    assert running.publish(tags).status_code == 201
    postgres.stop("fast")
    try:
        answer = running.publish(retold(tags, version="1.1.0"))
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) > 0
        assert running.ask("GET", TAGS).status_code == 503
        assert running.ask("GET", "/", headers={"Accept": "text/html"}).status_code in {200, 503}
        assert running.ask("GET", "/healthz").status_code == 200
        ready = running.ask("GET", "/readyz")
        assert ready.status_code == 503
        assert "does not answer" in ready.json()["database"]
    finally:
        postgres.start()
    assert running.publish(retold(tags, version="1.1.0")).status_code == 201
    assert len(running.ask("GET", TAGS).text.splitlines()) == 2
    running.close()


@contextmanager
def failing_storage(status: int) -> Iterator[str]:
    """A storage that answers nothing but a failure; its address."""

    class Failing(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("status", [503, 500, 403])
def test_a_storage_that_fails_is_survived(
    on_sqlite: Running, tags: Package, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    running, healthy = on_sqlite, on_sqlite.app
    archive = build_archive(tags)
    with failing_storage(status) as endpoint:
        for name, value in {
            "AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true", "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests", "AWS_REGION": "us-east-1",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        store = Store(running.store.database, S3Blobs.at("s3://bucket", patience=0))
        running.app = create_registry(store, "http://packages.test", lambda: running.now)
        answer = running.publish(retold(tags, version="1.1.0"))
        assert answer.status_code == 503, answer.text
        assert "storage of archives does not answer" in answer.json()["detail"]
        blob = running.ask("GET", f"/{blob_path(archive.digest)}")
        assert (blob.status_code, bool(blob.headers["Retry-After"])) == (503, True)
        assert running.ask("GET", TAGS).status_code == 200
        assert running.ask("GET", "/readyz").status_code == 503
    running.app = healthy
    assert running.publish(retold(tags, version="1.1.0")).status_code == 201
    assert running.ask("GET", f"/{blob_path(archive.digest)}").content == archive.data
