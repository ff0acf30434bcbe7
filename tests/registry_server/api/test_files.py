from pathlib import Path

import pytest

from package_format.index import blob_path
from package_format.package import Package
from tests.registry_server.conftest import Asked, published

INDEX = "/index/acme/webinar-follow-up.jsonl"


def blobs(root: Path) -> list[Path]:
    return sorted(root.glob("blobs/sha256/*/*.cpt"))


def test_every_file_of_the_tree_is_served_as_it_is(ask: Asked) -> None:
    paths = [ask.root / "config.json", *ask.root.glob("index/*/*.jsonl"), *blobs(ask.root)]
    assert len(paths) == 6
    for path in paths:
        answer = ask("/" + path.relative_to(ask.root).as_posix())
        assert answer.status_code == 200
        assert answer.content == path.read_bytes()


def test_the_names_of_all_packages_are_one_more_file(ask: Asked) -> None:
    assert ask("/index/names.json").json() == ["acme/lifecycle-tags", "acme/webinar-follow-up"]


@pytest.mark.parametrize("path", ["/config.json", "/index/names.json", INDEX])
def test_who_has_a_file_already_is_not_sent_it_again(ask: Asked, path: str) -> None:
    first = ask(path)
    assert first.headers["Cache-Control"] == "no-cache"
    for given in (
        first.headers["ETag"],
        f"W/{first.headers['ETag']}",
        f'"x", {first.headers["ETag"]}',
        "*",
    ):
        again = ask(path, headers={"If-None-Match": given})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["ETag"] == first.headers["ETag"]
    assert ask(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_an_index_has_another_etag_once_a_version_is_added(
    tmp_path: Path, webinar: tuple[Package, Package]
) -> None:
    ask = Asked(tmp_path)
    published(tmp_path, webinar[0])
    before = ask(INDEX).headers["ETag"]
    published(tmp_path, webinar[1])
    answer = ask(INDEX, headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == 2


def test_an_archive_is_kept_for_ever(ask: Asked) -> None:
    path = blobs(ask.root)[0]
    address = "/" + path.relative_to(ask.root).as_posix()
    answer = ask(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["ETag"] == f'"{path.stem}"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    again = ask(address, headers={"If-None-Match": f'"{path.stem}"'})
    assert (again.status_code, again.content) == (304, b"")


def test_a_part_of_an_archive_can_be_asked_for(ask: Asked) -> None:
    path = blobs(ask.root)[0]
    part = ask("/" + path.relative_to(ask.root).as_posix(), headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, path.read_bytes()[2:6])


@pytest.mark.parametrize("path", ["/config.json", INDEX, "/index/names.json", "/"])
def test_heads_say_what_the_whole_would(ask: Asked, path: str) -> None:
    whole, head = ask(path), ask(path, "HEAD")
    assert head.status_code == 200
    for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize(
    "path",
    [
        "/index/acme/nothing.jsonl",
        "/index/acme/..%2f..%2fconfig.jsonl",
        "/index/..%2f..%2f..%2fetc/passwd.jsonl",
        "/index/%2e%2e/%2e%2e/etc/passwd",
        "/index/acme/.hidden.jsonl",
        "/index/acme%00/tags.jsonl",
        "/index/acme/lifecycle-tags.jsonl/",
        "/index/",
        "/blobs/sha256/00/" + "0" * 64 + ".cpt",
        "/blobs/sha256/%2e%2e/..%2f..%2fconfig.json.cpt",
        "/blobs/",
    ],
)
def test_nothing_outside_the_tree_has_an_address(ask: Asked, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == 404
    assert body["title"] == "Not Found"
    assert body["detail"].endswith(".")


def test_an_archive_has_one_address(ask: Asked) -> None:
    digest = blobs(ask.root)[0].stem
    other = "00" if not digest.startswith("00") else "11"
    assert ask(f"/blobs/sha256/{other}/{digest}.cpt").status_code == 404
    assert ask("/" + blob_path(f"sha256:{digest}")).status_code == 200


def test_a_lock_in_the_tree_is_not_served(tmp_path: Path, tags: Package) -> None:
    published(tmp_path, tags)
    (tmp_path / ".lock").touch()
    assert Asked(tmp_path)("/.lock").status_code == 404


def test_a_registry_without_a_version_says_so(tmp_path: Path) -> None:
    answer = Asked(tmp_path)("/config.json")
    assert answer.status_code == 404
    assert "Nothing has been published" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(ask: Asked, method: str) -> None:
    answer = ask(INDEX, method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD" or set(answer.headers["Allow"].split(", ")) == {
        "GET",
        "HEAD",
    }
    assert "cpt publish" in answer.json()["detail"]
