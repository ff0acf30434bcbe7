"""How much of a body is read, and for how long."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.requests import Request

from package_format.archive import COMPRESSED_LIMIT
from package_format.package import Package
from registry_server.api import finding, packages, people, workflows
from registry_server.api.bounded_route import BoundedRoute
from registry_server.api.v1 import PREFIX
from registry_server.errors import TooLargeError, TooSlowError
from registry_server.operations.request_bodies import SMALL, body_of
from tests.registry_server.stores import Running, renamed


def request(*chunks: bytes, announced: str | None = None, stalls: bool = False) -> Request:
    coming = list(chunks)

    async def receive() -> dict[str, object]:
        if not coming and stalls:
            await asyncio.sleep(60)
        body = coming.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(coming) or stalls}

    headers = [(b"content-length", announced.encode())] if announced is not None else []
    return Request({"type": "http", "headers": headers}, receive)


def test_a_body_is_read_whole() -> None:
    assert asyncio.run(body_of(request(b"a", b"b"), 2)) == b"ab"


@pytest.mark.parametrize("announced", [None, "3", "x", "-1"])
def test_more_than_is_taken_is_refused(announced: str | None) -> None:
    with pytest.raises(TooLargeError, match="At most 2 bytes"):
        asyncio.run(body_of(request(b"a", b"bc", announced=announced), 2))


def test_what_does_not_come_is_not_waited_for() -> None:
    with pytest.raises(TooSlowError, match="nothing was done"):
        asyncio.run(body_of(request(b"a", announced="2", stalls=True), 2, patience=0.01))


def test_who_goes_away_in_the_middle_is_no_fault_of_ours() -> None:
    coming: list[dict[str, object]] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return coming.pop(0)

    with pytest.raises(TooSlowError, match="broke off; nothing was done"):
        asyncio.run(body_of(Request({"type": "http", "headers": []}, receive)))


def test_of_an_archive_nothing_is_read_that_may_not_be_published(
    running: Running, tags: Package
) -> None:
    running.welcome("bo")
    assert running.publish(tags, by="ann").status_code == 201
    near = running.publish(renamed(tags, "acmes/lifecycle-tags"), by="bo")
    assert "waits for the decision" in near.json()["detail"]
    sent: list[bytes] = []

    async def archive() -> AsyncIterator[bytes]:
        sent.append(b"x")
        yield b"x"

    def publish(token: str) -> httpx.Response:
        return running.ask("PUT", f"{PREFIX}/packages", by=token, content=archive())

    for token, status, why in (
        ("cpt_" + "A" * 43, 401, "not known here"),
        (running.token("ann", scopes=["own", "read", "yank"]), 403, "lacks the scope “publish”"),
        (running.token("bo", package="acme/other"), 403, "bo does not own acme"),
        (running.token("bo", package="acmes/other"), 403, "waits for the decision"),
    ):
        answer = publish(token)
        assert (answer.status_code, sent) == (status, []), answer.text
        assert why in answer.json()["detail"]
    for package in (None, "acme/other", "nobodys/yet"):
        token = running.token("ann", package=package)
        assert publish(token).status_code == 422, "and of others it is read"
        assert sent.pop()


@pytest.mark.parametrize(
    "path", ["/me/tokens", "/packages/acme/x/deprecated", "/packages/acme/x/workflows/token"]
)
@pytest.mark.parametrize("way", ["announced", "in pieces"])
def test_no_operation_takes_more_than_it_needs(running: Running, path: str, way: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(SMALL // 1024 + 1):
            yield b"x" * 1024

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(running.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.request(
                "POST" if "token" in path else "PUT",
                PREFIX + path,
                content=b"x" * (SMALL + 1) if way == "announced" else pieces(),
                headers={
                    "Authorization": f"Bearer {running.tokens['ann']}",
                    "Content-Type": "application/json",
                },
            )

    answer = asyncio.run(ask())
    assert answer.status_code == 413
    assert answer.headers["Connection"] == "close"
    assert f"At most {SMALL:,} bytes" in answer.json()["detail"]


def test_every_operation_that_is_told_something_reads_no_more_than_it_needs() -> None:
    routers = (finding.routes, packages.routes, people.routes, workflows.routes)
    told = [
        route
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.body_field is not None
    ]
    assert len(told) > 6
    assert [route.path for route in told if not isinstance(route, BoundedRoute)] == []


def test_an_archive_may_have_what_an_archive_may_have() -> None:
    assert SMALL < COMPRESSED_LIMIT
