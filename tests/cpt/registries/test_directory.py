from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from cpt.errors import PublishRefusedError, RegistryError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.port import Registry
from package_format.archive import build_archive
from package_format.folder import load_package
from package_format.index import blob_path, index_path

NAME = "acme/tags"
NOW = "2026-03-02T09:00:00Z"


def archive(folder: Path, version: str = "1.0.0", tag: str = "Attended") -> bytes:
    folder.mkdir(exist_ok=True)
    (folder / "cpt.toml").write_text(
        f'[package]\nname = "{NAME}"\nversion = "{version}"\ntitle = "Tags"\n'
        'summary = "Some tags."\nlicense = "MIT"\n'
    )
    (folder / "tags.yaml").write_text(f"attended:\n  name: {tag}\n")
    loaded = load_package(folder)
    assert loaded.package is not None, list(loaded.diagnostics)
    return build_archive(loaded.package).data


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return DirectoryRegistry(tmp_path / "registry")


def test_the_tree_is_the_one_that_every_registry_is(registry: Registry, tmp_path: Path) -> None:
    line = registry.publish(archive(tmp_path / "tags"), NOW).line
    root = Path(registry.location)
    assert json.loads((root / "config.json").read_text())["format"] == 1
    assert (root / index_path(NAME)).read_text().count("\n") == 1
    assert (root / blob_path(line.digest)).is_file()


def test_nothing_is_left_beside_what_was_published(registry: Registry, tmp_path: Path) -> None:
    registry.publish(archive(tmp_path / "tags"), NOW)
    files = {path.name for path in Path(registry.location).rglob("*") if path.is_file()}
    assert {name for name in files if name.startswith(".")} == {".lock"}


def test_versions_are_listed_in_the_order_in_which_they_were_published(
    registry: Registry, tmp_path: Path
) -> None:
    for version in ("1.0.0", "2.0.0", "1.0.1"):
        registry.publish(archive(tmp_path / "tags", version), NOW)
    assert [line.version for line in registry.versions(NAME)] == ["1.0.0", "2.0.0", "1.0.1"]


def test_an_unknown_package_has_no_versions(registry: Registry) -> None:
    assert registry.versions("acme/nobody") == ()
    assert registry.names() == ()


def test_a_damaged_index_is_the_registrys_fault(registry: Registry, tmp_path: Path) -> None:
    registry.publish(archive(tmp_path / "tags"), NOW)
    (Path(registry.location) / index_path(NAME)).write_text("{broken\n")
    with pytest.raises(RegistryError, match="is damaged"):
        registry.versions(NAME)


def test_an_index_that_cannot_be_read_is_the_registrys_fault(
    registry: Registry, tmp_path: Path
) -> None:
    registry.publish(archive(tmp_path / "tags"), NOW)
    (Path(registry.location) / index_path(NAME)).write_bytes(b"\xff\xfe")
    with pytest.raises(RegistryError, match="cannot be read"):
        registry.versions(NAME)


def test_a_registry_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    registry = DirectoryRegistry(tmp_path / "file")
    with pytest.raises(RegistryError, match="cannot be written"):
        registry.publish(archive(tmp_path / "tags"), NOW)


def test_of_many_who_publish_at_once_each_is_answered_and_nothing_is_lost(
    registry: Registry, tmp_path: Path
) -> None:
    archives = [archive(tmp_path / "tags", f"1.{number}.0") for number in range(8)]
    rivals = [archive(tmp_path / "tags", "9.0.0", tag) for tag in ("one", "two")]
    refused: list[str] = []

    def publish(data: bytes) -> None:
        try:
            DirectoryRegistry(Path(registry.location)).publish(data, NOW)
        except PublishRefusedError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=publish, args=(data,)) for data in archives + rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    versions = sorted(line.version for line in registry.versions(NAME))
    assert versions == [*(f"1.{number}.0" for number in range(8)), "9.0.0"]
    assert len(refused) == 1


@pytest.mark.parametrize("inner", ["index", "index/acme", "blobs", "blobs/sha256"])
def test_nothing_is_written_through_a_link_that_leads_out(
    registry: Registry, tmp_path: Path, inner: str
) -> None:
    root, elsewhere = Path(registry.location), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / inner).parent.mkdir(parents=True, exist_ok=True)
    (root / inner).symlink_to(elsewhere)
    with pytest.raises(RegistryError, match="leads out of the registry's folder"):
        registry.publish(archive(tmp_path / "tags"), NOW)
    assert list(elsewhere.iterdir()) == []


def test_no_lock_is_made_outside(registry: Registry, tmp_path: Path) -> None:
    Path(registry.location).mkdir()
    (Path(registry.location) / ".lock").symlink_to(tmp_path / "made")
    with pytest.raises(RegistryError, match="leads out of the registry's folder"):
        registry.publish(archive(tmp_path / "tags"), NOW)
    assert not (tmp_path / "made").exists()


def test_an_archive_outside_of_the_tree_is_not_read(registry: Registry, tmp_path: Path) -> None:
    line = registry.publish(archive(tmp_path / "tags"), NOW).line
    blob = Path(registry.location) / blob_path(line.digest)
    blob.rename(tmp_path / "moved.cpt")
    blob.symlink_to(tmp_path / "moved.cpt")
    with pytest.raises(RegistryError, match="leads out of the registry's folder"):
        registry.fetch(line.digest)
