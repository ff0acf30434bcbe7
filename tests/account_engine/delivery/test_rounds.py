"""Rounds: stopping half-way, and not outstaying one's time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from account_engine.deliveries import Courier, Delivered, DeliveryState, Outcome
from account_engine.parcels import Parcel
from tests.account_engine.clocks import VirtualClock

if TYPE_CHECKING:
    from account_engine.delivery.port import Carry
    from tests.account_engine.delivery.conftest import Deliver
    from tests.receivers import Sink


class Slow:
    """A courier for whom everything takes its time."""

    lease = 100

    def __init__(self, clock: VirtualClock, seconds: int) -> None:
        self.clock, self.seconds = clock, seconds
        self.carried: list[str] = []

    @contextmanager
    def round(self) -> Iterator[Carry]:
        yield self.carry

    def carry(self, parcel: Parcel, _now: int) -> Outcome:
        self.clock.move(self.seconds)
        self.carried.append(parcel.message.to)
        return Delivered()


def test_what_cannot_be_carried_in_time_is_given_back(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    for name in "abcdef":
        world.shop.registered(name)
    slow = Slow(world.clock, 60)
    rounds = replace(world.rounds, couriers={Courier.MAIL: slow})
    assert rounds.deliver() == {DeliveryState.DELIVERED: 6}
    assert len(set(slow.carried)) == len(slow.carried) == 6


def test_a_round_that_is_told_to_stop_stops_after_what_it_is_doing(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    for name in "abc":
        world.shop.registered(name)
    slow = Slow(world.clock, 1)
    rounds = replace(
        world.rounds, couriers={Courier.MAIL: slow}, stopped=lambda: len(slow.carried) == 2
    )
    assert rounds.deliver() == {DeliveryState.DELIVERED: 2}
    found = world.shop.account.deliveries_in(DeliveryState.PENDING, limit=9)
    assert [(one.attempts, one.next) for one in found] == [(0, world.clock.now() - 2)]


def test_what_another_process_has_settled_meanwhile_is_left_alone(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    world.shop.registered()

    class Overtaken(Slow):
        def carry(self, parcel: Parcel, now: int) -> Outcome:
            account = world.shop.account
            account.settle(
                parcel.delivery, Delivered("first"), now, patience=rounds.patience, spread=0
            )
            return super().carry(parcel, now)

    rounds = replace(world.rounds, couriers={Courier.MAIL: Overtaken(world.clock, 1)})
    assert not rounds.deliver()
    assert world.details() == ["first"]


def test_a_mistake_of_ours_with_one_parcel_stops_no_other(
    delivering: Deliver, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    world = delivering(sink)
    for name in ("Ada", "Bo"):
        world.shop.registered(name)

    class Mistaken(Slow):
        def carry(self, parcel: Parcel, now: int) -> Outcome:
            if parcel.message.to.startswith("ada"):
                raise RuntimeError("oh dear")
            return super().carry(parcel, now)

    rounds = replace(world.rounds, couriers={Courier.MAIL: Mistaken(world.clock, 1)})
    assert rounds.deliver() == {DeliveryState.PENDING: 1, DeliveryState.DELIVERED: 1}
    assert world.details()[0] == "this is a bug in cpt: RuntimeError: oh dear"
    assert "this is a bug in cpt" in caplog.messages


def test_a_contact_who_is_gone_gets_nothing(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    ada = world.shop.registered()
    account = world.shop.account
    account.take_up(Courier.MAIL, world.clock.now())
    with world.shop.store.publishing():
        world.shop.store.run("DELETE FROM contacts WHERE id = :id", id=ada.id)  # type: ignore[attr-defined]
    assert world.rounds.deliver() == {DeliveryState.WITHHELD: 1}
    (found,) = account.deliveries_in(DeliveryState.WITHHELD, limit=9)
    assert found.detail == "the contact is gone"
