"""A copy of a registry is a registry at every moment, and what was copied never goes away."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

import pytest

from cpt.errors import BadInputError, DamagedRegistryError, RegistryError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.mirror import Mirror
from cpt.registries.verifying import Verification
from package_format.index import NAMES_PATH, Status, blob_path, index_path
from package_format.notices import NOTICES_PATH, Notices, notices_text
from package_format.tree_config import TreeConfig
from tests.cpt.registries.conftest import publish, served
from tests.cpt.registries.misbehaving import answer, hosting

TAGS, WEBINAR = "acme/lifecycle-tags", "acme/webinar-follow-up"


def files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("way", ["folder", "http"])
def test_a_copy_is_the_same_to_the_byte(tree: Path, tmp_path: Path, way: str) -> None:
    with served(tree) as address:
        source = HttpRegistry(address) if way == "http" else DirectoryRegistry(tree)
        copied = Mirror(source, tmp_path / "copy").update()
    assert (copied.packages, copied.versions, copied.archives, copied.problems) == (2, 2, 2, ())
    assert files(tmp_path / "copy") == files(tree)
    assert Verification(DirectoryRegistry(tmp_path / "copy")).run().problems == []


def test_whoever_has_enough_of_copying_does_not_have_to_wait(tree: Path, tmp_path: Path) -> None:
    """What is copied beside it is waited for: minutes, where a host asks for patience."""
    with hosting(tree) as host:
        for name in (TAGS, WEBINAR):
            host.always[f"/{index_path(name)}"] = answer(429, Retry_After="50")

        def enough(_: str) -> None:
            while len(host.asked) < 4:
                time.sleep(0.01)
            raise KeyboardInterrupt

        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            Mirror(HttpRegistry(host.address), tmp_path / "copy").update(enough)
        assert time.monotonic() - begun < 10


def test_a_second_round_copies_what_is_new_and_nothing_else(tree: Path, tmp_path: Path) -> None:
    mirror = Mirror(DirectoryRegistry(tree), tmp_path / "copy")
    mirror.update()
    publish(tree, "webinar-follow-up/2.0.0")
    copied = Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    assert (copied.versions, copied.archives, copied.problems) == (3, 1, ())
    assert files(tmp_path / "copy") == files(tree)


def test_a_withdrawn_version_is_withdrawn_in_the_copy_too(tree: Path, tmp_path: Path) -> None:
    Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    index = tree / index_path(TAGS)
    index.write_text(index.read_text().replace('"active"', '"yanked"'))
    assert Mirror(DirectoryRegistry(tree), tmp_path / "copy").update().problems == ()
    assert '"yanked"' in (tmp_path / "copy" / index_path(TAGS)).read_text()


def quarantine(tree: Path) -> Path:
    """Keep everybody from the tags; return where their archive was."""
    blob = tree / blob_path(DirectoryRegistry(tree).versions(TAGS)[0].digest)
    blob.unlink()
    index = tree / index_path(TAGS)
    index.write_text(index.read_text().replace('"active"', '"quarantined"'))
    (tree / NOTICES_PATH).write_text(notices_text({TAGS: Notices(quarantined="it phones home")}))
    return blob


@pytest.mark.parametrize("before", [False, True])
def test_a_package_in_quarantine_is_so_in_the_copy_too(
    tree: Path, tmp_path: Path, *, before: bool
) -> None:
    copy = tmp_path / "copy"
    if before:
        Mirror(DirectoryRegistry(tree), copy).update()
    blob = quarantine(tree)
    with served(tree) as address:
        copied = Mirror(HttpRegistry(address), copy).update()
        there = Verification(HttpRegistry(address)).run()
    assert (copied.packages, copied.versions, copied.problems) == (2, 2, ())
    assert (there.problems, there.withheld) == ([], 1)
    assert DirectoryRegistry(copy).versions(TAGS)[0].status is Status.QUARANTINED
    here = Verification(DirectoryRegistry(copy)).run()
    assert (here.problems, here.withheld) == ([], 0 if before else 1)
    assert (copy / blob.relative_to(tree)).is_file() is before
    if before:  # what is there is proved
        (copy / blob.relative_to(tree)).write_bytes(b"x")
        assert len(Verification(DirectoryRegistry(copy)).run().problems) == 1


def test_the_copy_of_a_registry_whose_archives_lie_elsewhere_holds_them(
    tree: Path, tmp_path: Path
) -> None:
    (tree / "blobs").rename(tmp_path / "cdn")
    with served(tree) as address, served(tmp_path / "cdn") as cdn:
        config = {"format": 1, "blobs": f"{cdn}/", "since": "later"}
        (tree / "config.json").write_text(json.dumps(config))
        Mirror(HttpRegistry(address), tmp_path / "copy").update()
    said = json.loads((tmp_path / "copy/config.json").read_text())
    assert said == {"format": 1, "blobs": "blobs/", "since": "later"}
    assert Verification(DirectoryRegistry(tmp_path / "copy")).run().problems == []


@pytest.mark.parametrize("way", ["folder", "http"])
def test_what_people_should_know_is_copied_and_so_is_that_it_is_over(
    tree: Path, tmp_path: Path, way: str
) -> None:
    (tree / NOTICES_PATH).write_text(notices_text({TAGS: Notices(deprecated="old")}))
    with served(tree) as address:
        source = HttpRegistry(address) if way == "http" else DirectoryRegistry(tree)
        assert Mirror(source, tmp_path / "copy").update().problems == ()
        assert files(tmp_path / "copy") == files(tree)
        assert Verification(DirectoryRegistry(tmp_path / "copy")).run().problems == []
        (tree / NOTICES_PATH).write_text(notices_text({}))
        assert Mirror(source, tmp_path / "copy").update().problems == ()
        assert files(tmp_path / "copy") == files(tree)


def test_notices_that_cannot_be_read_are_told_and_stay_as_they_were(
    tree: Path, tmp_path: Path
) -> None:
    Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    (tree / NOTICES_PATH).write_text("garbage")
    (problem,) = Mirror(DirectoryRegistry(tree), tmp_path / "copy").update().problems
    assert NOTICES_PATH in problem
    assert not (tmp_path / "copy" / NOTICES_PATH).exists()


def test_a_copy_of_what_a_server_serves_can_only_be_read(tree: Path, tmp_path: Path) -> None:
    (tree / "config.json").write_bytes(TreeConfig(format=1, api="api/v1/").written())
    with served(tree) as address:
        Mirror(HttpRegistry(address), tmp_path / "copy").update()
    said = json.loads((tmp_path / "copy/config.json").read_text())
    assert said == {"format": 1, "blobs": "blobs/"}


# --- a source that is not what it was -------------------------------------------------------------


def lines_of(root: Path, name: str) -> list[str]:
    return (root / index_path(name)).read_text().splitlines(keepends=True)


def test_a_version_that_the_source_lost_stays_in_the_copy(tree: Path, tmp_path: Path) -> None:
    publish(tree, "webinar-follow-up/2.0.0")
    Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    (tree / index_path(WEBINAR)).write_text(lines_of(tree, WEBINAR)[0])
    copied = Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    assert copied.problems == (
        f"{WEBINAR} 2.0.0 was published, and is gone: the copy of {WEBINAR} stays as it was",
    )
    assert len(lines_of(tmp_path / "copy", WEBINAR)) == 2


def test_a_version_that_the_source_changed_stays_as_it_was(tree: Path, tmp_path: Path) -> None:
    Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    before = files(tmp_path / "copy")
    text = (tree / index_path(TAGS)).read_text()
    (tree / index_path(TAGS)).write_text(text.replace('"size":', '"size":1'))
    (problem,) = Mirror(DirectoryRegistry(tree), tmp_path / "copy").update().problems
    assert problem.startswith(f"{TAGS} 1.0.0 is not what was published")
    assert files(tmp_path / "copy") == before


def test_a_package_that_the_source_lost_stays_in_the_copy(tree: Path, tmp_path: Path) -> None:
    Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    (tree / index_path(TAGS)).unlink()
    copied = Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    assert copied.problems == (f"{TAGS} was published, and is gone",)
    assert json.loads((tmp_path / "copy" / NAMES_PATH).read_bytes()) == [TAGS, WEBINAR]


@pytest.mark.parametrize("harm", ["gone", "altered", "another"])
def test_an_archive_that_cannot_be_proved_keeps_its_package_out_and_no_other(
    tree: Path, tmp_path: Path, harm: str
) -> None:
    (tags,) = DirectoryRegistry(tree).versions(TAGS)
    (webinar,) = DirectoryRegistry(tree).versions(WEBINAR)
    blob = tree / blob_path(tags.digest)
    if harm == "gone":
        blob.unlink()
    elif harm == "altered":
        data = blob.read_bytes()
        blob.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    else:
        blob.write_bytes((tree / blob_path(webinar.digest)).read_bytes())
    copied = Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    assert len(copied.problems) == 1
    assert DirectoryRegistry(tmp_path / "copy").names() == (WEBINAR,)
    assert Verification(DirectoryRegistry(tmp_path / "copy")).run().problems == []


def test_a_half_copied_archive_is_copied_again(tree: Path, tmp_path: Path) -> None:
    Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    (tags,) = DirectoryRegistry(tree).versions(TAGS)
    (tmp_path / "copy" / blob_path(tags.digest)).write_bytes(b"half")
    assert Mirror(DirectoryRegistry(tree), tmp_path / "copy").update().archives == 1


def test_an_address_without_a_list_of_names_cannot_be_copied(tree: Path, tmp_path: Path) -> None:
    (tree / NAMES_PATH).unlink()
    with served(tree) as address, pytest.raises(RegistryError, match="no list of its packages"):
        Mirror(HttpRegistry(address), tmp_path / "copy").update()


# --- where the copy goes --------------------------------------------------------------------------


def test_a_folder_that_holds_something_else_is_left_alone(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/cat.jpg").write_bytes(b"cat")
    with pytest.raises(BadInputError, match="holds something, and it is not a registry"):
        Mirror(DirectoryRegistry(tree), tmp_path / "photos")


def test_a_registry_is_not_copied_onto_itself(tree: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be a copy of itself"):
        Mirror(DirectoryRegistry(tree), tree / "index" / "..")


def test_a_damaged_copy_is_not_taken_for_a_damaged_source(tree: Path, tmp_path: Path) -> None:
    Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    (tmp_path / "copy" / index_path(TAGS)).write_text("x")
    (problem,) = Mirror(DirectoryRegistry(tree), tmp_path / "copy").update().problems
    assert problem.startswith(f"the copy in {tmp_path / 'copy'} is damaged: ")


@pytest.mark.parametrize(
    "place", ["index", "index/acme", "blobs", "blobs/sha256", "config.json", ".lock", NAMES_PATH]
)
def test_nothing_is_written_where_a_link_in_the_copy_leads(
    tree: Path, tmp_path: Path, place: str
) -> None:
    outside, link = tmp_path / "outside", tmp_path / "copy" / place
    if "." in place:
        outside.write_text("mine")
    else:
        outside.mkdir()
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    if place != "config.json":
        (tmp_path / "copy/config.json").write_bytes((tree / "config.json").read_bytes())
    with contextlib.suppress(RegistryError, BadInputError):
        Mirror(DirectoryRegistry(tree), tmp_path / "copy").update()
    if outside.is_dir():
        assert list(outside.rglob("*")) == []
    else:
        assert outside.read_text() == "mine"


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "acme/..",
        "acme/x/../../y",
        "acme/\0",
        "acme/X",
        "/etc/x",
        "acme\\x",
        "acme/x\n",
        "x",
    ],
)
def test_a_list_of_names_that_are_none_is_refused_whole(
    tree: Path, tmp_path: Path, name: str
) -> None:
    (tree / NAMES_PATH).write_text(json.dumps([TAGS, name]))
    with (
        served(tree) as address,
        pytest.raises(DamagedRegistryError, match="not a list of package names"),
    ):
        Mirror(HttpRegistry(address), tmp_path / "copy").update()
    assert not (tmp_path / "copy").exists()
