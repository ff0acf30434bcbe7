"""Registries of every sort with the same three versions in them, for the conformance suite."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from cpt.registries.cache import Cache
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.http import HttpRegistry
from cpt.registries.mirror import Mirror
from cpt.registries.port import Registry
from cpt.registries.trust.signed import SignedRegistry
from package_format.index import blob_path
from package_format.package import Package
from registry_server.app import create_app
from registry_server.trees.folder_tree import FolderTree
from tests.cpt.registries.conftest import publish, served
from tests.registry_server.conftest import KINDS, example, place_of
from tests.registry_server.stores import Running
from tests.registry_server.trust.conftest import serve

ADDRESS = "http://packages.test"
FOLDERS = ("lifecycle-tags", "webinar-follow-up/1.0.0", "webinar-follow-up/2.0.0")

FOLDER, SERVED_FOLDER, STATIC = "a folder", "a folder, served", "a static host"
MIRROR, OFFLINE, SIGNED = "a mirror", "a cache, offline", "signed, on a server"
SERVERS = tuple(f"a server on {kind}" for kind in KINDS)
SORTS = (FOLDER, SERVED_FOLDER, STATIC, *SERVERS, SIGNED, MIRROR, OFFLINE)
WRITERS = (FOLDER, *SERVERS, SIGNED, MIRROR)
"""What can be published to."""

READERS = (SERVED_FOLDER, STATIC, OFFLINE)
"""What says that it can only be read."""


@dataclass(frozen=True)
class Shelf:
    """A registry of one sort.

    Attributes:
        sort: Which.
        open: Returns it as one command sees it.
        harm: Puts something else in the place of an archive, told its digest.
    """

    sort: str
    open: Callable[[], Registry]
    harm: Callable[[str, bytes], None]


def packages() -> tuple[Package, ...]:
    """Return what is in each of them, in the order in which it was published."""
    return tuple(map(example, FOLDERS))


@contextmanager
def shelf(sort: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Shelf]:
    """Fill a registry of a sort in an empty folder."""
    if sort in {*SERVERS, SIGNED}:
        yield from _of_server(sort, request, folder)
        return
    tree = folder / "tree"
    publish(tree, *FOLDERS)
    match sort:
        case "a mirror":
            Mirror(DirectoryRegistry(tree), folder / "copy").update()
            yield Shelf(sort, lambda: DirectoryRegistry(folder / "copy"), _harm(folder / "copy"))
        case "a folder":
            yield Shelf(sort, lambda: DirectoryRegistry(tree), _harm(tree))
        case "a folder, served":
            app = create_app(FolderTree(tree), ADDRESS)
            carrier = httpx.MockTransport(_asking(app))
            yield Shelf(sort, lambda: HttpRegistry(ADDRESS, carrier), _harm(tree))
        case _:
            cache = Cache(folder / "cache") if sort == OFFLINE else None
            with served(tree) as address:
                if cache is not None:
                    _read_all(HttpRegistry(address, cache=cache))
                yield Shelf(
                    sort,
                    lambda: HttpRegistry(address, cache=cache, offline=sort == OFFLINE),
                    _harm(tree if cache is None else cache.root),
                )


def _of_server(sort: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Shelf]:
    kind = KINDS[0] if sort == SIGNED else sort.removeprefix("a server on ")
    running = Running(place_of(kind, request, folder))
    running.welcome("ann")
    for package in packages():
        assert running.publish(package).status_code == 201
    signed = serve(running, folder) if sort == SIGNED else None
    carrier = httpx.MockTransport(_asking(running.app))

    def open_() -> Registry:
        registry = HttpRegistry(
            ADDRESS, carrier, checked=signed is not None, token=lambda: running.tokens["ann"]
        )
        if signed is None:
            return registry
        signed.sign()
        return SignedRegistry(registry, signed.first_root, signed.state)

    def harm(digest: str, data: bytes) -> None:
        running.store.blobs.take_away([digest])
        running.store.blobs.add(digest, data)

    try:
        yield Shelf(sort, open_, harm)
    finally:
        running.close()


def _asking(app: ASGIApp) -> Callable[[httpx.Request], httpx.Response]:
    """Carry requests to an application without a socket."""

    def ask(request: httpx.Request) -> httpx.Response:
        async def carried() -> httpx.Response:
            asked = httpx.Request(
                request.method, request.url, headers=request.headers, content=request.content
            )
            answer = await httpx.ASGITransport(app).handle_async_request(asked)
            content = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)

        return asyncio.run(carried())

    return ask


def _harm(root: Path) -> Callable[[str, bytes], None]:
    def harm(digest: str, data: bytes) -> None:
        (root / blob_path(digest)).write_bytes(data)

    return harm


def _read_all(registry: Registry) -> None:
    for name in registry.names():
        lines = registry.versions(name)
        registry.prepare(lines)
