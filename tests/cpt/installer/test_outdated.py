from __future__ import annotations

import pytest

from cpt.installer.outdated import Outlook, outlooks
from cpt.installer.record.record import InstalledPackage, Record
from package_format.index import IndexLine, Status


def line(version: str, status: Status = Status.ACTIVE) -> IndexLine:
    return IndexLine(
        name="acme/x",
        version=version,
        digest=f"sha256:{'0' * 64}",
        size=1,
        summary="X",
        status=status,
        published="2026-03-02T09:00:00Z",
    )


def standing(
    *lines: IndexLine, upgrade: str | None = None, asked: str | None = "^1.0.0"
) -> Outlook:
    package = InstalledPackage(version="1.0.0", digest="sha256:0", asked=asked)
    fitting = {"acme/x": line(upgrade)} if upgrade else {}
    (found,) = outlooks(Record(packages={"acme/x": package}), fitting, lambda _: lines)
    return found


def test_what_is_newest_is_current() -> None:
    assert standing(line("1.0.0"), upgrade="1.0.0").is_current


def test_a_newer_version_within_the_range_is_what_an_upgrade_moves_to() -> None:
    found = standing(line("1.0.0"), line("1.1.0"), upgrade="1.1.0")
    assert (found.upgrade, found.newest, found.is_current) == ("1.1.0", "1.1.0", False)
    assert not found.is_out_of_range


def test_a_newer_version_beyond_the_range_is_named_as_such() -> None:
    found = standing(line("1.0.0"), line("2.0.0"), upgrade="1.0.0")
    assert (found.upgrade, found.newest, found.is_current) == ("1.0.0", "2.0.0", False)
    assert found.is_out_of_range


def test_a_dependency_has_no_range_to_be_out_of() -> None:
    found = standing(line("1.0.0"), line("2.0.0"), upgrade="1.0.0", asked=None)
    assert not found.is_current
    assert not found.is_out_of_range


@pytest.mark.parametrize("other", [line("2.0.0-beta.1"), line("2.0.0", Status.YANKED)])
def test_prereleases_and_yanked_versions_are_nothing_newer(other: IndexLine) -> None:
    assert standing(line("1.0.0"), other, upgrade="1.0.0").is_current


def test_a_withdrawn_version_is_not_current() -> None:
    found = standing(line("1.0.0", Status.YANKED), upgrade="1.0.0")
    assert found.yanked
    assert not found.is_current


def test_what_is_offered_nowhere_is_current() -> None:
    found = standing()
    assert (found.upgrade, found.newest, found.is_current) == ("1.0.0", None, True)
    assert not found.is_out_of_range
