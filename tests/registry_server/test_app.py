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
