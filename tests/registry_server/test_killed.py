"""A server that is killed leaves either the version or nothing, wherever it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from package_format.archive import build_archive
from package_format.index import blob_path, parse_index
from package_format.package import Package
from registry_server.store import Place
from tests.registry_server.conftest import KINDS, retold
from tests.registry_server.stores import Running

_CHILD = """
import os, pathlib, signal, sys
from registry_server.auth.tokens import identify
from registry_server.blobs import writing
from registry_server.catalog.publishing import Publishing
from registry_server.database.log import Log
from registry_server.store import Place, Store
from registry_server.trees.stored_tree import StoredTree

point, database, blobs, archive, token, now = sys.argv[1:]
store = Store.open(Place(database, blobs))
with store.database.reading() as records:
    by = identify(records, token, now)
tree = StoredTree(store, "http://x")
publishing = Publishing(store.database, store.blobs, tree.package_of, tree.delegations)

def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def dies_after(real):
    def call(*given, **named):
        real(*given, **named)
        dies()
    return call

kept = type(store.blobs)
match point:
    case "before the archive": kept.add = dies
    case "in the archive": pathlib.Path.replace = dies
    case "after the archive": kept.add = dies_after(kept.add)
    case "before the commit": Log.add = dies_after(Log.add)
    case "after the commit": Publishing._written = dies_after(Publishing._written)
publishing.publish(open(archive, "rb").read(), by, now)
"""

POINTS = {
    "before the archive": 0,
    "in the archive": 0,
    "after the archive": 0,
    "before the commit": 0,
    "after the commit": 1,
}
"""Where the process is killed, and how many versions there are then."""

TAGS = "/index/acme/lifecycle-tags.jsonl"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "point"),
    [
        (kind, point)
        for kind in KINDS
        for point in POINTS
        if (kind, point) != (KINDS[1], "in the archive")  # of a bucket's object there is no half
    ],
    indirect=["kind"],
)
def test_wherever_it_is_killed_there_is_the_version_or_nothing(
    running: Running, point: str, tags: Package, tmp_path: Path
) -> None:
    archive = build_archive(tags)
    (tmp_path / "tags.cpt").write_bytes(archive.data)
    place = running.place
    child = subprocess.run(
        [
            sys.executable, "-c", _CHILD, point, place.database, place.blobs,
            str(tmp_path / "tags.cpt"), running.tokens["ann"], running.now,
        ],
        check=False,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL
    answer = running.ask("GET", TAGS)
    assert (
        len(parse_index(answer.text)) == POINTS[point] if answer.is_success else not POINTS[point]
    )
    assert running.publish(tags).status_code == (200 if POINTS[point] else 201)
    (line,) = parse_index(running.ask("GET", TAGS).text)
    assert running.ask("GET", f"/{blob_path(line.digest)}").content == archive.data
    assert running.log(tags.name) == ["ann published"]


@pytest.mark.slow
def test_a_server_that_is_killed_while_many_publish_keeps_what_it_said_it_had(
    tmp_path: Path, tags: Package
) -> None:
    place = Place.of(tmp_path / "registry")
    running = Running(place)
    running.welcome("ann")
    running.close()
    said: list[str] = []
    gone = threading.Event()

    def publish(number: int, address: str) -> None:
        for patch in range(100):
            package = retold(tags, name=f"acme/tags-{number}", version=f"1.{patch}.0")
            try:
                answer = httpx.put(
                    f"{address}/api/v1/packages",
                    content=build_archive(package).data,
                    headers={"Authorization": f"Bearer {running.tokens['ann']}"},
                    trust_env=False,
                )
            except httpx.HTTPError:
                return
            assert answer.status_code == 201, answer.text
            said.append(str(package))
            if len(said) >= 12:
                gone.set()

    command = [
        sys.executable, "-m", "cpt", "registry", "serve", str(tmp_path / "registry"), "--port", "0",
    ]  # fmt: skip
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        writers = [threading.Thread(target=publish, args=(n, address)) for n in range(4)]
        for writer in writers:
            writer.start()
        assert gone.wait(60)
        _kill_all_of(process.pid)
        for writer in writers:
            writer.join()
    again = Running(place)
    there = {
        f"{line.name} {line.version}": line
        for name in again.ask("GET", "/index/names.json").json()
        for line in parse_index(again.ask("GET", f"/index/{name}.jsonl").text)
    }
    assert set(said) <= set(there)
    assert len(set(there) - set(said)) <= 4, "what was written down, and could not be said any more"
    for line in there.values():
        assert len(again.ask("GET", f"/{blob_path(line.digest)}").content) == line.size
    again.close()


def _kill_all_of(session: int) -> None:
    """Kill a server and its workers, none of which gets to say anything."""
    os.killpg(session, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for the workers where Linux lists them")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_is_killed_is_replaced_while_the_others_go_on(
    tmp_path: Path, workers: int
) -> None:
    Running(Place.of(tmp_path / "registry")).close()
    command = [
        sys.executable, "-m", "cpt", "registry", "serve", str(tmp_path / "registry"),
        "--port", "0", "--workers", str(workers),
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        killed = min(_workers(process.pid))
        os.kill(killed, signal.SIGKILL)
        end = time.monotonic() + 60
        while len(_workers(process.pid) - {killed}) < workers or not _answers(address):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        process.terminate()
        assert process.wait(40) == 0


def _workers(server: int) -> set[int]:
    """The processes that a server has begun."""
    told = Path(f"/proc/{server}/task").glob("*/children")
    return {int(number) for each in told for number in each.read_text("ascii").split()}


def _answers(address: str) -> bool:
    """Whether each of some who ask, one after the other, is answered."""
    try:
        return all(httpx.get(f"{address}/healthz", trust_env=False).is_success for _ in range(8))
    except httpx.HTTPError:
        return False
