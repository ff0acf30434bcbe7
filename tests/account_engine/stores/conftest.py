"""Every store there is, for the conformance suite: adding one is adding a row to `STORES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from account_engine.stores.port import Identity, Store
from account_engine.stores.sqlite import SqliteStore

IDENTITY = Identity("account-1", "first", "Shop", ("email",), "Europe/Oslo", 1_000)


def _sqlite(folder: Path) -> Store:
    return SqliteStore.create(folder / "shop.account", IDENTITY, patience=0)


STORES: Mapping[str, Callable[[Path], Store]] = {"sqlite": _sqlite}
"""How an empty store, whose identity is `IDENTITY`, is made."""


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each sort."""
    made = STORES[request.param](tmp_path)
    yield made
    made.close()
