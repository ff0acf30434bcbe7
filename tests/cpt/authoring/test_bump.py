"""The next version, and where it is written."""

from __future__ import annotations

import pytest

from cpt.authoring.bump import least_version, predecessor, with_version
from package_format.index import IndexLine, Status
from package_format.versions import Bump, Version


def line(version: str, status: Status = Status.ACTIVE) -> IndexLine:
    return IndexLine(
        name="acme/x",
        version=version,
        digest="sha256:" + "0" * 64,
        size=1,
        summary="X",
        status=status,
        published="2026-03-02T09:00:00Z",
    )


@pytest.mark.parametrize(
    ("older", "demanded", "least"),
    [
        ("1.2.3", Bump.NONE, "1.2.3"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("0.2.3", Bump.PATCH, "0.2.4"),
        ("0.2.3", Bump.MINOR, "0.2.4"),
        ("0.2.3", Bump.MAJOR, "0.3.0"),
    ],
)
def test_the_least_version_is_the_smallest_that_a_bump_allows(
    older: str, demanded: Bump, least: str
) -> None:
    found = least_version(Version.parse(older), demanded)
    assert str(found) == least
    assert found.bump_from(Version.parse(older)) >= demanded


def test_the_predecessor_is_the_greatest_version_below_yanked_or_not() -> None:
    lines = [line("1.0.0"), line("2.0.0"), line("1.10.0", Status.YANKED), line("1.9.0")]
    found = predecessor(lines, Version.parse("2.0.0"))
    assert found is not None
    assert found.version == "1.10.0"


def test_a_folder_that_still_has_the_published_number_is_compared_with_that() -> None:
    lines = [line("1.0.0"), line("1.1.0")]
    found = predecessor(lines, Version.parse("1.1.0"), or_same=True)
    assert found is not None
    assert found.version == "1.1.0"


def test_nothing_comes_before_the_first_version() -> None:
    assert predecessor([line("1.0.0")], Version.parse("1.0.0")) is None


def test_the_manifest_keeps_its_comments_and_layout() -> None:
    before = '# mine\n[package]  # here\nname="a/b"\nversion   = "1.0.0" # soon 2\n\n\n[account]\n'
    after = with_version(before, Version.parse("1.1.0"))
    assert after == before.replace("1.0.0", "1.1.0")
