"""Every byte of a registry is proved: whatever is changed in one is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cpt.errors import RegistryError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.verifying import Problem, Verification
from package_format.index import NAMES_PATH, blob_path, index_path
from tests.cpt.registries.conftest import served

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


def problems(root: Path) -> list[Problem]:
    return Verification(DirectoryRegistry(root)).run().problems


def blob(root: Path) -> Path:
    return root / blob_path(DirectoryRegistry(root).versions(TAGS)[0].digest)


def edit(relative: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def do(root: Path) -> None:
        (root / relative).write_bytes(change((root / relative).read_bytes()))

    return do


def append_second_line(data: bytes) -> bytes:
    return data + data.replace(b'"published":"2026', b'"published":"2027')


HARM = {
    "an index line that is not JSON": (
        edit(index_path(TAGS), lambda data: data[:-9]),
        "line 1 of the index is not JSON",
    ),
    "a version twice": (
        edit(index_path(TAGS), append_second_line),
        "is a second one about 1.0.0",
    ),
    "a line about another package": (
        edit(index_path(TAGS), lambda data: data.replace(TAGS.encode(), b"acme/other")),
        "it holds lines of other packages",
    ),
    "an index without a version": (edit(index_path(TAGS), lambda _: b"\n"), "no version is in it"),
    "a space in a line": (
        edit(index_path(TAGS), lambda data: data.replace(b'":"', b'": "', 1)),
        "not written in canonical JSON",
    ),
    "another size": (
        edit(index_path(TAGS), lambda data: data.replace(b'"size":', b'"size":9')),
        "and the index says 9",
    ),
    "another summary": (
        edit(index_path(TAGS), lambda data: data.replace(b'"summary":"', b'"summary":"X')),
        "and the index says X",
    ),
    "an archive less": (lambda root: blob(root).unlink(), "does not hold"),
    "a bit of an archive": (
        lambda root: blob(root).write_bytes(blob(root).read_bytes()[:-1] + b"\0"),
        "is not what was published",
    ),
    "a name less in the list": (
        edit(NAMES_PATH, lambda _: json.dumps([TAGS]).encode()),
        f"does not list what the index has: {WEBINAR}",
    ),
    "a name more in the list": (
        edit(NAMES_PATH, lambda data: data.replace(b"[", b'["acme/a",')),
        "does not list what the index has: acme/a",
    ),
    "a list in another order": (
        edit(NAMES_PATH, lambda _: json.dumps([WEBINAR, TAGS]).encode()),
        "is not a sorted list",
    ),
    "a list that is none": (edit(NAMES_PATH, lambda _: b"{}"), "not a list of package names"),
    "no list": (lambda root: (root / NAMES_PATH).unlink(), "nobody can list packages"),
    "a file that belongs to nothing": (
        lambda root: (root / "index/acme/notes.txt").write_text("x") and None,
        "index/acme/notes.txt belongs to no version",
    ),
    "an archive that belongs to nothing": (
        lambda root: (blob(root).parent / f"{'0' * 64}.cpt").write_bytes(b"x") and None,
        "belongs to no version",
    ),
    "a link": (
        lambda root: (root / "copies").symlink_to(root / "index/acme"),
        "copies belongs to no version",
    ),
    "a half-written file": (
        lambda root: (root / "index/acme/.a.jsonl.1f").write_bytes(b"x") and None,
        "was left by a writer",
    ),
}


def test_a_registry_that_was_published_to_is_proved(tree: Path) -> None:
    proof = Verification(DirectoryRegistry(tree)).run()
    assert (proof.packages, proof.versions, proof.problems) == (2, 2, [])
    files = [path for path in tree.rglob("*") if path.is_file()]
    assert proof.size == sum(path.stat().st_size for path in files)


@pytest.mark.parametrize("harm", HARM)
def test_what_is_not_as_it_must_be_is_found(tree: Path, harm: str) -> None:
    change, said = HARM[harm]
    change(tree)
    (problem,) = problems(tree)
    assert said in problem.what


@pytest.mark.parametrize(
    "harm", [harm for harm in HARM if not harm.startswith(("a link", "a half", "a file"))]
)
def test_most_of_it_is_found_over_http_too(tree: Path, harm: str) -> None:
    HARM[harm][0](tree)
    with served(tree) as address:
        found = Verification(HttpRegistry(address)).run().problems
    assert found or harm == "an archive that belongs to nothing"


def test_every_byte_matters(tree: Path) -> None:
    """Flip a bit in each of many places: something is always found."""
    for path in sorted(path for path in tree.rglob("*") if path.is_file()):
        if path.name in (".lock", "config.json"):
            continue
        data = path.read_bytes()
        for place in range(0, len(data), max(1, len(data) // 7)):
            path.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
            assert problems(tree), f"{path} with byte {place} changed"
        path.write_bytes(data)
    assert not problems(tree)


def test_a_folder_without_a_registry_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="there is no registry at"):
        Verification(DirectoryRegistry(tmp_path)).run()
