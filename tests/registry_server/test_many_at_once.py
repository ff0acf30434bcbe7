"""Sixteen publishers at once, on one process and on three: nothing is lost, nothing is twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from package_format.archive import build_archive
from package_format.index import blob_path, parse_index
from package_format.package import Package
from registry_server.store import Place, Store
from registry_server.upkeep.operating import welcome
from tests.postgres import Cluster
from tests.registry_server.conftest import retold, with_documents
from tests.registry_server.stores import NOW
from tests.storage import Storage

MANY = 16

pytestmark = pytest.mark.slow


@contextmanager
def served(folder: Path, workers: int, environment: dict[str, str]) -> Iterator[str]:
    command = [
        sys.executable, "-m", "cpt", "registry", "serve", str(folder),
        "--port", "0", "--workers", str(workers),
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("workers", [1, 3])
def test_sixteen_at_once_lose_nothing_and_publish_nothing_twice(
    kind: str,
    workers: int,
    tags: Package,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment: dict[str, str] = {}
    if kind == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        storage: Storage = request.getfixturevalue("storage")
        environment = {
            **storage.environment,
            "CPT_REGISTRY_DATABASE": cluster.database(),
            "CPT_REGISTRY_BLOBS": storage.bucket(),
        }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    place = Place.of(
        tmp_path, environment.get("CPT_REGISTRY_DATABASE"), environment.get("CPT_REGISTRY_BLOBS")
    )
    store = Store.open(place)
    token = welcome(store, "ann", operator=False, now=NOW)
    store.close()

    def work(number: int) -> list[int]:
        """Publish two versions of one's own, one of many's, and one that everybody wants."""
        readme = {"README.md": f"# By publisher {number}\n".encode()}
        wanted = [
            retold(tags, name=f"acme/own-{number}"),
            retold(tags, name=f"acme/own-{number}", version="1.1.0"),
            retold(tags, name="acme/shared", version=f"1.{number}.0"),
            with_documents(retold(tags, name="acme/wanted"), readme),
        ]
        with httpx.Client(base_url=address, timeout=120, trust_env=False) as client:
            return [
                client.put(
                    "/api/v1/packages",
                    content=build_archive(package).data,
                    headers={"Authorization": f"Bearer {token}"},
                ).status_code
                for package in wanted
            ]

    with served(tmp_path, workers, environment) as address:
        with ThreadPoolExecutor(MANY) as pool:
            codes = list(pool.map(work, range(MANY)))
        assert [tuple(own) for *own, _ in codes] == [(201, 201, 201)] * MANY
        assert sorted(wanted for *_, wanted in codes) == [201] + [409] * (MANY - 1)
        with httpx.Client(base_url=address, trust_env=False) as client:
            names = client.get("/index/names.json").json()
            assert len(names) == MANY + 2
            lines = [
                line
                for name in names
                for line in parse_index(client.get(f"/index/{name}.jsonl").text, name)
            ]
            assert len(lines) == 3 * MANY + 1
            for line in lines:
                assert len(client.get(f"/{blob_path(line.digest)}").content) == line.size
            entries = client.get("/api/v1/log?limit=200").json()["items"]
            published = [e for e in entries if e["action"] == "published"]
            assert sorted(e["details"]["digest"] for e in published) == sorted(
                line.digest for line in lines
            )
