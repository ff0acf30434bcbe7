"""Deliveries are begun for every effect, in whatever order those are written."""

from __future__ import annotations

from contextlib import closing

import pytest

from account_engine.effects import Effect, EffectKind, Identity
from account_engine.outgoing.deliveries import Courier, CourierRow
from account_engine.stores.locations import create_store, open_store
from account_engine.stores.port import Store
from tests.account_engine.stores.conftest import IDENTITY


def _email(store: Store, contact: int) -> None:
    identity = Identity(contact, 9, 2, 1)
    store.add_effect(Effect(EffectKind.EMAIL, identity, "#7", 100), f"d{contact}", {"n": contact})


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_one_who_writes_long_is_not_forgotten(location: str) -> None:
    with (
        closing(create_store(location, IDENTITY)) as slow,
        closing(open_store(location)) as quick,
        closing(open_store(location)) as courier,
    ):
        with slow.publishing():
            slow.put_courier(CourierRow(Courier.MAIL, is_on=True, settings={}, taken=0))
        with slow.writing():
            _email(slow, 1)  # has the smaller number, and is written last
            with quick.writing():
                _email(quick, 2)
            with courier.writing():
                assert courier.take_up(Courier.MAIL, 100, 10) == 1
                assert courier.couriers()[0].taken == 0
            with courier.writing():
                assert courier.take_up(Courier.MAIL, 100, 10) == 0
        with courier.writing():
            assert courier.take_up(Courier.MAIL, 100, 10) == 1
            assert courier.couriers()[0].taken == courier.last_effect()
