"""A registry's tree of files: no link in it leads out, and nothing but plain files is opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from package_format.errors import UnreadableFileError
from package_format.index_files import bytes_in, file_in, names_in


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret" / "here").mkdir(parents=True)
    (tmp_path / "secret" / "here" / "one.jsonl").write_text("secret")
    root = tmp_path / "registry"
    (root / "index" / "acme").mkdir(parents=True)
    (root / "index" / "acme" / "tags.jsonl").write_text("lines")
    return root


def test_a_file_is_read_and_none_where_there_is_none(root: Path) -> None:
    assert bytes_in(root, "index/acme/tags.jsonl") == b"lines"
    assert bytes_in(root, "index/acme/other.jsonl") is None
    assert bytes_in(root / "nowhere", "config.json") is None
    assert list(names_in(root)) == ["acme/tags"]
    assert list(names_in(root / "nowhere")) == []


def test_a_tree_may_itself_stand_behind_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert bytes_in(tmp_path / "link", "index/acme/tags.jsonl") == b"lines"
    assert list(names_in(tmp_path / "link")) == ["acme/tags"]


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_a_file_that_comes_while_it_is_asked_for_is_no_damage(
    root: Path, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    coming = root / "index/acme/new.jsonl"
    real, looked = Path.stat, count(1)

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        try:
            return real(path, follow_symlinks=follow_symlinks)
        finally:
            if path == coming and next(looked) == looks:
                coming.write_text("lines")

    monkeypatch.setattr(Path, "stat", stat)
    assert file_in(root, "index/acme/new.jsonl") in {None, coming}


def _file(root: Path) -> str:
    (root / "index/acme/evil.jsonl").symlink_to(root.parent / "secret/here/one.jsonl")
    return "index/acme/evil.jsonl"


def _relative(root: Path) -> str:
    (root / "index/acme/evil.jsonl").symlink_to("../../../secret/here/one.jsonl")
    return "index/acme/evil.jsonl"


def _folder(root: Path) -> str:
    (root / "index/here").symlink_to(root.parent / "secret/here")
    return "index/here/one.jsonl"


def _twice(root: Path) -> str:
    (root / "index/there").symlink_to("here")
    return _folder(root).replace("here", "there")


def _loop(root: Path) -> str:
    (root / "index/acme/loop.jsonl").symlink_to("loop.jsonl")
    return "index/acme/loop.jsonl"


@pytest.mark.parametrize("make", [_file, _relative, _folder, _twice, _loop])
def test_no_link_leads_out_of_the_tree(root: Path, make: Callable[[Path], str]) -> None:
    relative = make(root)
    with pytest.raises(UnreadableFileError, match="leads out"):
        bytes_in(root, relative)
    with pytest.raises(UnreadableFileError, match="leads out"):
        file_in(root, relative)
    assert list(names_in(root)) == ["acme/tags"]


def test_a_link_within_the_tree_is_followed(root: Path) -> None:
    (root / "index/acme/same.jsonl").symlink_to("tags.jsonl")
    assert bytes_in(root, "index/acme/same.jsonl") == b"lines"
    assert sorted(names_in(root)) == ["acme/same", "acme/tags"]


def test_nothing_but_a_plain_file_is_opened(root: Path) -> None:
    os.mkfifo(root / "index/acme/pipe.jsonl")
    (root / "index/acme/folder.jsonl").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(UnreadableFileError, match="not a plain file"):
            bytes_in(root, f"index/acme/{name}.jsonl")


@pytest.mark.parametrize("length", [256, 5000])
def test_no_file_has_a_name_that_is_too_long(root: Path, length: int) -> None:
    assert file_in(root, f"index/{'a' * length}/x.jsonl") is None
    assert bytes_in(root, f"index/acme/{'a' * length}.jsonl") is None


def test_no_more_is_read_than_a_file_may_have(root: Path) -> None:
    assert bytes_in(root, "index/acme/tags.jsonl", 5) == b"lines"
    with pytest.raises(UnreadableFileError, match="more than 4 bytes"):
        bytes_in(root, "index/acme/tags.jsonl", 4)


@pytest.mark.parametrize("name", ["Acme", "tags\nx", "-", ".hidden"])
def test_what_has_no_packages_name_is_no_package(root: Path, name: str) -> None:
    (root / f"index/acme/{name}.jsonl").write_text("")
    assert list(names_in(root)) == ["acme/tags"]
