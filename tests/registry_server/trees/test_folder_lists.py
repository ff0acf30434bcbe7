"""The shelf of a tree follows the tree."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from package_format.index import Status, blob_path, index_path, index_text
from package_format.notices import NOTICES_PATH, Notices, notices_text
from package_format.package import Package
from registry_server.catalog.listing import Listed
from registry_server.trees import folder_lists
from registry_server.trees.folder_lists import FolderLists
from registry_server.trees.folder_tree import FolderTree
from tests.registry_server.conftest import published, retold


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderLists:
    monkeypatch.setattr(folder_lists, "_LOOK_AGAIN", 0.0)
    return FolderLists(FolderTree(tmp_path))


def test_an_empty_folder_has_an_empty_shelf(kept: FolderLists) -> None:
    assert kept.shelf().packages == {}


def test_what_is_published_comes_to_the_shelf(
    kept: FolderLists, tmp_path: Path, tags: Package, webinar: tuple[Package, Package]
) -> None:
    published(tmp_path, tags)
    assert list(kept.shelf().packages) == ["acme/lifecycle-tags"]
    published(tmp_path, *webinar)
    published(tmp_path, retold(tags, name="zen/tags"))
    shelf = kept.shelf()
    assert list(shelf.packages) == ["acme/lifecycle-tags", "acme/webinar-follow-up", "zen/tags"]
    assert shelf.used_by("acme/lifecycle-tags") == ("acme/webinar-follow-up",)


def test_what_is_withdrawn_is_withdrawn_on_the_shelf(
    kept: FolderLists, tmp_path: Path, tags: Package
) -> None:
    (line,) = published(tmp_path, tags)
    assert kept.shelf().packages[tags.name].newest.status is Status.ACTIVE
    path = tmp_path / index_path(tags.name)
    beside = path.with_name(".beside")
    beside.write_text(index_text([line.model_copy(update={"status": Status.YANKED})]))
    beside.replace(path)
    assert kept.shelf().packages[tags.name].newest.status is Status.YANKED


def test_what_is_deprecated_is_called_so_on_the_shelf(
    kept: FolderLists, tmp_path: Path, tags: Package
) -> None:
    published(tmp_path, tags, retold(tags, name="acme/other"))
    assert not kept.shelf().packages[tags.name].deprecated
    said = tmp_path / NOTICES_PATH
    said.write_text(notices_text({tags.name: Notices(deprecated="old")}))
    assert kept.shelf().packages[tags.name].deprecated
    assert not kept.shelf().packages["acme/other"].deprecated
    said.write_text("{}")
    assert not kept.shelf().packages[tags.name].deprecated
    said.write_text("garbage")
    assert not kept.shelf().packages[tags.name].deprecated


def test_who_is_gone_is_gone_from_the_shelf(
    kept: FolderLists, tmp_path: Path, tags: Package
) -> None:
    published(tmp_path, tags)
    assert kept.shelf().publishers == ("acme",)
    shutil.rmtree(tmp_path / "index/acme")
    assert kept.shelf().publishers == ()


def test_while_nothing_changes_nothing_is_read_again(
    kept: FolderLists, tmp_path: Path, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_lists, "_SETTLED", 0)
    published(tmp_path, tags)
    assert kept.shelf() is kept.shelf()


def test_a_package_whose_index_is_damaged_is_told_apart(
    kept: FolderLists, tmp_path: Path, tags: Package
) -> None:
    published(tmp_path, tags, retold(tags, name="acme/other"))
    (tmp_path / index_path("acme/other")).write_text("garbage")
    shelf = kept.shelf()
    assert list(shelf.packages) == ["acme/lifecycle-tags"]
    assert "line 1 of the index is not JSON" in shelf.damaged["acme/other"]


def test_facts_are_there_again_once_an_archive_is_restored(
    kept: FolderLists, tmp_path: Path, tags: Package
) -> None:
    (line,) = published(tmp_path, replace(tags, documents={}))
    path = tmp_path / blob_path(line.digest)
    data = path.read_bytes()
    path.unlink()
    listed = Listed(line, 1)
    assert kept.facts(listed) is None
    path.write_bytes(data)
    found = kept.facts(listed)
    assert found is not None
    assert found.title == "Lifecycle tags"
