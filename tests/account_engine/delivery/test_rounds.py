"""Rounds: stopping half-way, and not outstaying one's time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from account_engine.delivery.mail import Mail
from account_engine.delivery.settings import MailSettings
from account_engine.outgoing.deliveries import Courier, Deferred, Delivered, DeliveryState, Outcome
from account_engine.outgoing.parcels import Parcel
from tests.account_engine.clocks import VirtualClock

if TYPE_CHECKING:
    from account_engine.delivery.port import Carry
    from tests.account_engine.delivery.conftest import Deliver
    from tests.receivers import Sink


class Slow:
    """A courier for whom everything takes its time."""

    lease = 100
    hands = 1

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


# --- several at once


class Several(Slow):
    """A courier with three hands, who tells who was on the way together."""

    hands = 3

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock, 0)
        self.going: list[int] = []
        self.together: list[frozenset[int]] = []
        self.meet = threading.Barrier(3)
        self.rounds = 0

    @contextmanager
    def round(self) -> Iterator[Carry]:
        self.rounds += 1
        yield self.carry

    def carry(self, parcel: Parcel, now: int) -> Outcome:
        self.going.append(parcel.message.contact)
        self.together.append(frozenset(self.going))
        assert self.going.count(parcel.message.contact) == 1
        if len(self.together) > 1:  # whoever goes first goes alone
            with suppress(threading.BrokenBarrierError):
                self.meet.wait(2)
                self.together.append(frozenset(self.going))
        self.going.remove(parcel.message.contact)
        return super().carry(parcel, now)


def test_a_courier_with_several_hands_carries_several_at_once_and_each_once(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    for name in "abcdefg":
        world.shop.registered(name)
    several = Several(world.clock)
    rounds = replace(world.rounds, couriers={Courier.MAIL: several})
    assert rounds.deliver() == {DeliveryState.DELIVERED: 7}
    assert sorted(several.carried) == [f"{name}@example.com" for name in "abcdefg"]
    assert len(several.together[0]) == 1
    assert max(map(len, several.together)) == 3
    assert several.rounds == 3


def test_two_parcels_to_one_contact_go_one_after_the_other(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    first = world.shop.registered("a")
    world.pass_time(2 * 86_400)
    world.shop.registered("b")
    assert [one.contact for one in world.shop.account.outbox()][:2] == [first.id, first.id]
    several = Several(world.clock)
    several.meet = threading.Barrier(1)
    rounds = replace(world.rounds, couriers={Courier.MAIL: several})
    assert rounds.deliver() == {DeliveryState.DELIVERED: 3}
    assert several.carried[:2] == ["a@example.com"] * 2


def test_where_nothing_gets_through_one_has_tried(delivering: Deliver, sink: Sink) -> None:
    world = delivering(sink)
    for name in "abcdef":
        world.shop.registered(name)

    class Stuck(Several):
        def carry(self, parcel: Parcel, _now: int) -> Outcome:
            self.carried.append(parcel.message.to)
            return Deferred("nobody is there", stuck=True)

    stuck = Stuck(world.clock)
    rounds = replace(world.rounds, couriers={Courier.MAIL: stuck})
    assert rounds.deliver() == {DeliveryState.PENDING: 1}
    assert len(stuck.carried) == 1
    pending = world.shop.account.deliveries_in(DeliveryState.PENDING, limit=9)
    assert [one.attempts for one in pending] == [1, 0, 0, 0, 0, 0]
    assert {one.next for one in pending} == {pending[0].next}


def test_mail_goes_on_as_many_connections_as_its_owner_says(
    delivering: Deliver, sink: Sink
) -> None:
    world = delivering(sink)
    for number in range(12):
        world.shop.registered(f"n{number}")
    row = world.shop.account.couriers()[Courier.MAIL]
    settings = MailSettings.model_validate({**row.settings, "connections": 4})
    mail = Mail(settings, world.secrets.get)
    assert replace(world.rounds, couriers={Courier.MAIL: mail}).deliver() == {
        DeliveryState.DELIVERED: 12
    }
    assert sorted(to for _, to, _ in sink.mail) == sorted(f"n{n}@example.com" for n in range(12))
