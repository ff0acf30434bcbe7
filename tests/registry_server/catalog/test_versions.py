from package_format.index import IndexLine, Status
from package_format.versions import Bump
from registry_server.catalog.versions import newest, releases


def line(version: str, status: Status = Status.ACTIVE) -> IndexLine:
    return IndexLine(
        name="acme/tags",
        version=version,
        digest="sha256:" + "0" * 64,
        size=1,
        summary="Tags.",
        status=status,
        published="2026-11-01T09:00:00Z",
    )


def test_a_package_is_known_by_its_greatest_release() -> None:
    lines = [line("1.9.0"), line("1.10.0"), line("2.0.0-beta.1"), line("1.2.0")]
    assert newest(lines).version == "1.10.0"


def test_a_yanked_version_is_passed_over() -> None:
    assert newest([line("1.0.0"), line("1.1.0", Status.YANKED)]).version == "1.0.0"


def test_a_prerelease_will_do_where_nothing_was_released() -> None:
    lines = [line("1.0.0-alpha"), line("1.0.0-beta"), line("0.9.0", Status.YANKED)]
    assert newest(lines).version == "1.0.0-beta"


def test_a_package_with_nothing_but_yanked_versions_is_still_known() -> None:
    lines = [line("1.0.0", Status.YANKED), line("1.1.0", Status.YANKED)]
    assert newest(lines).version == "1.1.0"


def test_releases_come_greatest_first_with_how_far_each_moved() -> None:
    found = releases([line("1.0.0"), line("2.0.0", Status.YANKED), line("1.0.1"), line("1.1.0")])
    assert [(r.line.version, r.bump, r.yanked) for r in found] == [
        ("2.0.0", Bump.MAJOR, True),
        ("1.1.0", Bump.MINOR, False),
        ("1.0.1", Bump.PATCH, False),
        ("1.0.0", None, False),
    ]
