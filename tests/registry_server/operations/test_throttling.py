"""How often one may ask."""

import asyncio

import httpx
import pytest
from starlette.requests import Request

from package_format.package import Package
from registry_server.app import create_registry
from registry_server.operations.peers import address_of
from registry_server.operations.rates import Rates
from tests.registry_server.stores import Running


@pytest.fixture
def running(running: Running) -> Running:
    running.app = create_registry(
        running.store, "http://x", lambda: running.now, Rates(per_address=6, per_token=3)
    )
    return running


def test_a_token_asks_so_often_and_then_waits(running: Running, tags: Package) -> None:
    running.welcome("bo")
    assert [running.ask("GET", "/api/v1/me", by="ann").status_code for _ in range(3)] == [200] * 3
    answer = running.publish(tags)
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 20
    assert f"Try again in {answer.headers['Retry-After']} seconds" in answer.json()["detail"]
    assert running.ask("GET", "/index/names.json").json() == []
    assert running.ask("GET", "/api/v1/me", by="bo").status_code == 200


def test_an_address_asks_so_often_whatever_tokens_it_shows(running: Running) -> None:
    codes = [running.ask("GET", "/api/v1/me", by=f"cpt_{n}").status_code for n in range(8)]
    assert codes == [401] * 6 + [429] * 2
    answer = running.ask("GET", "/", headers={"Accept": "text/html"})
    assert answer.status_code == 429
    assert "Not so fast" in answer.text


def test_files_of_the_tree_and_health_are_not_counted(running: Running) -> None:
    for path in ("/config.json", "/index/names.json", "/healthz", "/metrics", "/style.css"):
        assert [running.ask("GET", path).status_code for _ in range(8)] == [200] * 8
    assert running.ask("GET", "/").status_code == 200


def test_another_address_has_room_of_its_own(running: Running) -> None:
    async def ask(client: str) -> int:
        transport = httpx.ASGITransport(running.app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as asking:
            return (await asking.get("/")).status_code

    assert [asyncio.run(ask("8.8.8.8")) for _ in range(7)] == [200] * 6 + [429]
    assert asyncio.run(ask("8.8.4.4")) == 200


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("8.8.8.8:54321", "8.8.8.8"),
        ("[2001:db8:1:2:3:4:5:6]:54321", "2001:db8:1:2::/64"),
        ("[::1]", "::/64"),
        ("8.8.8.8:x", "8.8.8.8:x"),
        ("somewhere", "somewhere"),
    ],
)
def test_of_an_address_counts_what_somebody_cannot_choose(peer: str, address: str) -> None:
    assert address_of(Request({"type": "http", "headers": [], "client": (peer, 1)})) == address


def test_without_limits_nobody_waits(running: Running) -> None:
    running.app = create_registry(running.store, "http://x", lambda: running.now, Rates(0, 0))
    codes = {running.ask("GET", "/api/v1/me", by="ann").status_code for _ in range(20)}
    assert codes == {200}
