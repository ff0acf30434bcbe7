"""A server whose index is signed: owners see what is signed of it, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette

from cpt.errors import DistrustedRegistryError, UntrustedRegistryError
from cpt.registries.http import HttpRegistry
from cpt.registries.proof import notices_of
from cpt.registries.trust.signed import SignedRegistry
from cpt.registries.trust.signing import Signer
from package_format.notices import Notices
from package_format.package import Package
from package_format.signed_tree import TARGETS
from registry_server.backup import TREE, back_up
from registry_server.store import Place
from tests.registry_server.conftest import retold
from tests.registry_server.stores import NOW, Running

TAGS = "acme/lifecycle-tags"
ONLINE = Ed25519PrivateKey.generate()


class Carrier(httpx.BaseTransport):
    """Carries requests to an application without a socket."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            asked = httpx.Request(request.method, request.url, headers=request.headers)
            answer = await httpx.ASGITransport(self._app).handle_async_request(asked)
            content = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)

        return asyncio.run(ask())


class World:
    """A server, what is signed of it, and an owner who trusts its root."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.running = Running(Place.of(folder / "registry", signed=folder / "backup" / TREE))
        self.running.welcome("ann")
        self.root = b""

    def sign(self) -> None:
        back_up(self.running.store, self._folder / "backup", NOW)
        signer = Signer(self._folder / "backup" / TREE, datetime.now(UTC))
        if not self.root:
            key = Ed25519PrivateKey.generate()
            self.root = signer.renew_root([key], ONLINE.public_key(), threshold=1)
        signer.sign(ONLINE)

    def owner(self, *, trusts: bool = True) -> HttpRegistry | SignedRegistry:
        """The registry as one command of the owner's sees it."""
        found = HttpRegistry("http://x", Carrier(self.running.app), checked=trusts)
        state = self._folder / "state"
        return SignedRegistry(found, self.root, state) if trusts else found


@pytest.fixture
def world(tmp_path: Path, tags: Package) -> World:
    made = World(tmp_path)
    assert made.running.publish(tags).status_code == 201
    return made


def test_a_server_is_not_signed_before_it_is(world: World) -> None:
    assert world.running.ask("GET", "/config.json").json() == {
        "api": "api/v1/", "blobs": "blobs/", "format": 1,
    }  # fmt: skip
    assert world.running.ask("GET", "/tuf/metadata/timestamp.json").status_code == 404
    assert len(world.owner(trusts=False).versions(TAGS)) == 1


def test_what_is_published_is_seen_when_it_is_signed(world: World, tags: Package) -> None:
    world.sign()
    assert world.running.ask("GET", "/config.json").json()["signed"] is True
    with pytest.raises(UntrustedRegistryError):
        world.owner(trusts=False).versions(TAGS)
    assert world.running.publish(retold(tags, version="1.1.0")).status_code == 201
    assert [line.version for line in world.owner().versions(TAGS)] == ["1.0.0"]
    world.sign()
    lines = world.owner().versions(TAGS)
    assert [line.version for line in lines] == ["1.0.0", "1.1.0"]
    assert world.owner().fetch(lines[1].digest)


def test_what_people_should_know_is_signed_too(world: World) -> None:
    path = f"/api/v1/packages/{TAGS}/deprecated"
    assert world.running.ask("PUT", path, by="ann", json={"reason": "old"}).status_code == 200
    world.sign()
    assert notices_of(world.owner()) == {TAGS: Notices(deprecated="old")}


def test_what_somebody_alters_behind_the_servers_back_is_not_taken(
    world: World, tmp_path: Path
) -> None:
    world.sign()
    for copy in (tmp_path / "backup" / TREE / TARGETS).rglob("*.lifecycle-tags.jsonl"):
        copy.write_text(copy.read_text().replace('"active"', '"yanked"'))
    with pytest.raises(DistrustedRegistryError):
        world.owner().versions(TAGS)
