"""A registry that runs on SQLite and a directory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry_server.store import Place
from tests.registry_server.stores import Running


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    registry = Running(Place.of(tmp_path / "registry"))
    registry.welcome("ann")
    yield registry
    registry.close()
