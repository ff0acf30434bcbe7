"""A registry on a store of each kind, and packages to publish."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry_server.store import Place
from tests.postgres import Cluster
from tests.registry_server.stores import Running
from tests.storage import Storage

KINDS = ("sqlite and a directory", "postgresql and s3")


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if kind == KINDS[0]:
        return Place.of(tmp_path / "registry")
    cluster: Cluster = request.getfixturevalue("postgres")
    storage: Storage = request.getfixturevalue("storage")
    patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name, value in storage.environment.items():
        patch.setenv(name, value)
    return Place(cluster.database(), storage.bucket())


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def running(place: Place) -> Iterator[Running]:
    registry = Running(place)
    registry.welcome("ann", "bo")
    registry.welcome("root", operator=True)
    yield registry
    registry.close()
