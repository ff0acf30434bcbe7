"""The straight way answers as everything else does, and leaves to it what it does not answer."""

import logging

import httpx
import pytest

from registry_server.api import files
from registry_server.operations.logs import REQUESTS
from tests.registry_server.conftest import Asked

INDEX = "/index/acme/webinar-follow-up.jsonl"


def archive(ask: Asked) -> str:
    path = min(ask.root.glob("blobs/sha256/*/*.cpt"))
    return "/" + path.relative_to(ask.root).as_posix()


def told(answer: httpx.Response) -> dict[str, str]:
    """What an answer says of itself, but for what is another thing each time."""
    return {k: v for k, v in answer.headers.items() if k not in {"x-request-id", "last-modified"}}


@pytest.mark.parametrize("known", [False, True])
def test_it_says_what_the_application_says(ask: Asked, *, known: bool) -> None:
    for path in (INDEX, archive(ask)):
        headers = {"If-None-Match": ask(path).headers["ETag"]} if known else {}
        straight = ask(path, headers=headers)
        logging.getLogger(REQUESTS).setLevel(logging.INFO)  # so that each request is written down
        try:
            around = ask(path, headers=headers)
        finally:
            logging.getLogger(REQUESTS).setLevel(logging.NOTSET)
        assert straight.status_code == around.status_code == (304 if known else 200)
        assert straight.content == around.content
        assert told(straight) == told(around)
        assert "x-request-id" in straight.headers


def test_it_takes_the_name_that_something_in_front_gave(ask: Asked) -> None:
    assert ask(INDEX, headers={"X-Request-Id": "abcd-1234"}).headers["X-Request-Id"] == "abcd-1234"


def test_it_is_counted_like_everything_else(ask: Asked) -> None:
    ask(INDEX)
    assert b'operation="api.files.index",status="200"} 1.0' in ask("/metrics").content


def test_a_part_of_an_archive_and_a_large_one_are_files(
    ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(ask)
    whole = ask(path).content
    part = ask(path, headers={"Range": "bytes=10-"})
    assert (part.status_code, part.content) == (206, whole[10:])
    monkeypatch.setattr(files, "_READ_AT_ONCE", 10)
    assert ask(path).content == whole
    assert "last-modified" in ask(path).headers


@pytest.mark.parametrize(
    "path",
    ["/index/acme/none.jsonl", "/index/Acme/None.jsonl", "/tuf/none", "/blobs/sha256/ab/ab.cpt"],
)
def test_what_is_not_there_is_a_problem(ask: Asked, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_only_reading_goes_straight(ask: Asked) -> None:
    assert ask(INDEX, method="HEAD").headers["ETag"] == ask(INDEX).headers["ETag"]
    assert ask(INDEX, method="POST").status_code == 405
