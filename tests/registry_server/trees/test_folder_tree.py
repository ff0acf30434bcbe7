from pathlib import Path

import pytest

from package_format.index import Status, blob_path, index_path, index_text
from package_format.package import Package
from registry_server.errors import DamagedTreeError, NotFoundError
from registry_server.trees.folder_tree import FolderTree
from tests.registry_server.conftest import published

NOT_NAMES = ["../../etc/passwd", "acme/../acme", "acme", "Acme/Tags", "acme/tags\n", "a/b/c", ""]
NOT_DIGESTS = ["sha256:" + "g" * 64, "sha256:../" + "a" * 61, "a" * 64, "", "sha256:" + "a" * 65]


def test_a_tree_lists_its_packages_by_name(root: Path) -> None:
    assert FolderTree(root).names() == ("acme/lifecycle-tags", "acme/webinar-follow-up")


def test_a_folder_in_which_nothing_was_published_is_an_empty_tree(tmp_path: Path) -> None:
    tree = FolderTree(tmp_path / "not-there-yet")
    assert tree.names() == ()
    with pytest.raises(NotFoundError, match="Nothing has been published"):
        tree.config()


@pytest.mark.parametrize("name", NOT_NAMES)
def test_what_is_not_a_name_names_no_file(root: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        FolderTree(root).index(name)
    with pytest.raises(NotFoundError):
        FolderTree(root).lines(name)


@pytest.mark.parametrize("digest", NOT_DIGESTS)
def test_what_is_not_a_digest_names_no_file(root: Path, digest: str) -> None:
    with pytest.raises(NotFoundError):
        FolderTree(root).blob(digest)


def test_half_written_files_and_locks_are_no_packages(tmp_path: Path, tags: Package) -> None:
    published(tmp_path, tags)
    (tmp_path / "index/acme/.lifecycle-tags.jsonl.1f").write_text("{")
    (tmp_path / "index/acme/.hidden.jsonl").write_text("{")
    assert FolderTree(tmp_path).names() == ("acme/lifecycle-tags",)


def test_an_index_is_read_again_when_it_is_another_file(tmp_path: Path, tags: Package) -> None:
    (line,) = published(tmp_path, tags)
    tree = FolderTree(tmp_path)
    assert tree.lines(line.name)[0].status is Status.ACTIVE
    yanked = line.model_copy(update={"status": Status.YANKED})
    index = tmp_path / index_path(line.name)
    beside = index.with_suffix(".new")
    beside.write_text(index_text([yanked]))  # of the same size, and maybe in the same instant
    beside.replace(index)
    assert tree.lines(line.name) == (yanked,)


def test_an_index_that_did_not_change_is_not_read_again(root: Path) -> None:
    tree = FolderTree(root)
    assert tree.lines("acme/lifecycle-tags") is tree.lines("acme/lifecycle-tags")


@pytest.mark.parametrize("text", ["not json\n", "{}\n", "\ufeff\n", "\n"])
def test_a_damaged_index_is_said_to_be_damaged(tmp_path: Path, tags: Package, text: str) -> None:
    (line,) = published(tmp_path, tags)
    (tmp_path / index_path(line.name)).write_text(text, "utf-8")
    with pytest.raises(DamagedTreeError, match=line.name):
        FolderTree(tmp_path).lines(line.name)


def test_an_archive_is_read_once(root: Path) -> None:
    tree = FolderTree(root)
    (line,) = tree.lines("acme/lifecycle-tags")
    assert tree.package(line.digest) is tree.package(line.digest)


def test_a_missing_archive_is_damage(tmp_path: Path, tags: Package) -> None:
    (line,) = published(tmp_path, tags)
    (tmp_path / blob_path(line.digest)).unlink()
    with pytest.raises(DamagedTreeError, match=line.digest):
        FolderTree(tmp_path).package(line.digest)


def test_an_archive_that_is_another_one_is_damage(
    tmp_path: Path, tags: Package, webinar: tuple[Package, Package]
) -> None:
    one, other = published(tmp_path, tags, webinar[0])
    (tmp_path / blob_path(one.digest)).write_bytes(
        (tmp_path / blob_path(other.digest)).read_bytes()
    )
    with pytest.raises(DamagedTreeError, match="promised"):
        FolderTree(tmp_path).package(one.digest)


def test_nothing_outside_of_the_tree_is_given_out(tmp_path: Path, tags: Package) -> None:
    root = tmp_path / "registry"
    (line,) = published(root, tags)
    tree = FolderTree(root)
    paths = ("config.json", index_path(line.name), blob_path(line.digest))
    for number, path in enumerate(paths):
        moved = tmp_path / f"moved-{number}"
        (root / path).rename(moved)
        (root / path).symlink_to(moved)
    reading = (
        tree.config,
        lambda: tree.index(line.name),
        lambda: tree.lines(line.name),
        lambda: tree.blob(line.digest),
        lambda: tree.package(line.digest),
    )
    for read in reading:
        with pytest.raises(DamagedTreeError, match="leads out of the registry's folder"):
            read()
    assert line.name not in tree.names()


def test_a_package_is_not_shown_as_what_it_is_not(tmp_path: Path, tags: Package) -> None:
    (line,) = published(tmp_path, tags)
    tree = FolderTree(tmp_path)
    assert tree.package_of(line) == tags
    with pytest.raises(DamagedTreeError, match="is not what the index says: its version is"):
        tree.package_of(line.model_copy(update={"version": "9.9.9"}))
