"""What is wrong with a tree is found, each thing by its name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from package_format.index import IndexLine, blob_path, index_path
from package_format.package import Package
from registry_server.trees import inspection
from registry_server.trees.folder_lists import FolderLists
from registry_server.trees.folder_tree import FolderTree
from registry_server.trees.inspection import Condition, Inspection
from tests.registry_server.conftest import published, retold


def condition(root: Path) -> Condition:
    tree = FolderTree(root)
    return Inspection(tree, FolderLists(tree)).condition()


def test_an_empty_registry_and_a_good_one_are_well(tmp_path: Path, tags: Package) -> None:
    assert condition(tmp_path) == Condition(0, 0, (), 0)
    published(tmp_path, tags)
    assert condition(tmp_path) == Condition(1, 1, (), 0)


def _outside(root: Path, line: IndexLine) -> None:
    path = root / blob_path(line.digest)
    away = path.rename(root.parent / f"{root.name}-away")
    path.symlink_to(away)


DAMAGES: dict[str, tuple[Callable[[Path, IndexLine], object], str]] = {
    "a missing archive": (
        lambda root, line: (root / blob_path(line.digest)).unlink(),
        "The archive of acme/lifecycle-tags 1.0.0 is missing.",
    ),
    "an archive that was cut off": (
        lambda root, line: (root / blob_path(line.digest)).write_bytes(b"12345"),
        "has 5 bytes, and the index says",
    ),
    "an archive that lies elsewhere": (_outside, "leads out of the registry's folder"),
    "an index of garbage": (
        lambda root, line: (root / index_path(line.name)).write_text("garbage"),
        "line 1 of the index is not JSON",
    ),
    "an empty index": (
        lambda root, line: (root / index_path(line.name)).write_text(""),
        "has no version in it",
    ),
    "no configuration": (
        lambda root, _: (root / "config.json").unlink(),
        "There is no config.json.",
    ),
    "a configuration of garbage": (
        lambda root, _: (root / "config.json").write_text("[" * 100_000),
        "config.json cannot be read",
    ),
    "a configuration of another form": (
        lambda root, _: (root / "config.json").write_text('{"format": 2}'),
        "does not say that the tree has the format 1",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_found_and_told(tmp_path: Path, tags: Package, damage: str) -> None:
    (line,) = published(tmp_path, tags)
    do, said = DAMAGES[damage]
    do(tmp_path, line)
    found = condition(tmp_path)
    assert found.wrong == 1
    assert said in found.faults[0].what
    assert found.faults[0].help


def test_of_many_faults_the_first_are_told_and_all_are_counted(
    tmp_path: Path, tags: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspection, "_MOST_FAULTS", 2)
    for line in published(tmp_path, *(retold(tags, name=f"acme/t{n}") for n in range(4))):
        (tmp_path / blob_path(line.digest)).unlink()
    found = condition(tmp_path)
    assert (len(found.faults), found.wrong) == (2, 4)


def test_nobody_keeps_the_server_busy_by_asking(tmp_path: Path, tags: Package) -> None:
    (line,) = published(tmp_path, tags)
    tree = FolderTree(tmp_path)
    asked = Inspection(tree, FolderLists(tree))
    before = asked.condition()
    (tmp_path / blob_path(line.digest)).unlink()
    assert asked.condition() is before
