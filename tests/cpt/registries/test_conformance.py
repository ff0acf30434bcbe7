"""What every registry promises, whichever sort it is; what it cannot do, it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cpt.errors import DamagedRegistryError, OfflineError, PublishRefusedError, RegistryError
from cpt.registries.verifying import Verification
from package_format.archive import build_archive
from package_format.errors import ArchiveError
from package_format.index import blob_path, index_path, index_text
from package_format.registry_folders import CONFIG_PATH
from package_format.tree_config import read_config
from tests.cpt.registries.shelves import OFFLINE, READERS, SORTS, WRITERS, Shelf, packages, shelf
from tests.registry_server.conftest import retold

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"
NOW = "2026-11-27T09:00:00Z"
NOTHING = "sha256:" + "0" * 64


@pytest.fixture(params=SORTS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """A registry of each sort, with a version of one package and two of another."""
    with shelf(request.param, request, tmp_path) as filled:
        yield filled


@pytest.fixture(params=WRITERS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """A registry of each sort that can be published to."""
    with shelf(request.param, request, tmp_path) as filled:
        yield filled


@pytest.fixture(params=READERS)
def only_read(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """A registry of each other sort."""
    with shelf(request.param, request, tmp_path) as filled:
        yield filled


# --- reading --------------------------------------------------------------------------------------


def test_the_names_of_all_packages_are_sorted(kept: Shelf) -> None:
    assert kept.open().names() == (TAGS, WEBINAR)


def test_a_version_has_a_line_and_they_come_as_they_were_published(kept: Shelf) -> None:
    registry, archives = kept.open(), [build_archive(package) for package in packages()]
    lines = (*registry.versions(TAGS), *registry.versions(WEBINAR))
    assert [(line.name, line.version) for line in lines] == [
        (TAGS, "1.0.0"), (WEBINAR, "1.0.0"), (WEBINAR, "2.0.0"),
    ]  # fmt: skip
    assert [(line.digest, line.size) for line in lines] == [(x.digest, x.size) for x in archives]


def test_an_unknown_package_has_no_versions(kept: Shelf) -> None:
    if kept.sort == OFFLINE:
        with pytest.raises(OfflineError, match="was never read on this machine"):
            kept.open().versions("acme/nobody")
        return
    assert kept.open().versions("acme/nobody") == ()


def test_a_file_is_read_to_the_byte(kept: Shelf) -> None:
    registry = kept.open()
    for name in (TAGS, WEBINAR):
        assert registry.read(index_path(name)) == index_text(registry.versions(name)).encode()
    config = registry.read(CONFIG_PATH)
    assert config is not None
    assert read_config(config).format == 1


def test_a_file_that_is_not_there_is_none(kept: Shelf) -> None:
    if kept.sort == OFFLINE:
        return  # what was never read may be there
    assert kept.open().read(index_path("acme/nobody")) is None


def test_no_more_of_a_file_is_read_than_was_asked_for(kept: Shelf) -> None:
    if kept.sort == OFFLINE:
        return  # it was bounded when it came
    with pytest.raises(RegistryError):
        kept.open().read(index_path(WEBINAR), 100)


def test_an_archive_is_what_was_published(kept: Shelf) -> None:
    registry = kept.open()
    for package in packages():
        archive = build_archive(package)
        assert registry.fetch(archive.digest) == archive.data
        assert registry.fetch(archive.digest, archive.size) == archive.data


def test_archives_that_were_brought_near_are_there(kept: Shelf) -> None:
    registry = kept.open()
    lines = registry.versions(WEBINAR)
    registry.prepare(lines)
    registry.prepare(())
    assert [len(registry.fetch(line.digest)) for line in lines] == [line.size for line in lines]


def test_an_archive_that_is_not_there_is_the_registrys_fault(kept: Shelf) -> None:
    said = "was never read" if kept.sort == OFFLINE else "does not hold"
    with pytest.raises(RegistryError, match=said):
        kept.open().fetch(NOTHING)


def test_no_more_of_an_archive_is_read_than_was_asked_for(kept: Shelf) -> None:
    registry = kept.open()
    if kept.sort == OFFLINE:
        return  # it was bounded when it came
    with pytest.raises(DamagedRegistryError):
        registry.fetch(registry.versions(TAGS)[0].digest, 100)


@pytest.mark.parametrize("harm", ["another archive", "cut off", "nothing", "garbage"])
def test_an_archive_that_is_not_what_its_digest_says_is_not_handed_out(
    kept: Shelf, harm: str
) -> None:
    tags, webinar, _ = map(build_archive, packages())
    data = {
        "another archive": webinar.data,
        "cut off": tags.data[:-7],
        "nothing": b"",
        "garbage": b"<html>",
    }[harm]
    kept.harm(tags.digest, data)
    with pytest.raises(RegistryError) as error:
        kept.open().fetch(tags.digest)
    assert str(error.value).isprintable()
    assert error.value.help
    assert kept.open().fetch(webinar.digest) == webinar.data


def test_everything_in_it_can_be_proved(kept: Shelf) -> None:
    if kept.sort == OFFLINE:
        return  # blobs are read by their digests there, not as files of a tree
    assert Verification(kept.open()).run().problems == []


def test_it_says_where_it_is(kept: Shelf) -> None:
    location = kept.open().location
    assert location.isprintable()
    assert location == kept.open().location
    assert not location.endswith("/")


# --- publishing -----------------------------------------------------------------------------------


def test_what_is_published_is_there_for_the_next_command(written: Shelf) -> None:
    archive = build_archive(retold(packages()[0], version="1.1.0"))
    published = written.open().publish(archive.data, NOW)
    assert (published.already, published.line.version) == (False, "1.1.0")
    assert (published.line.digest, published.line.size) == (archive.digest, archive.size)
    registry = written.open()
    assert registry.versions(TAGS)[1:] == (published.line,)
    assert registry.fetch(archive.digest) == archive.data
    assert registry.names() == (TAGS, WEBINAR)


def test_a_package_that_is_new_is_among_the_names(written: Shelf) -> None:
    archive = build_archive(retold(packages()[0], name="acme/another"))
    written.open().publish(archive.data, NOW)
    assert written.open().names() == ("acme/another", TAGS, WEBINAR)


def test_the_same_content_again_is_a_success_that_changes_nothing(written: Shelf) -> None:
    before = written.open().versions(WEBINAR)
    again = written.open().publish(build_archive(packages()[1]).data, NOW)
    assert again.already
    assert again.line == before[0]
    assert written.open().versions(WEBINAR) == before


def test_a_version_that_exists_with_other_content_is_refused(written: Shelf) -> None:
    before = written.open().versions(TAGS)
    other = build_archive(retold(packages()[0], summary="Something else."))
    with pytest.raises(PublishRefusedError, match=r"lifecycle-tags 1\.0\.0 is already published"):
        written.open().publish(other.data, NOW)
    assert written.open().versions(TAGS) == before


def test_a_broken_archive_is_not_published(written: Shelf) -> None:
    with pytest.raises((ArchiveError, PublishRefusedError)):
        written.open().publish(b"no archive", NOW)
    assert written.open().names() == (TAGS, WEBINAR)


def test_what_can_only_be_read_says_so(only_read: Shelf) -> None:
    with pytest.raises((PublishRefusedError, OfflineError)) as refused:
        only_read.open().publish(build_archive(packages()[0]).data, NOW)
    assert refused.value.help


def test_an_archive_has_its_place_in_the_tree(kept: Shelf) -> None:
    if kept.sort == OFFLINE:
        return
    archive = build_archive(packages()[0])
    assert kept.open().read(blob_path(archive.digest), archive.size) == archive.data
