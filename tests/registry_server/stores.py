"""Stores of each kind for tests, and a registry on one, asked as a client would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx

from package_format.archive import build_archive
from package_format.package import Package
from registry_server.app import create_registry
from registry_server.auth.issuers import IssuerKeys
from registry_server.store import Place, Store
from registry_server.upkeep.operating import welcome
from tests.registry_server.conftest import retold

NOW = "2026-11-26T09:00:00Z"


class Running:
    """A registry on a store, without a socket between it and the tests; its clock stands still.

    Attributes:
        now: What its clock shows.
        seconds: What its stopwatch shows.
        tokens: A token for everybody who was welcomed, good for all that they may.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = Store.open(place)
        self.now = NOW
        self.tokens: dict[str, str] = {}
        self.seconds = 0.0
        self.app = create_registry(
            self.store,
            "http://packages.test",
            lambda: self.now,
            issuers=IssuerKeys(clock=lambda: self.seconds),
        )

    def welcome(self, *names: str, operator: bool = False) -> None:
        for name in names:
            self.tokens[name] = welcome(self.store, name, operator=operator, now=self.now)

    def ask(
        self,
        method: str,
        path: str,
        *,
        by: str | None = None,
        content: bytes | AsyncIterator[bytes] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> httpx.Response:
        """Ask something; `by` is a name, or a token."""
        given = dict(headers or {})
        if by is not None:
            given["Authorization"] = f"Bearer {self.tokens.get(by, by)}"

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(
                self.app, raise_app_exceptions=False, client=(address, 1)
            )
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.request(
                    method, path, content=content, json=json, headers=given, params=params
                )

        return asyncio.run(ask())

    def publish(
        self, package: Package, by: str | None = "ann", signatures: str | None = None
    ) -> httpx.Response:
        headers = {} if signatures is None else {"CPT-Signatures": signatures}
        data = build_archive(package).data
        return self.ask("PUT", "/api/v1/packages", by=by, content=data, headers=headers)

    def token(self, by: str, **asked: object) -> str:
        """Make a token that is good for less, and return it."""
        wanted = {"name": "less", "scopes": ["publish"], **asked}
        answer = self.ask("POST", "/api/v1/me/tokens", by=by, json=wanted)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["secret"])

    def log(self, subject: str) -> list[str]:
        entries = self.ask("GET", f"/api/v1/log?subject={subject}").json()["items"]
        return [f"{entry['actor']} {entry['action']}" for entry in reversed(entries)]

    def close(self) -> None:
        self.app.state.counting.close()
        self.store.close()


def renamed(package: Package, name: str, version: str = "1.0.0") -> Package:
    """The package under another name."""
    return retold(package, name=name, version=version)
