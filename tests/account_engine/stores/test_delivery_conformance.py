"""What every store must do for delivery: the part of the port that is `DeliveryStore`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from account_engine.effects import Effect, EffectKind, Identity
from account_engine.outgoing.deliveries import (
    Courier,
    CourierRow,
    Delivery,
    DeliveryState,
    Dispatch,
)

if TYPE_CHECKING:
    from account_engine.stores.port import Store

MAIL = CourierRow(Courier.MAIL, is_on=True, settings={"host": "localhost"}, taken=0)


def _email(
    store: Store, contact: int, kind: EffectKind = EffectKind.EMAIL, resource: int = 7
) -> int:
    identity = Identity(contact, 9, 2, 1)
    store.add_effect(Effect(kind, identity, f"#{resource}", 100), "d1", {"subject": "Hi"})
    return store.number_of_effect(identity) or 0


def _pending(store: Store, courier: Courier = Courier.MAIL) -> tuple[Delivery, ...]:
    return store.deliveries_in(DeliveryState.PENDING, courier=courier, limit=100)


def test_couriers_are_kept_as_they_are_written(store: Store) -> None:
    with store.publishing():
        assert store.couriers() == ()
        store.put_courier(MAIL)
        store.put_courier(replace(MAIL, courier=Courier.HTTP, is_on=False))
        store.put_courier(replace(MAIL, settings={}))
        assert [row.courier for row in store.couriers()] == [Courier.HTTP, Courier.MAIL]
        assert store.couriers()[1].settings == {}


def test_from_where_an_account_delivers_is_kept(store: Store) -> None:
    with store.publishing():
        assert store.dispatch() is None
        store.put_dispatch(Dispatch("here", 1, "key"))
        store.put_dispatch(Dispatch("there", 2, "key"))
        assert store.dispatch() == Dispatch("there", 2, "key")
        store.set_incarnation("second")
        assert store.identity().incarnation == "second"
        assert store.place() == store.place()


def test_what_a_courier_takes_is_taken_up_once_and_in_order(store: Store) -> None:
    with store.publishing():
        store.put_courier(MAIL)
        first, _post = _email(store, 1), _email(store, 2, EffectKind.POST)
        second, third = _email(store, 3), _email(store, 4)
        assert store.take_up(Courier.MAIL, 500, limit=2) == 2
        assert [found.effect for found in _pending(store)] == [first, second]
        assert store.take_up(Courier.MAIL, 600, limit=2) == 1
        assert store.take_up(Courier.MAIL, 600, limit=2) == 0
        assert [(d.effect, d.since, d.attempts) for d in _pending(store)] == [
            (first, 500, 0), (second, 500, 0), (third, 600, 0),
        ]  # fmt: skip
        assert store.take_up(Courier.HTTP, 600, limit=2) == 0  # it was never switched on


def test_what_was_recorded_before_a_courier_was_on_is_left(store: Store) -> None:
    with store.publishing():
        old = _email(store, 1)
        store.put_courier(replace(MAIL, taken=old))
        new = _email(store, 2)
        assert store.take_up(Courier.MAIL, 500, limit=10) == 1
        assert [found.effect for found in _pending(store)] == [new]


def test_a_claim_counts_an_attempt_and_keeps_others_off_until_it_is_over(store: Store) -> None:
    with store.publishing():
        store.put_courier(MAIL)
        numbers = [_email(store, contact) for contact in (1, 2, 3)]
        store.take_up(Courier.MAIL, 500, limit=10)
        assert store.claim_deliveries(Courier.MAIL, 499, 560, limit=2) == ()
        claimed = store.claim_deliveries(Courier.MAIL, 500, 560, limit=2)
        assert [(d.effect, d.attempts, d.next) for d in claimed] == [
            (numbers[0], 1, 560), (numbers[1], 1, 560),
        ]  # fmt: skip
        assert [d.effect for d in store.claim_deliveries(Courier.MAIL, 559, 700, 9)] == numbers[2:]
        assert store.next_delivery(Courier.MAIL) == 560
        again = store.claim_deliveries(Courier.MAIL, 560, 900, limit=9)
        assert [(d.effect, d.attempts) for d in again] == [(numbers[0], 2), (numbers[1], 2)]


def test_what_has_ended_stays_ended_and_only_the_latest_attempt_is_heard(store: Store) -> None:
    with store.publishing():
        store.put_courier(MAIL)
        _email(store, 1)
        store.take_up(Courier.MAIL, 500, limit=10)
        (first,) = store.claim_deliveries(Courier.MAIL, 500, 560, limit=9)
        (second,) = store.claim_deliveries(Courier.MAIL, 560, 620, limit=9)
        pending = DeliveryState.PENDING
        late = replace(first, next=570, detail="slow")
        assert not store.settle_delivery(late, was=pending, tried=first.attempts)
        done = replace(first, state=DeliveryState.DELIVERED, next=None, at=565, detail="ok")
        assert store.settle_delivery(done, was=pending, tried=first.attempts)
        again = replace(second, next=700)
        assert not store.settle_delivery(again, was=pending, tried=second.attempts)
        assert store.deliveries([first.effect, 99]) == {first.effect: done}
        assert store.next_delivery(Courier.MAIL) is None
        assert store.count_deliveries() == {(Courier.MAIL, DeliveryState.DELIVERED): 1}


def test_what_goes_the_same_way_is_put_off_together(store: Store) -> None:
    with store.publishing():
        store.put_courier(replace(MAIL, courier=Courier.HTTP))
        stuck, other = _email(store, 1, EffectKind.POST, 7), _email(store, 2, EffectKind.POST, 8)
        store.take_up(Courier.HTTP, 500, limit=10)
        store.put_off(Courier.HTTP, 7, 900)
        found = store.deliveries([stuck, other])
        assert [found[stuck].next, found[other].next] == [900, 500]
        store.put_off(Courier.HTTP, None, 700)
        store.put_off(Courier.MAIL, None, 9_000)
        found = store.deliveries([stuck, other])
        assert [found[stuck].next, found[other].next] == [900, 700]


def test_only_what_failed_begins_again(store: Store) -> None:
    with store.publishing():
        store.put_courier(MAIL)
        one, other = _email(store, 1), _email(store, 2)
        store.take_up(Courier.MAIL, 500, limit=10)
        first, second = store.claim_deliveries(Courier.MAIL, 500, 560, limit=9)
        failed = replace(first, state=DeliveryState.FAILED, next=None, at=510, detail="no")
        store.settle_delivery(failed, was=DeliveryState.PENDING, tried=1)
        assert store.deliveries_in(DeliveryState.FAILED, limit=9) == (failed,)
        assert store.deliveries_in(DeliveryState.FAILED, after=one, limit=9) == ()
        assert store.revive([one, other, 99], 800) == 1
        found = store.deliveries([one, other])
        assert (found[one].state, found[one].attempts) == (DeliveryState.PENDING, 0)
        assert (found[one].since, found[one].next) == (800, 800)
        assert found[other] == second


def test_an_effect_is_found_by_its_identity(store: Store) -> None:
    with store.publishing():
        number = _email(store, 1)
        assert store.number_of_effect(Identity(1, 9, 2, 1)) == number
        assert store.number_of_effect(Identity(1, 9, 2, 2)) is None
