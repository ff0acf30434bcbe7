"""A registry that a server signs, whoever carries its files, and an owner who trusts its root."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cpt.registries.http import HttpRegistry
from cpt.registries.trust.signed import SignedRegistry
from cpt.registries.trust.signing import Signer
from package_format.delegations import Delegations
from package_format.package import Package
from package_format.signed_tree import root_path
from registry_server.signing import keep_signed, take_root
from registry_server.store import Place
from tests.registry_server.stores import Running

ADDRESS = "http://packages.test"
Answer: TypeAlias = tuple[int, bytes]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass
class Ceremony:
    """The machine that is never connected, with the keys of the root and a folder for roots."""

    folder: Path
    keys: list[Ed25519PrivateKey] = field(default_factory=list)

    def root(
        self,
        online: Ed25519PrivateKey,
        *,
        keys: list[Ed25519PrivateKey] | None = None,
        old_keys: list[Ed25519PrivateKey] | None = None,
        at: dt.datetime | None = None,
        delegations: Delegations | None = None,
    ) -> bytes:
        """Make the next root."""
        self.keys = keys or self.keys
        return Signer(self.folder, at or now()).renew_root(
            self.keys,
            online.public_key(),
            threshold=2,
            old_keys=old_keys or [],
            delegations=delegations,
        )


@dataclass
class Carrier:
    """Whoever carries the files between the server and an owner: honest until told otherwise.

    Attributes:
        running: The server.
        instead: What is answered instead, by a pattern of paths; told the path.
        asked: Which paths were asked for.
    """

    running: Running
    instead: dict[str, Callable[[str], Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        for pattern, answer in self.instead.items():
            if re.search(pattern, path):
                status, data = answer(path)
                return httpx.Response(status, content=data)
        answered = self.running.ask(request.method, path, content=request.content or None)
        return httpx.Response(answered.status_code, content=answered.content)

    def withholds(self, pattern: str) -> None:
        self.instead[pattern] = lambda _: (404, b"")

    def serves(self, copy: dict[str, bytes], pattern: str = "") -> None:
        """Let it answer out of a copy that it took."""
        self.instead[pattern] = lambda path: (
            (200, copy[path]) if path in copy else (404, b"nothing")
        )

    def copy(self, files: list[str]) -> dict[str, bytes]:
        """Take a copy of some files, as they are now."""
        return {f"/{path}": self.running.ask("GET", f"/{path}").content for path in files}


@dataclass
class Served:
    """A registry that a server signs.

    Attributes:
        running: The server.
        ceremony: Where roots are made.
        online: The online key.
        first_root: The root that owners trust.
        carrier: Who carries its files to them.
    """

    running: Running
    ceremony: Ceremony
    online: Ed25519PrivateKey
    first_root: bytes
    carrier: Carrier
    state: Path

    def sign(self, at: dt.datetime | None = None) -> bool:
        """Look once whether anything is unsigned, as a server does again and again."""
        return keep_signed(self.running.store.database, self.online, at or now()) is not None

    def publish(self, package: Package, by: str = "ann") -> None:
        answer = self.running.publish(package, by=by)
        assert answer.status_code == 201, answer.text
        assert self.sign()

    def owner(self) -> SignedRegistry:
        """Return the registry as one command of an owner sees it."""
        return SignedRegistry(self.carried(), self.first_root, self.state)

    def carried(self) -> HttpRegistry:
        """Return the registry as it comes, whatever it signs."""
        return HttpRegistry(
            ADDRESS, httpx.MockTransport(self.carrier), checked=True, sleep=lambda _: None
        )

    def files(self) -> list[str]:
        """Return the paths of all that is signed."""
        with self.running.store.database.reading() as records:
            return sorted(records.signed.paths())


def serve(running: Running, folder: Path, delegations: Delegations | None = None) -> Served:
    ceremony = Ceremony(folder / "roots", [Ed25519PrivateKey.generate() for _ in range(2)])
    online = Ed25519PrivateKey.generate()
    root = ceremony.root(online, delegations=delegations)
    taken = take_root(running.store.database, root, online, now())
    assert (taken.version, taken.state is not None) == (1, True)
    assert running.ask("GET", f"/{root_path(1)}").content == root
    return Served(running, ceremony, online, root, Carrier(running), folder / "state")


@pytest.fixture
def served(tmp_path: Path, tags: Package, webinar: tuple[Package, Package]) -> Iterator[Served]:
    """A signed registry of two packages."""
    running = Running(Place.of(tmp_path / "registry"))
    running.welcome("ann", "bo")
    for package in (tags, webinar[0]):
        assert running.publish(package).status_code == 201
    yield serve(running, tmp_path)
    running.close()
