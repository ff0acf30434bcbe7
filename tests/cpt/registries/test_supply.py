"""A registry's index is held against its archives: versions were chosen by what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cpt.cli.app import run
from cpt.errors import OtherSideError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.supply import Supply
from package_format.index import IndexLine, index_path
from tests.cpt.registries.test_directory import NAME, NOW, archive

LIES = [
    ("version", "1.9.0", "its version is 1.0.0, and the index says 1.9.0"),
    ("size", 1, "has more than 1 bytes"),
    ("size", 99_999, "and the index says 99999"),
    ("dependencies", {"evil/one": "^1.0"}, "is nothing, and the index says evil/one ^1.0"),
    ("features", ["email"], "its features is nothing, and the index says email"),
    ("summary", "Other tags.", "its summary is Some tags., and the index says Other tags."),
]


def lying(root: Path, folder: Path, what: str, lie: object) -> DirectoryRegistry:
    """Return a registry whose only line says something else than its archive."""
    registry = DirectoryRegistry(root)
    registry.publish(archive(folder), NOW)
    path = root / index_path(NAME)
    said = {**json.loads(path.read_text()), what: lie}
    path.write_text(json.dumps(said) + "\n")
    return registry


@pytest.mark.parametrize(("what", "lie", "said"), LIES)
def test_an_archive_that_is_not_what_the_index_says_is_refused(
    tmp_path: Path, what: str, lie: object, said: str
) -> None:
    registry = lying(tmp_path / "registry", tmp_path / "tags", what, lie)
    (line,) = registry.versions(NAME)
    with pytest.raises(OtherSideError) as caught:
        Supply(registry).package(line)
    assert said in str(caught.value)


def test_an_archive_of_another_package_is_refused(tmp_path: Path) -> None:
    registry = lying(tmp_path / "registry", tmp_path / "tags", "name", "acme/another")
    root = tmp_path / "registry"
    (root / index_path(NAME)).rename(root / index_path("acme/another"))
    (line,) = registry.versions("acme/another")
    with pytest.raises(OtherSideError, match="its name is acme/tags"):
        Supply(registry).package(line)


def test_an_index_that_holds_lines_of_another_package_is_refused(tmp_path: Path) -> None:
    registry = lying(tmp_path / "registry", tmp_path / "tags", "name", "acme/another")
    with pytest.raises(OtherSideError, match="lines of other packages than acme/tags"):
        registry.versions(NAME)


def test_two_lines_of_one_archive_are_each_held_against_it(tmp_path: Path) -> None:
    registry = DirectoryRegistry(tmp_path / "registry")
    good = registry.publish(archive(tmp_path / "tags"), NOW).line
    bad = good.model_copy(update={"version": "1.0.1"})
    path = tmp_path / "registry" / index_path(NAME)
    path.write_text(f"{good.model_dump_json()}\n{bad.model_dump_json()}\n")
    supply = Supply(registry)
    assert supply.package(good).name == NAME
    with pytest.raises(OtherSideError, match=r"the index says 1\.0\.1"):
        supply.package(bad)


def test_what_an_account_remembers_of_a_version_is_enough_to_fetch_it(tmp_path: Path) -> None:
    registry = DirectoryRegistry(tmp_path / "registry")
    line = registry.publish(archive(tmp_path / "tags"), NOW).line
    remembered = line.model_copy(update={"summary": NAME, "size": 0})
    assert Supply(registry).package(remembered).name == NAME


def test_the_command_line_says_that_the_other_side_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = lying(tmp_path / "registry", tmp_path / "tags", "version", "1.9.0")
    assert run(["info", NAME, "--registry", registry.location]) == 4
    said = " ".join(capsys.readouterr().err.split())
    assert "is not what its index says" in said
    assert "do not install it" in said


def test_what_a_registry_lists_is_asked_for_once_in_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = DirectoryRegistry(tmp_path / "registry")
    line = registry.publish(archive(tmp_path / "tags"), NOW).line
    asked: list[str] = []
    versions = registry.versions

    def counted(name: str) -> tuple[IndexLine, ...]:
        asked.append(name)
        return versions(name)

    monkeypatch.setattr(registry, "versions", counted)
    supply = Supply(registry)
    assert supply.index(NAME) == supply.index(NAME) == (line,)
    assert supply.package(line).name == NAME
    assert asked == [NAME]
