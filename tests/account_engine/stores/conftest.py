"""An empty store of each sort, for the conformance suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from account_engine.stores.locations import create_store
from account_engine.stores.port import Store
from account_engine.stores.records import Identity

IDENTITY = Identity("account-1", "first", "Shop", ("email",), "Europe/Oslo", 1_000)


@pytest.fixture
def store(location: str) -> Iterator[Store]:
    """An empty store of each sort, whose identity is `IDENTITY`."""
    made = create_store(location, IDENTITY, patience=0)
    yield made
    made.close()
