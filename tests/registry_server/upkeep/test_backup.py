"""Backups: of a registry of one kind, back into one of any kind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cpt.errors import DistrustedRegistryError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.verifying import Verification
from package_format.archive import build_archive
from package_format.index import IndexLine, blob_path
from package_format.package import Package
from package_format.registry_folders import RECORDS
from package_format.signature import envelopes_text
from package_format.signing import signed
from registry_server.cli.app import registry
from registry_server.errors import CannotServeError, DamagedTreeError
from registry_server.signing import take_root
from registry_server.store import Place, Store
from registry_server.upkeep.backup import TREE, back_up, restore
from tests.registry_server.conftest import KINDS, place_of, retold
from tests.registry_server.stores import NOW, Running
from tests.registry_server.trust.conftest import Carrier, now, serve

TAGS = "acme/lifecycle-tags"
_TOLD = (
    "/config.json", "/index/names.json", f"/index/{TAGS}.jsonl",
    "/index/acme/webinar-follow-up.jsonl", "/api/v1/log?limit=200", f"/api/v1/packages/{TAGS}",
    "/api/v1/publishers/acme/owners",
)  # fmt: skip


@pytest.fixture
def running(running: Running, tags: Package, webinar: tuple[Package, Package]) -> Running:
    """A registry in which a good deal has happened."""
    archive = build_archive(tags)
    line = IndexLine.of(tags, digest=archive.digest, size=archive.size, published=NOW)
    envelope = signed(line, [Ed25519PrivateKey.generate()])
    assert running.publish(tags, signatures=envelopes_text((envelope,))).status_code == 201
    for package in webinar:
        assert running.publish(package).status_code == 201
    api = f"/api/v1/packages/{TAGS}"
    why = {"reason": "old, älter"}
    assert running.ask("PUT", f"{api}/deprecated", by="ann", json=why).status_code == 200
    assert running.ask("PUT", "/api/v1/publishers/acme/owners/bo", by="ann").status_code == 202
    return running


def told(running: Running) -> dict[str, object]:
    """Everything that a registry tells of itself, to the byte where it counts."""
    found: dict[str, object] = {path: running.ask("GET", path).text for path in _TOLD}
    found["me"] = running.ask("GET", "/api/v1/me", by="bo").json()
    found["tokens"] = running.ask("GET", "/api/v1/me/tokens", by="ann").json()["items"]
    return found


@pytest.mark.parametrize("into", KINDS)
def test_what_is_signed_comes_back_and_is_gone_on_with(
    running: Running, into: str, request: pytest.FixtureRequest, tmp_path: Path, tags: Package
) -> None:
    before = serve(running, tmp_path)
    seen = before.owner().versions(TAGS)
    back_up(running.store, tmp_path / "backup", NOW)
    other = Running(place_of(into, request, tmp_path / "other"))
    restore(other.store, tmp_path / "backup")
    other.tokens = running.tokens
    after = replace(before, running=other, carrier=Carrier(other))
    assert after.files() == before.files()
    assert after.owner().versions(TAGS) == seen
    assert not after.sign()
    after.publish(retold(tags, version="1.1.0"))
    assert len(after.owner().versions(TAGS)) == 2
    other.close()


def test_who_saw_more_than_a_backup_has_goes_on_when_another_online_key_signs(
    tmp_path: Path, tags: Package
) -> None:
    running = Running(Place.of(tmp_path / "registry"))
    running.welcome("ann")
    assert running.publish(tags).status_code == 201
    served = serve(running, tmp_path)
    back_up(running.store, tmp_path / "backup", NOW)
    served.publish(retold(tags, version="1.1.0"))
    assert len(served.owner().versions(TAGS)) == 2
    other = Running(Place.of(tmp_path / "other"))
    restore(other.store, tmp_path / "backup")
    after = replace(served, running=other, carrier=Carrier(other))
    with pytest.raises(DistrustedRegistryError, match="an older state than one that was seen"):
        after.owner().versions(TAGS)
    new = Ed25519PrivateKey.generate()
    take_root(other.store.database, served.ceremony.root(new), new, now())
    assert len(after.owner().versions(TAGS)) == 1
    running.close()
    other.close()


@pytest.mark.parametrize("into", KINDS)
def test_what_is_backed_up_comes_back_whatever_keeps_it(
    running: Running, into: str, request: pytest.FixtureRequest, tmp_path: Path, tags: Package
) -> None:
    before, folder = told(running), tmp_path / "backup"
    assert back_up(running.store, folder, NOW).versions == 3
    assert Verification(DirectoryRegistry(folder / TREE)).run().problems == []
    place = place_of(into, request, tmp_path / "other")
    other = Running(place)
    assert restore(other.store, folder).archives == 3
    other.tokens = running.tokens
    assert told(other) == before
    assert other.publish(retold(tags, version="1.1.0")).status_code == 201
    assert other.token("ann", scopes=["read"])
    other.close()


def test_again_into_the_same_folder_only_what_is_new_is_copied(
    running: Running, tmp_path: Path, tags: Package
) -> None:
    back_up(running.store, tmp_path / "backup", NOW)
    running.publish(retold(tags, version="1.1.0"))
    done = back_up(running.store, tmp_path / "backup", NOW)
    assert (done.versions, done.archives) == (4, 1)
    assert Verification(DirectoryRegistry(tmp_path / "backup" / TREE)).run().problems == []


def test_while_it_is_published_to_a_backup_is_of_one_moment(
    running: Running, tmp_path: Path, tags: Package
) -> None:
    end = threading.Event()

    def publish() -> None:
        for number in range(1, 200):
            if end.is_set():
                return
            running.publish(retold(tags, version=f"1.{number}.0"))

    writer = threading.Thread(target=publish)
    writer.start()
    try:
        for number in range(4):
            folder = tmp_path / f"backup-{number}"
            made = back_up(running.store, folder, NOW)
            assert Verification(DirectoryRegistry(folder / TREE)).run().problems == []
            rows = [json.loads(line) for line in (folder / RECORDS).read_text().splitlines()]
            published = [
                row["row"]
                for row in rows
                if row.get("table") == "log" and row["row"]["action"] == "published"
            ]
            assert len(published) == made.versions
    finally:
        end.set()
        writer.join()


def test_nobody_else_reads_who_may_publish(running: Running, tmp_path: Path) -> None:
    back_up(running.store, tmp_path / "backup", NOW)
    records = tmp_path / "backup" / RECORDS
    assert records.stat().st_mode & 0o077 == 0
    assert running.tokens["ann"] not in records.read_text()


def test_a_backup_comes_back_only_where_nothing_is(running: Running, tmp_path: Path) -> None:
    back_up(running.store, tmp_path / "backup", NOW)
    before = told(running)
    with pytest.raises(CannotServeError, match="there is a registry already"):
        restore(running.store, tmp_path / "backup")
    assert told(running) == before


def test_a_damaged_backup_brings_nothing_back(running: Running, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(running.store, folder, NOW)
    records, whole = folder / RECORDS, (folder / RECORDS).read_bytes()
    archive = next((folder / TREE).rglob("*.cpt"))
    content = archive.read_bytes()
    other = Running(Place.of(tmp_path / "other"))
    for name, bad, said in (
        (records, b"".join(whole.splitlines(keepends=True)[:-3]), "breaks off"),
        (records, whole[: len(whole) // 2], "cannot be read"),
        (records, b"", "cannot be read"),
        (archive, content[:-1], "is not what was published"),
        (archive, None, "is missing"),
    ):
        if bad is None:
            name.unlink()
        else:
            name.write_bytes(bad)
        with pytest.raises(DamagedTreeError, match=said):
            restore(other.store, folder)
        assert other.ask("GET", "/index/names.json").json() == []
        records.write_bytes(whole)
        archive.write_bytes(content)
    assert restore(other.store, folder).versions == 3
    other.close()


@pytest.mark.parametrize(
    ("table", "change"),
    [("people", {"name": "../../ann"}), ("people", {"name": None}), ("people", {"name": [1]}),
     ("packages", {"name": "../../evil"}), ("publishers", {"name": "acme\n"}),
     ("log", {"more": 1}), ("versions", {"line": 5}), ("versions", {"package": 99}),
     ("tokens", {"person": 99}), ("people", {"operator": "perhaps"}),
     ("versions", {"line": ""}), ("versions", {"digest": f"sha256:{'0' * 64}"}),
     ("versions", {"precedence": "9.0.0"}), ("packages", {"name": "acme/another"}),
     ("packages", {"quarantined": "\x1b[2J"}), ("packages", {"successor": "../x"})],
)  # fmt: skip
def test_a_hostile_backup_brings_nothing_back(
    tmp_path: Path, tags: Package, table: str, change: dict[str, object]
) -> None:
    registry = Running(Place.of(tmp_path / "before"))
    registry.welcome("ann")
    assert registry.publish(tags).status_code == 201
    back_up(registry.store, tmp_path / "backup", NOW)
    registry.close()
    records = tmp_path / "backup" / RECORDS
    lines = list(map(json.loads, records.read_text().splitlines()))
    next(line for line in lines if line.get("table") == table)["row"].update(change)
    records.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    store = Store.open(Place.of(tmp_path / "after"))
    with pytest.raises(DamagedTreeError):
        restore(store, tmp_path / "backup")
    with store.database.reading() as read:
        assert read.packages.names() == ()
    store.close()


def test_a_backup_of_another_revision_waits_for_its_server(
    running: Running, tmp_path: Path
) -> None:
    back_up(running.store, tmp_path / "backup", NOW)
    records = tmp_path / "backup" / RECORDS
    records.write_text(records.read_text().replace('"revision": "', '"revision": "9', 1))
    other = Running(Place.of(tmp_path / "other"))
    with pytest.raises(CannotServeError, match="this backup is of revision 9"):
        restore(other.store, tmp_path / "backup")
    other.close()


def test_an_archive_that_is_missing_is_not_backed_up_silently(
    tmp_path: Path, tags: Package
) -> None:
    registry_ = Running(Place.of(tmp_path / "registry"))
    registry_.welcome("ann")
    registry_.publish(tags)
    digest = build_archive(tags).digest
    (tmp_path / "registry" / blob_path(digest)).unlink()
    with pytest.raises(DamagedTreeError, match=r"acme/lifecycle-tags 1.0.0 is missing"):
        back_up(registry_.store, tmp_path / "backup", NOW)
    assert not (tmp_path / "backup" / RECORDS).exists()
    registry_.close()


def test_the_verbs_say_what_they_did(tmp_path: Path, tags: Package) -> None:
    source, folder, other = (str(tmp_path / name) for name in ("registry", "backup", "other"))
    running = Running(Place.of(Path(source)))
    running.welcome("ann")
    running.publish(tags)
    running.close()
    done = CliRunner().invoke(registry, ["backup", source, folder])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{folder} has 1 version; 1 archive was copied\n"
    done = CliRunner().invoke(registry, ["restore", other, folder])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "1 version is back; 'cpt registry serve' serves it\n"
    for wrong in (
        ["backup", folder, other],
        ["restore", other, folder],
        ["restore", source, other],
    ):
        assert isinstance(CliRunner().invoke(registry, wrong).exception, CannotServeError)
    (tmp_path / "else").mkdir()
    (tmp_path / "else/mine").write_text("mine")
    done = CliRunner().invoke(registry, ["backup", source, str(tmp_path / "else")])
    assert isinstance(done.exception, CannotServeError)


@pytest.mark.slow
def test_what_came_back_is_proved_over_http(tmp_path: Path, tags: Package) -> None:
    running = Running(Place.of(tmp_path / "registry"))
    running.welcome("ann")
    running.publish(tags)
    back_up(running.store, tmp_path / "backup", NOW)
    running.close()
    store = Store.open(Place.of(tmp_path / "other"))
    restore(store, tmp_path / "backup")
    store.close()
    cpt = [sys.executable, "-m", "cpt", "registry"]
    with subprocess.Popen(
        [*cpt, "serve", str(tmp_path / "other"), "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        done = subprocess.run(
            [*cpt, "verify", address], capture_output=True, text=True, check=False,
            env={**os.environ, "CPT_CONFIG": str(tmp_path), "CPT_CACHE": str(tmp_path / "cache")},
        )  # fmt: skip
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert done.returncode == 0, done.stderr
    assert "all is well; 1 package, 1 version" in done.stderr
