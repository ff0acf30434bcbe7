"""Archives that no version lists are taken away, and never one that is needed."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from package_format.archive import build_archive
from package_format.index import blob_path, parse_index
from package_format.package import Package
from registry_server.cli.app import registry
from registry_server.errors import ConflictError, UnavailableError
from registry_server.store import Store
from registry_server.upkeep.collecting import collect
from tests.registry_server.conftest import KINDS, retold
from tests.registry_server.stores import Running

TAGS = "acme/lifecycle-tags"
TOMORROW = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)


@pytest.fixture
def running(running: Running, tags: Package) -> Running:
    """A registry with a version."""
    assert running.publish(tags).status_code == 201
    return running


def orphan(running: Running, package: Package) -> str:
    """Keep an archive as a publication does that ends before its version is written down."""
    archive = build_archive(package)
    running.store.blobs.add(archive.digest, archive.data)
    return archive.digest


def demand_whole(running: Running, versions: int) -> None:
    """Every version of the package has its archive."""
    lines = parse_index(running.ask("GET", f"/index/{TAGS}.jsonl").text)
    assert len(lines) == versions
    for line in lines:
        assert len(running.ask("GET", f"/{blob_path(line.digest)}").content) == line.size


def test_what_no_version_lists_is_taken_away_when_it_is_old(
    running: Running, tags: Package
) -> None:
    digest = orphan(running, retold(tags, version="1.1.0"))
    now = dt.datetime.now(dt.UTC)
    assert collect(running.store, now).archives == 0, "it may be on its way"
    looked = collect(running.store, TOMORROW, only_look=True)
    assert (looked.archives, looked.of) == (1, 2)
    assert running.store.blobs.has(digest)
    assert collect(running.store, TOMORROW).archives == 1
    assert not running.store.blobs.has(digest)
    demand_whole(running, 1)
    assert running.log("registry") == ["operator began collecting", "operator collected"]
    assert collect(running.store, TOMORROW).archives == 0
    assert len(running.log("registry")) == 2, "of nothing, nothing is said"


def test_what_was_taken_away_can_be_published(running: Running, tags: Package) -> None:
    newer = retold(tags, version="1.1.0")
    orphan(running, newer)
    assert collect(running.store, TOMORROW).archives == 1
    assert running.publish(newer).status_code == 201
    demand_whole(running, 2)


@pytest.mark.parametrize("killed", [False, True])
def test_a_publication_under_way_loses_nothing_to_whoever_collects(
    running: Running, tags: Package, monkeypatch: pytest.MonkeyPatch, *, killed: bool
) -> None:
    """It found the archive there, which is taken away before the version is written down."""
    newer = retold(tags, version="1.1.0")
    orphan(running, newer)
    blobs = type(running.store.blobs)
    keep, take_away, times = blobs.add, blobs.take_away, []

    def take_away_and_die(self: object, digests: Sequence[str]) -> None:
        take_away(self, digests)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    def add(self: object, digest: str, data: bytes) -> None:
        keep(self, digest, data)  # type: ignore[arg-type]
        times.append(digest)
        if len(times) > 1:
            return
        if not killed:
            assert collect(running.store, TOMORROW).archives == 1
            return
        with monkeypatch.context() as patch:
            patch.setattr(blobs, "take_away", take_away_and_die)
            with pytest.raises(KeyboardInterrupt):
                collect(running.store, TOMORROW)

    monkeypatch.setattr(blobs, "add", add)
    assert running.publish(newer).status_code == 201
    assert len(times) == 2, "it was kept again"
    demand_whole(running, 2)


def test_many_publish_while_somebody_collects_again_and_again(
    running: Running, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The collector's clock is two days ahead, and would take what is written at this moment for
    # something that was left half-written two days ago.
    monkeypatch.setattr(type(running.store.blobs), "halves", lambda *_, **__: 0)
    packages = [retold(tags, version=f"1.{number}.0") for number in range(1, 9)]
    for package in packages:
        orphan(running, package)
    done, store, failures = threading.Event(), Store.open(running.place), list[str]()

    def work() -> None:
        while not done.is_set():
            try:
                collect(store, TOMORROW, even_many=True)
            except UnavailableError as error:
                failures.append(str(error))

    collector = threading.Thread(target=work)
    collector.start()
    try:
        with ThreadPoolExecutor(len(packages)) as writers:
            answers = list(writers.map(running.publish, packages))
    finally:
        done.set()
        collector.join()
        store.close()
    assert failures == []
    assert [answer.text for answer in answers if answer.status_code != 201] == []
    demand_whole(running, 1 + len(packages))


def test_a_database_that_is_another_registrys_has_nothing_taken_away(
    running: Running, tags: Package
) -> None:
    for number in (1, 2):
        orphan(running, retold(tags, version=f"1.{number}.0"))
    with pytest.raises(ConflictError, match=r"2 of 3 archives .* another registry's"):
        collect(running.store, TOMORROW)
    assert collect(running.store, TOMORROW, only_look=True).archives == 2
    assert collect(running.store, TOMORROW, even_many=True).archives == 2


@pytest.mark.parametrize("kind", KINDS[:1], indirect=True)
def test_the_verb_says_what_it_did(running: Running, tags: Package, tmp_path: Path) -> None:
    orphan(running, retold(tags, version="1.1.0"))
    folder = str(tmp_path / "registry")
    said = CliRunner().invoke(registry, ["collect", folder, "--dry-run"])
    assert said.stderr == (
        "0 archives of 0 and 0 half-written files would go; what came within the last 24 hours was "
        "not looked at\n"
    )
    said = CliRunner().invoke(registry, ["collect", folder, "--hours", "1", "--format", "json"])
    assert '"archives": 0' in said.stdout
    (tmp_path / "other").mkdir()
    said = CliRunner().invoke(registry, ["collect", str(tmp_path / "other")])
    assert "there is no server's registry" in str(said.exception)
    assert not list((tmp_path / "other").iterdir()), "and none is made"
