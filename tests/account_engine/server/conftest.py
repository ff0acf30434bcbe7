"""A shop that is served, and somebody who asks it as a program would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette

from account_engine.keys import Scope, new_key
from account_engine.server.app import create_app
from account_engine.server.tokens import random_token
from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from tests.account_engine.conftest import START, Shop, furnished
from tests.account_engine.witnesses import MemoryWitness


class Client:
    """Asks an application without a socket, on a loop that goes on between two questions."""

    def __init__(self, app: Starlette, portal: BlockingPortal) -> None:
        self._portal = portal
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://shop.test")
        self.cookies = self._client.cookies

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        async def ask() -> httpx.Response:
            return await self._client.request(method, path, **more)

        return self._portal.call(ask)

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401  handed on to httpx
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401  likewise
        return self.request("POST", path, **more)


@contextmanager
def asked(app: Starlette) -> Iterator[Client]:
    """Run an application for as long as somebody asks it."""
    with start_blocking_portal() as portal:
        try:
            yield Client(app, portal)
        finally:
            portal.call(app.state.desks.close)


@dataclass
class Served:
    """A shop, and a client that may do everything there.

    Attributes:
        shop: The shop; its account is another connection to the same file.
        client: Asks without a key.
        token: A key's token that is good for everything.
    """

    shop: Shop
    client: Client
    token: str

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401  handed on to httpx
    ) -> httpx.Response:
        """Ask, below /api/v1, with a key."""
        said = {"Authorization": f"Bearer {token or self.token}", **(headers or {})}
        return self.client.request(method, f"/api/v1{path}", headers=said, **more)

    def key(self, *scopes: Scope, title: str = "test") -> str:
        """Make a key and return its token."""
        token = random_token()
        self.shop.account.add_key(new_key(token, title, scopes, 0))
        return token

    def lines(self, path: str, lines: Iterable[str]) -> httpx.Response:
        """Send lines of JSON."""
        said = {"Content-Type": "application/x-ndjson"}
        return self.ask("POST", path, headers=said, content="\n".join(lines))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serve a shop in a file."""
    with serving(str(tmp_path / "shop.account")) as found:
        yield found


@contextmanager
def serving(location: str) -> Iterator[Served]:
    """Serve a shop, wherever it is kept."""
    identity = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
    with (
        furnished(location, create_store(location, identity)) as shop,
        asked(create_app(location, witness=MemoryWitness())) as client,
    ):
        found = Served(shop, client, "")
        found.token = found.key(*Scope)
        yield found


def said(answer: httpx.Response, status: int = 200) -> Any:  # noqa: ANN401  it is JSON
    assert answer.status_code == status, answer.text
    return answer.json()


def problem(answer: httpx.Response, status: int, word: str) -> str:
    """Return the detail of a problem, which is in the envelope that all problems are in."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert (found["type"], found["status"]) == (f"urn:cpt:{word}", status)
    assert found["title"]
    detail: str = found["detail"]
    return detail
