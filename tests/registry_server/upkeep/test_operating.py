"""What whoever runs a registry does on the machine that has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from package_format.index import index_path
from package_format.package import Package
from registry_server.cli.app import registry
from registry_server.errors import (
    CannotServeError,
    ConflictError,
    DamagedTreeError,
    NotFoundError,
    UnacceptableError,
)
from registry_server.store import Place, Store
from registry_server.trees.folder_tree import FolderTree
from registry_server.upkeep.operating import Imported, import_tree, welcome
from tests.registry_server.conftest import published, with_documents
from tests.registry_server.stores import NOW, Running


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    registry = Running(Place.of(tmp_path / "store"))
    registry.welcome("ann")
    yield registry
    registry.close()


def test_a_folder_is_brought_in_to_the_byte(running: Running, root: Path) -> None:
    tree = FolderTree(root)
    told: list[tuple[int, int]] = []
    done = import_tree(running.store, tree, "ann", NOW, lambda *begun: told.append(begun))
    assert done == Imported(packages=2, versions=3)
    assert told == [(1, 2), (2, 2)]
    assert running.ask("GET", "/index/names.json").json() == list(tree.names())
    for path in [*root.glob("index/*/*.jsonl"), *root.glob("blobs/**/*.cpt")]:
        answer = running.ask("GET", "/" + path.relative_to(root).as_posix())
        assert answer.content == path.read_bytes()
    assert import_tree(running.store, tree, "ann", NOW) == Imported(packages=2, versions=0)
    owners = running.ask("GET", "/api/v1/publishers/acme/owners").json()["owners"]
    assert owners == ["ann"]


def test_another_content_under_a_known_version_is_not_brought_in(
    running: Running, root: Path, tags: Package, tmp_path: Path
) -> None:
    import_tree(running.store, FolderTree(root), "ann", NOW)
    other = tmp_path / "other"
    published(other, with_documents(tags, {"README.md": b"# Else\n"}))
    with pytest.raises(ConflictError, match="already published with another content"):
        import_tree(running.store, FolderTree(other), "ann", NOW)


def test_a_damaged_folder_is_not_brought_in(
    running: Running, tags: Package, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    published(other, tags)
    next(other.glob("blobs/**/*.cpt")).write_bytes(b"rotten")
    with pytest.raises(DamagedTreeError):
        import_tree(running.store, FolderTree(other), "ann", NOW)
    assert running.ask("GET", "/index/names.json").json() == []


@pytest.mark.parametrize("size", ["1", "9" * 30])
def test_a_line_that_lies_about_a_size_is_not_brought_in(
    running: Running, tags: Package, tmp_path: Path, size: str
) -> None:
    tree = tmp_path / "tree"
    (line,) = published(tree, tags)
    index = tree / index_path(tags.name)
    index.write_text(index.read_text().replace(f'"size":{line.size}', f'"size":{size}'))
    with pytest.raises(DamagedTreeError, match=f"has {line.size:,} bytes, and the index says"):
        import_tree(running.store, FolderTree(tree), "ann", NOW)
    assert running.ask("GET", "/index/names.json").json() == []


def test_an_owner_has_to_be_known(running: Running, root: Path) -> None:
    with pytest.raises(NotFoundError, match="Nobody here is called zoe"):
        import_tree(running.store, FolderTree(root), "zoe", NOW)


@pytest.mark.parametrize("name", ["Ann", "a b", "", "operator", "a" * 65, "-x"])
def test_not_everything_is_somebodys_name(running: Running, name: str) -> None:
    with pytest.raises(UnacceptableError):
        welcome(running.store, name, operator=False, now=NOW)


def test_nobody_becomes_an_operator_by_being_welcomed_again(running: Running) -> None:
    assert welcome(running.store, "ann", operator=False, now=NOW) != running.tokens["ann"]
    with pytest.raises(ConflictError, match="not as an operator"):
        welcome(running.store, "ann", operator=True, now=NOW)


def test_the_verbs_say_what_they_did(tmp_path: Path, root: Path) -> None:
    folder = str(tmp_path / "registry")
    done = CliRunner().invoke(registry, ["welcome", folder, "ann"])
    assert done.exit_code == 0
    assert done.stdout.startswith("cpt_")
    done = CliRunner().invoke(registry, ["import", folder, str(root), "--owner", "ann"])
    assert done.exit_code == 0
    assert done.stderr == "3 new versions of 2 packages\n"
    store = Store.open(Place.of(Path(folder)))
    with store.database.reading() as records:
        assert len(records.packages.names()) == 2
    store.close()


@pytest.mark.parametrize(
    ("file", "what", "verb"),
    [
        ("config.json", "a plain folder", ["welcome", "ann"]),
        ("records.jsonl", "a backup", ["welcome", "ann"]),
        ("records.jsonl", "a backup", ["serve"]),  # a plain folder is served, and only read
    ],
)
def test_a_folder_that_has_something_else_gets_no_store(
    tmp_path: Path, file: str, what: str, verb: list[str]
) -> None:
    (tmp_path / file).write_text("{}")
    ended = CliRunner().invoke(registry, [verb[0], str(tmp_path), *verb[1:]])
    assert isinstance(ended.exception, CannotServeError)
    assert what in str(ended.exception)
    assert [path.name for path in tmp_path.iterdir()] == [file]
