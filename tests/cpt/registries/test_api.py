"""The API of a registry's server, as authors' commands use it: patience, and what is said."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import httpx
import pytest

from cpt.errors import NotLoggedInError, RegistryError, RegistryRefusedError
from cpt.registries.api import RegistryApi

ME = {
    "person": "ann", "operator": False, "scopes": [], "package": None, "publishers": [],
    "invitations": [],
}  # fmt: skip


def problem(status: int, detail: str, **headers: str) -> httpx.Response:
    said = {"detail": detail, "request_id": "0123456789abcdef"}
    return httpx.Response(
        status, json=said, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def api(*answers: httpx.Response) -> tuple[RegistryApi, list[float], list[httpx.Request]]:
    """An API that answers so, one after the other; how long it was waited, what was asked."""
    coming, waited, asked = list(answers), list[float](), list[httpx.Request]()

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return coming.pop(0)

    carrier = httpx.MockTransport(handle)
    found = RegistryApi("http://x", "http://x/api/v1/", "cpt_secret", carrier, waited.append)
    return found, waited, asked


def test_a_server_that_asks_for_patience_gets_it() -> None:
    asking, waited, asked = api(
        problem(429, "Too often.", Retry_After="7"),
        problem(503, "The database is away.", Retry_After="5"),
        httpx.Response(200, json=ME),
    )
    assert asking.me().person == "ann"
    assert waited == [7, 5]
    assert [one.headers["Authorization"] for one in asked] == ["Bearer cpt_secret"] * 3


def test_a_server_that_asks_for_too_much_patience_is_given_up() -> None:
    asking, waited, _ = api(problem(429, "Too often.", Retry_After="3600"))
    with pytest.raises(RegistryRefusedError, match="Too often"):
        asking.me()
    assert waited == []


def test_what_stays_away_is_told_with_what_the_request_is_called() -> None:
    asking, waited, _ = api(*(problem(503, "The database is away.") for _ in range(4)))
    with pytest.raises(RegistryError, match="The database is away") as caught:
        asking.me()
    assert "which calls the request 0123456789abcdef" in caught.value.help[0]
    assert len(waited) == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, NotLoggedInError), (409, RegistryRefusedError), (500, RegistryError)],
)
def test_a_verdict_is_not_asked_for_again(status: int, error: type[Exception]) -> None:
    asking, waited, asked = api(problem(status, "No.", Retry_After="1"))
    with pytest.raises(error, match="says: No"):
        asking.create_token("ci", ("publish",), None, 1)
    assert (waited, len(asked)) == ([], 1)


def test_an_answer_may_be_compressed() -> None:
    data = gzip.compress(json.dumps(ME).encode())
    asking, _, _ = api(httpx.Response(200, content=data, headers={"Content-Encoding": "gzip"}))
    assert asking.me().person == "ann"


@pytest.mark.parametrize(
    "make",
    [
        lambda: httpx.Response(200, content=b"x" * 5_000_000),
        lambda: httpx.Response(200, text="{"),
        lambda: httpx.Response(200, json=[]),
    ],
)
def test_an_answer_that_is_none_is_said_to_be_none(make: Callable[[], httpx.Response]) -> None:
    with pytest.raises(RegistryError, match=r"answers (without end|something that)"):
        api(make())[0].me()
