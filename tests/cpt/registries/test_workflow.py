"""Asking a CI which workflow this is: what comes of it, and that no secret goes astray."""

from __future__ import annotations

import httpx
import pytest

from cpt.errors import RegistryError
from cpt.registries.workflow import ask_ci, vouches, way_of

ENVIRONMENT = {
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://ci.example/token?job=7",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "pass",
}


def test_a_ci_is_asked_for_a_token_that_is_for_the_registry() -> None:
    def ci(request: httpx.Request) -> httpx.Response:
        assert request.url.params["job"] == "7"
        assert request.url.params["audience"] == "https://packages.example"
        assert request.headers["Authorization"] == "Bearer pass"
        return httpx.Response(200, json={"value": "a.b.c", "count": 1})

    assert vouches(ENVIRONMENT)
    found = ask_ci(ENVIRONMENT, "https://packages.example", httpx.MockTransport(ci))
    assert found == "a.b.c"


@pytest.mark.parametrize("missing", list(ENVIRONMENT))
def test_where_there_is_no_ci_nobody_vouches(missing: str) -> None:
    assert not vouches({name: value for name, value in ENVIRONMENT.items() if name != missing})
    assert not vouches({**ENVIRONMENT, missing: ""})


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (httpx.Response(403), "it answers 403"),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), "it answers 302"),
        (httpx.Response(200, json={}), "something else than a token"),
        (httpx.Response(200, content=b"x"), "something else than a token"),
        (httpx.Response(200, content=b" " * 100_000), "answers without end"),
    ],
)
def test_a_ci_that_gives_no_token_is_said_to(response: httpx.Response, why: str) -> None:
    with pytest.raises(RegistryError, match=why):
        ask_ci(ENVIRONMENT, "x", httpx.MockTransport(lambda _: response))


def test_a_ci_that_cannot_be_asked_is_said_to_in_words() -> None:
    def nobody(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111]") from ConnectionRefusedError(
            111, "Connection refused"
        )

    with pytest.raises(RegistryError, match=r"asked for a token: Connection refused$"):
        ask_ci(ENVIRONMENT, "x", httpx.MockTransport(nobody))


def test_a_job_without_a_token_is_told_how_its_ci_gives_one() -> None:
    assert way_of({}, "https://packages.example") == ()
    github, gitlab = (
        " ".join(way_of({ci: "true"}, "https://packages.example"))
        for ci in ("GITHUB_ACTIONS", "GITLAB_CI")
    )
    assert "permissions: id-token: write" in github
    assert "id_tokens: { CPT_OIDC_TOKEN: { aud: https://packages.example } }" in gitlab


@pytest.mark.parametrize(
    "address", ["http://ci.example/token", "ftp://ci.example/", "nonsense", "http://[", "https://"]
)
def test_a_secret_is_sent_to_no_address_that_is_open(address: str) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request)

    with pytest.raises(RegistryError):
        ask_ci(
            {**ENVIRONMENT, "ACTIONS_ID_TOKEN_REQUEST_URL": address},
            "x",
            httpx.MockTransport(never) if address != "https://" else None,
        )
