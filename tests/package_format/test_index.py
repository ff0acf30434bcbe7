from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from package_format.errors import InvalidIndexError, PackageError, VersionTakenError
from package_format.index import (
    IndexLine,
    Status,
    appended,
    blob_path,
    index_path,
    index_text,
    parse_index,
    predecessor,
    publishable,
    with_status,
)
from package_format.manifest import AccountTable, Manifest, PackageTable
from package_format.package import Package
from package_format.versions import Version

DIGEST = "sha256:" + "0123456789abcdef" * 4


def line(version: str = "1.0.0", digest: str = DIGEST, name: str = "acme/tags") -> IndexLine:
    return IndexLine(
        name=name,
        version=version,
        digest=digest,
        size=3,
        dependencies={"acme/other": "^1.0"},
        features=("email",),
        summary="Tags",
        published="2026-03-02T09:00:00Z",
    )


def test_what_is_written_is_read() -> None:
    lines = (line(), line("1.1.0"))
    assert parse_index(index_text(lines)) == lines


def test_a_line_is_one_line_of_json_that_says_everything() -> None:
    assert index_text([line()]) == (
        '{"dependencies":{"acme/other":"^1.0"},"digest":"' + DIGEST + '","features":["email"],'
        '"name":"acme/tags","published":"2026-03-02T09:00:00Z","size":3,"status":"active",'
        '"summary":"Tags","version":"1.0.0"}\n'
    )


def test_a_line_says_what_the_package_says() -> None:
    table = PackageTable(name="acme/x", version="2.0.0", title="X", summary="S", license="MIT")
    manifest = Manifest(
        package=table, account=AccountTable(features=("email",)), dependencies={"acme/y": "^1.0"}
    )
    package = Package(manifest, {})
    told = IndexLine.of(package, digest=DIGEST, size=7, published="2026-03-02T09:00:00Z")
    assert (told.name, told.version, told.size) == ("acme/x", "2.0.0", 7)
    assert told.dependencies == {"acme/y": "^1.0"}
    assert told.features == ("email",)
    assert told.status is Status.ACTIVE


def test_paths_are_made_of_names_and_digests() -> None:
    assert index_path("acme/tags") == "index/acme/tags.jsonl"
    assert blob_path(DIGEST) == f"blobs/sha256/01/{DIGEST[7:]}.cpt"


@pytest.mark.parametrize("name", ["../x/y", "acme", "acme/../x", "Acme/x", "acme/x\n", ""])
def test_what_is_no_name_never_becomes_a_path(name: str) -> None:
    with pytest.raises(PackageError, match="is not a package's name"):
        index_path(name)


@pytest.mark.parametrize("digest", ["", "sha256:..", DIGEST.upper(), DIGEST + "\n", DIGEST[7:]])
def test_what_is_no_digest_never_becomes_a_path(digest: str) -> None:
    with pytest.raises(PackageError, match="is not a digest"):
        blob_path(digest)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\n{", "line 2 of the index is not JSON"),
        ("[" * 100_000, "line 1 of the index is not JSON"),
        ("[]", "line 1 of the index cannot be read"),
        ('{"name": 1}', "line 1 of the index cannot be read: name: a text is needed"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, problem: str) -> None:
    with pytest.raises(InvalidIndexError, match=problem):
        parse_index(text)


@pytest.mark.parametrize("published", ["yesterday", "2026-03-02", "2026-13-02T09:00:00Z"])
def test_an_instant_is_in_utc_to_the_second(published: str) -> None:
    with pytest.raises(ValidationError):
        IndexLine.model_validate({**line().model_dump(by_alias=True), "published": published})


def test_a_new_version_is_appended() -> None:
    new = line("1.1.0")
    assert publishable([line()], new) is None
    published = appended([line()], new)
    assert published.lines == (line(), new)
    assert not published.already_published


def test_the_same_version_with_the_same_content_is_already_published() -> None:
    yanked = with_status([line()], Version.parse("1.0.0"), Status.YANKED)
    published = appended(yanked, line())
    assert published.lines == yanked
    assert published.already_published


@pytest.mark.parametrize("version", ["1.0.0", "1.0.0+build"])
def test_the_same_version_with_another_content_is_refused(version: str) -> None:
    other = line(version, "sha256:" + "f" * 64)
    assert "already published with another content" in str(publishable([line()], other))
    with pytest.raises(VersionTakenError, match="publish a new version"):
        appended([line()], other)


def test_one_package_has_one_index() -> None:
    assert publishable([line()], line(name="acme/other")) is not None


def test_only_the_status_of_a_version_changes() -> None:
    lines = (line(), line("1.1.0"))
    changed = with_status(lines, Version.parse("1.1.0"), Status.YANKED)
    assert changed == (lines[0], lines[1].model_copy(update={"status": Status.YANKED}))
    with pytest.raises(PackageError, match=r"no version 3\.0\.0"):
        with_status(lines, Version.parse("3.0.0"), Status.YANKED)


@pytest.mark.parametrize("steering", ["\x1b[2J", "\x1b]0;title\x07", "\x9b1m", "a\nb", "a\rb"])
def test_a_line_that_steers_a_terminal_is_refused(steering: str) -> None:
    said = json.loads(index_text([line()]))
    with pytest.raises(InvalidIndexError, match="no control characters"):
        parse_index(json.dumps({**said, "summary": steering}))


@pytest.mark.parametrize("name", ["con/x", "acme/nul", "acme/lpt9"])
def test_no_package_is_called_as_a_device_is(name: str) -> None:
    said = json.loads(index_text([line()]))
    with pytest.raises(InvalidIndexError, match=r"on Windows .* is a device"):
        parse_index(json.dumps({**said, "name": name}))
    for part in ("con", "com1"):
        ordinary = f"{part}-{part}/{part}x"
        assert parse_index(json.dumps({**said, "name": ordinary}))[0].name == ordinary


def test_the_predecessor_is_the_greatest_version_below_yanked_or_not() -> None:
    lines = [
        line("1.0.0"),
        line("2.0.0"),
        line("1.10.0").model_copy(update={"status": Status.YANKED}),
        line("1.9.0"),
    ]
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
