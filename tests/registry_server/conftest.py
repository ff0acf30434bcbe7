"""A registry's tree made of the examples, and an application to ask."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from package_format.archive import build_archive
from package_format.folder import load_package
from package_format.index import IndexLine, Status, blob_path, index_path, index_text, parse_index
from package_format.package import Package
from registry_server.app import create_app
from registry_server.store import Place
from registry_server.trees.folder_tree import FolderTree
from tests.postgres import Cluster
from tests.storage import Storage

if TYPE_CHECKING:
    from tests.registry_server.stores import Running

KINDS = ("sqlite and a directory", "postgresql and s3")
"""The kinds of stores."""

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Asked:
    """Asks an application as a browser or a client would, without a socket between them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.attack = ""
        self.app = create_app(FolderTree(root), "http://packages.test")

    def __call__(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())


def example(name: str) -> Package:
    package = load_package(EXAMPLES / name).package
    assert package is not None
    return package


def retold(package: Package, **table: object) -> Package:
    """The package with other words in its manifest's table."""
    manifest = package.manifest
    changed = manifest.package.model_copy(update=table)
    return replace(package, manifest=manifest.model_copy(update={"package": changed}))


def with_documents(package: Package, documents: Mapping[str, bytes]) -> Package:
    return replace(package, documents=documents)


def published(root: Path, *packages: Package, status: Status = Status.ACTIVE) -> list[IndexLine]:
    """Bring packages into a tree as publishing would."""
    lines = []
    for day, package in enumerate(packages, start=1):
        archive = build_archive(package)
        line = IndexLine.of(
            package,
            digest=archive.digest,
            size=archive.size,
            published=f"2026-11-{day:02}T09:00:00Z",
        ).model_copy(update={"status": status})
        index, blob = root / index_path(package.name), root / blob_path(archive.digest)
        index.parent.mkdir(parents=True, exist_ok=True)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(archive.data)
        before = parse_index(index.read_text("utf-8")) if index.exists() else ()
        index.write_text(index_text([*before, line]), "utf-8")
        (root / "config.json").write_text('{"format":1,"blobs":"blobs/"}\n', "utf-8")
        lines.append(line)
    return lines


@pytest.fixture(scope="session")
def tags() -> Package:
    return example("lifecycle-tags")


@pytest.fixture(scope="session")
def webinar() -> tuple[Package, Package]:
    return example("webinar-follow-up/1.0.0"), example("webinar-follow-up/2.0.0")


@pytest.fixture(scope="session")
def root(
    tmp_path_factory: pytest.TempPathFactory, tags: Package, webinar: tuple[Package, Package]
) -> Path:
    folder = tmp_path_factory.mktemp("registry")
    published(folder, tags, *webinar)
    return folder


@pytest.fixture
def ask(root: Path) -> Asked:
    return Asked(root)


# --- stores ---------------------------------------------------------------------------------------


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_of(kind, request, tmp_path)


def place_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Place:
    """Where nothing is yet, of a kind; the environment says where its storage is."""
    if kind == KINDS[0]:
        return Place.of(folder / "registry")
    cluster: Cluster = request.getfixturevalue("postgres")
    storage: Storage = request.getfixturevalue("storage")
    patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name, value in storage.environment.items():
        patch.setenv(name, value)
    return Place(cluster.database(), storage.bucket())


@pytest.fixture
def running(place: Place) -> "Iterator[Running]":
    from tests.registry_server.stores import Running  # noqa: PLC0415  is made of what is here

    registry = Running(place)
    registry.welcome("ann", "bo")
    registry.welcome("root", operator=True)
    yield registry
    registry.close()
