import logging
from pathlib import Path

import pytest

from package_format.index import blob_path
from package_format.package import Package
from registry_server.web import rendering
from tests.registry_server.conftest import Asked, published

PATHS = ["/", "/packages/acme/webinar-follow-up", "/config.json", "/nothing", "/index/a/b.jsonl"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_tells_the_browser_to_run_nothing(ask: Asked, path: str) -> None:
    headers = ask(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_can_only_be_read(ask: Asked) -> None:
    answer = ask("/", "POST")
    assert answer.status_code == 405
    assert "This page can only be read" in answer.text
    assert "GET" in answer.headers["Allow"]


def test_damage_is_logged_for_the_operator(
    tmp_path: Path, tags: Package, caplog: pytest.LogCaptureFixture
) -> None:
    (line,) = published(tmp_path, tags)
    (tmp_path / blob_path(line.digest)).write_bytes(b"garbage")
    with caplog.at_level(logging.ERROR):
        Asked(tmp_path)("/packages/acme/lifecycle-tags")
    assert line.digest in caplog.text


def test_a_bug_of_ours_shows_nothing_of_the_inside(
    ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rendering.page

    def broken(template: str, **values: object) -> str:
        if template == "front.html":
            raise RuntimeError("the secret of /etc")
        return real(template, **values)

    monkeypatch.setattr(rendering, "page", broken)
    answer = ask("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "a fault of the server" in answer.text


def test_a_forged_host_does_not_get_into_a_page(ask: Asked) -> None:
    page = ask("/packages/acme/lifecycle-tags", headers={"Host": "evil.example"}).text
    assert "evil" not in page
    assert "--registry http://packages.test" in page


HOSTS = ("evil.example", "evil.example//evil.example?", "[evil", "evil@evil.example", "x:evil", "")
PAGES = ("/new?page=1", "/search?q=&page=2", "/feed.atom", "/sitemap.xml", "/robots.txt",
         "/nothing", "/openapi.json", "/config.json", "/status.json")  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_that_says_who_is_asked_changes_an_answer(ask: Asked, host: str) -> None:
    said = {
        "Host": host, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript",
        "Forwarded": "host=evil.example;proto=https", "X-Original-URL": "/evil",
        "X-Rewrite-URL": "/evil", "X-Forwarded-Prefix": "/evil",
    }  # fmt: skip
    for path in PAGES:
        asked, plainly = ask(path, headers=said), ask(path)
        assert (asked.status_code, asked.content) == (plainly.status_code, plainly.content), path


def test_what_does_not_say_how_long_it_is_kept_is_kept_by_nobody(ask: Asked) -> None:
    for path in ("/nothing", "/index/a/b.jsonl", "/openapi.json", "/metrics", "/status/x"):
        assert ask(path).headers["Cache-Control"] == "no-store", path
    assert ask("/", "POST").headers["Cache-Control"] == "no-store"
    assert ask("/").headers["Cache-Control"] == "no-cache"


def test_what_is_told_to_programs_in_another_way_says_so(ask: Asked) -> None:
    for accepted in ("text/html", "application/json"):
        answer = ask("/packages/acme/nothing", headers={"Accept": accepted})
        assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    "path", ["/new", "/metrics", "/index/names.json", "/config.json", "/status"]
)
@pytest.mark.parametrize("more", ["%0a", "%0d%0a", "%00", "%1b", "%c2%85"])
def test_an_address_with_more_behind_it_is_another_one(ask: Asked, path: str, more: str) -> None:
    assert ask(path).status_code == 200
    assert ask(path + more).status_code == 404
    assert ask(more + path).status_code == 404


SIGNED = ["tuf/metadata/timestamp.json", "tuf/metadata/1.root.json"]


@pytest.mark.parametrize("path", SIGNED)
def test_what_is_signed_is_given_out_to_the_byte(tmp_path: Path, tags: Package, path: str) -> None:
    published(tmp_path, tags)
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text('{"signed": {}}')
    answer = Asked(tmp_path)(f"/{path}")
    assert (answer.status_code, answer.text) == (200, '{"signed": {}}')
    assert ("immutable" in answer.headers["Cache-Control"]) == ("root" in path)
    again = Asked(tmp_path)(f"/{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["tuf/metadata/x", "tuf/%2e%2e/config.json", "tuf/", "tuf/targets/a"]
)
def test_nothing_else_under_tuf_is_given_out(tmp_path: Path, tags: Package, path: str) -> None:
    published(tmp_path, tags)
    (tmp_path / "tuf/metadata").mkdir(parents=True)
    (tmp_path / "tuf/metadata/x").write_text("a writer's")
    assert Asked(tmp_path)(f"/{path}").status_code == 404
