"""What whoever runs a registry does on the machine that has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from cpt.cli.exit_codes import ExitCode, exit_code_of
from package_format.index import index_path
from package_format.package import Package
from registry_server.cli.app import registry
from registry_server.errors import (
    CannotServeError,
    ConflictError,
    DamagedTreeError,
    NotFoundError,
    UnacceptableError,
    UnusableInputError,
)
from registry_server.store import Place, Store
from registry_server.trees.folder_tree import FolderTree
from registry_server.upkeep.operating import Imported, allow, import_tree, welcome
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


def test_a_folder_is_made_although_the_database_is_elsewhere(tmp_path: Path, database: str) -> None:
    folder = tmp_path / "registry"
    elsewhere = ["--database", database]
    done = CliRunner().invoke(registry, ["welcome", str(folder), "ann", *elsewhere])
    assert done.exit_code == 0, done.exception
    assert folder.is_dir()
    done = CliRunner().invoke(registry, ["quota", str(folder), *elsewhere])
    assert done.exit_code == 0, done.output


def test_a_folder_is_demanded_only_of_whoever_keeps_something_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []
    monkeypatch.setattr("registry_server.serving.serve", lambda place, **_: served.append(place))
    serve = ["serve", str(tmp_path / "nowhere")]
    database, blobs = ["--database", "postgresql://a/b"], ["--blobs", "s3://archives"]
    for some in ([], database, blobs):
        ended = CliRunner().invoke(registry, [*serve, *some])
        assert ended.exit_code == 2
        assert "nowhere' does not exist" in ended.output
    assert served == []
    assert CliRunner().invoke(registry, [*serve, *database, *blobs]).exit_code == 0
    assert served == [Place("postgresql://a/b", "s3://archives")]
    assert not (tmp_path / "nowhere").exists()


def test_a_quota_is_refused_for_a_publisher_that_is_not_there(running: Running) -> None:
    with pytest.raises(NotFoundError, match="no publisher 'nosuch'"):
        allow(running.store, "nosuch", NOW, packages=1)
    with running.store.database.reading() as records:
        assert [entry.subject for entry in records.log.entries()].count("nosuch") == 0
    ended = CliRunner().invoke(registry, ["quota", running.place.blobs, "nosuch"])
    assert isinstance(ended.exception, NotFoundError)


def test_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = Running(Place.of(tmp_path / "registry"))
    made.welcome("ann")
    files = sorted((tmp_path / "registry").glob("registry.sqlite*"))
    assert len(files) == 3, "the log of what is written, and what all share, are beside it"
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3
    made.close()
    files[0].chmod(0o640)
    Running(Place.of(tmp_path / "registry")).close()
    assert files[0].stat().st_mode & 0o777 == 0o640, "whoever runs it may say otherwise"


@pytest.mark.parametrize(
    "arguments",
    [
        ["use-root", "nothing.root.json"],
        ["use-root", "root.json", "--signing-key", "nothing.pem"],
        ["use-root", "root.json", "--signing-key", "root.json"],
        ["serve", "--signing-key", "nothing.pem"],
        ["serve", "--signing-key", "root.json"],
        ["serve", "--database", "mysql://registry@database.example/registry"],
        ["serve", "--blobs", "ftp://storage.example"],
    ],
)
def test_a_file_or_an_address_that_cannot_be_used_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root.json").write_text("{}")
    (tmp_path / "registry").mkdir()
    ended = CliRunner().invoke(registry, [arguments[0], "registry", *arguments[1:]])
    assert isinstance(ended.exception, UnusableInputError), ended.output
    assert exit_code_of(ended.exception) == ExitCode.BAD_INPUT
