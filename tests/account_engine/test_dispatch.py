"""What may go out, and what came of it: in every store, whatever carries it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_engine.account import Account
from account_engine.errors import UnknownObjectError
from account_engine.outgoing.deliveries import (
    DAY,
    Courier,
    Deferred,
    Delivered,
    Delivery,
    DeliveryState,
    Outcome,
    Patience,
    Refused,
    Withheld,
    settled,
)
from account_engine.outgoing.parcels import Parcel
from account_engine.stores.locations import open_store
from account_engine.whereabouts import Seen
from tests.account_engine.conftest import START

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop

SETTINGS = {"host": "localhost", "unsubscribe": "https://shop.example/u/"}
PATIENCE = Patience()


class Remembering:
    """A witness in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, Seen] = {}

    def seen(self, account: str) -> Seen | None:
        return self.notes.get(account)

    def note(self, account: str, seen: Seen) -> None:
        self.notes[account] = seen


def _on(shop: Shop) -> Remembering:
    witness = Remembering()
    shop.account.switch_on(Courier.MAIL, SETTINGS, witness)
    return witness


def _claimed(account: Account, witness: Remembering, now: int = START) -> tuple[Delivery, ...]:
    account.take_up(Courier.MAIL, now)
    return account.claim(Courier.MAIL, now, now + 600, 100, witness)


def _settle(account: Account, delivery: Delivery, outcome: Outcome) -> Delivery | None:
    return account.settle(delivery, outcome, START + 5, patience=PATIENCE, spread=0.5)


def test_a_parcel_is_known_by_one_key_and_says_what_its_contact_is_now(shop: Shop) -> None:
    witness = _on(shop)
    ada = shop.registered()
    (delivery,) = _claimed(shop.account, witness)
    parcel = shop.account.packer(Courier.MAIL).parcel(delivery)
    assert isinstance(parcel, Parcel)
    identity = parcel.message.identity
    assert parcel.key == f"{identity}-{START:x}.account-1"
    assert parcel.message.text == "Hello Ada\n"
    assert parcel.unsubscribe_url.startswith(f"https://shop.example/u/{ada.id}-")
    assert parcel.message.campaign == "Follow-up"


def test_two_processes_never_claim_the_same(shop: Shop) -> None:
    witness = _on(shop)
    for name in "abcdefghij":
        shop.registered(name)
    shop.account.take_up(Courier.MAIL, START)

    def claim(_: int) -> list[int]:
        with Account(open_store(shop.location, patience=10)) as other:
            found: list[int] = []
            while got := other.claim(Courier.MAIL, START, START + 600, 2, witness):
                found += [one.effect for one in got]
            return found

    with ThreadPoolExecutor(3) as several:
        claims = [number for found in several.map(claim, range(3)) for number in found]
    assert (len(claims), len(set(claims))) == (10, 10)


def test_what_a_dead_process_claimed_is_claimed_again_when_its_time_is_over(shop: Shop) -> None:
    witness = _on(shop)
    shop.registered()
    (first,) = _claimed(shop.account, witness)
    assert _claimed(shop.account, witness, START + 599) == ()
    (second,) = _claimed(shop.account, witness, START + 600)
    assert (second.effect, second.attempts) == (first.effect, 2)
    packer = shop.account.packer(Courier.MAIL)
    one, other = packer.parcel(first), packer.parcel(second)
    assert isinstance(one, Parcel)
    assert isinstance(other, Parcel)
    assert one.key == other.key


def test_one_who_comes_late_does_not_undo_what_another_has_settled(shop: Shop) -> None:
    witness = _on(shop)
    shop.registered()
    (first,) = _claimed(shop.account, witness)
    (second,) = _claimed(shop.account, witness, START + 600)
    done = _settle(shop.account, second, Delivered("ok"))
    assert done is not None
    assert _settle(shop.account, first, Refused("no", bounced=True)) is None
    assert shop.account.deliveries([first.effect])[first.effect] == done


@pytest.mark.parametrize("at", range(8))
def test_a_process_that_dies_while_settling_has_settled_all_or_nothing(shop: Shop, at: int) -> None:
    witness = _on(shop)
    ada = shop.registered()
    (delivery,) = _claimed(shop.account, witness)
    before = shop.dump()
    try:
        settled_ = _settle(shop.dying(at), delivery, Refused("no", bounced=True))
    except KeyboardInterrupt:
        assert shop.dump() == before
    else:
        assert settled_ is not None
        assert settled_.state is DeliveryState.FAILED
        told = [line.why for line in shop.account.timeline(ada.id) if line.what == "event"]
        assert told[-1].startswith("email bounced")


def test_what_never_went_stands_in_the_timeline(shop: Shop) -> None:
    witness = _on(shop)
    ada = shop.registered()
    (delivery,) = _claimed(shop.account, witness)
    _settle(shop.account, delivery, Refused("550 no"))
    last = shop.account.timeline(ada.id)[-1]
    assert (last.what, last.campaign, last.node) == ("failed", "Follow-up", "remind.confirm")
    assert last.why == f"email #{shop.welcome}: 550 no"


def test_a_bounce_is_heard_even_if_the_email_is_gone_by_now(shop: Shop) -> None:
    witness = _on(shop)
    ada = shop.registered()
    (delivery,) = _claimed(shop.account, witness)
    shop.account.edit(
        shop.campaign,
        shop.flow(remind=[{"key": "nudge", "wait": {"for": "2 days"},
                           "action": {"send-email": {"email": f"#{shop.nudge}"}}}]),
    )  # fmt: skip
    shop.account.delete_object(shop.welcome)
    _settle(shop.account, delivery, Refused("550 no", bounced=True))
    told = [line.why for line in shop.account.timeline(ada.id) if line.what == "event"]
    assert told[-1].startswith("email bounced")


def test_what_was_claimed_and_not_tried_is_given_back(shop: Shop) -> None:
    witness = _on(shop)
    shop.registered()
    (delivery,) = _claimed(shop.account, witness)
    shop.account.release(delivery, START)
    (again,) = _claimed(shop.account, witness)
    assert (again.effect, again.attempts) == (delivery.effect, 1)


def test_what_was_never_delivered_cannot_come_back(shop: Shop) -> None:
    with pytest.raises(UnknownObjectError, match="no email 9 was ever sent"):
        shop.account.bounced(9, "?", START)


def test_only_links_of_the_account_opt_anybody_out(shop: Shop) -> None:
    assert shop.account.unsubscribe("1-" + "x" * 22) is None
    witness = _on(shop)
    ada = shop.registered()
    parcel = shop.account.packer(Courier.MAIL).parcel(_claimed(shop.account, witness)[0])
    assert isinstance(parcel, Parcel)
    link = parcel.unsubscribe_url
    for forged in (link[:-1], link.replace(f"/{ada.id}-", "/2-"), "", "https://shop.example/u/"):
        assert shop.account.unsubscribe(forged) is None
    assert not shop.account.contact(ada.id).opted_out
    assert shop.account.unsubscribe(link.rpartition("/")[2]) == ada.id
    assert shop.account.unsubscribe(f"{link}/") == ada.id
    assert shop.account.contact(ada.id).opted_out


def test_a_delivery_of_what_was_deleted_does_not_go(shop: Shop) -> None:
    packer = shop.account.packer(Courier.MAIL)
    assert packer.parcel(replace(PENDING, effect=99)) == Withheld("the contact is gone")


def test_one_courier_is_switched_off_and_the_other_goes_on(shop: Shop) -> None:
    witness = _on(shop)
    shop.account.switch_on(Courier.HTTP, {}, witness)
    shop.account.switch_off(Courier.MAIL)
    found = shop.account.couriers()
    assert (found[Courier.MAIL].is_on, found[Courier.HTTP].is_on) == (False, True)
    shop.registered()
    assert _claimed(shop.account, witness) == ()


PENDING = Delivery(1, Courier.MAIL, DeliveryState.PENDING, 1, START, START + 600)


def test_an_attempt_ends_a_delivery_or_leads_to_another() -> None:
    def after(outcome: Outcome, attempts: int = 1, now: int = START) -> Delivery:
        one = replace(PENDING, attempts=attempts)
        return settled(one, outcome, now, patience=PATIENCE, spread=0.5)

    assert after(Delivered("ok")).state is DeliveryState.DELIVERED
    assert after(Refused("no\n\nno")).detail == "no no"
    assert after(Withheld("opted out")).state is DeliveryState.WITHHELD
    assert after(Deferred("later")).next == START + 60
    assert after(Deferred("later"), attempts=4).next == START + 480
    assert after(Deferred("later", wait=7_200)).next == START + 7_200
    late = after(Deferred("later"), attempts=20, now=START + 4 * DAY)
    assert (late.state, late.detail) == (
        DeliveryState.FAILED, "given up after 20 attempts: later",
    )  # fmt: skip
    assert len(after(Refused("x" * 9_999)).detail) == 500


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_one_waits_longer_each_time_never_for_ever_and_not_all_at_once(
    attempts: int, spread: float
) -> None:
    least, most = PATIENCE.delay(attempts, 0), PATIENCE.delay(attempts, 1)
    assert 1 <= least <= PATIENCE.delay(attempts, spread) <= most <= 1.25 * PATIENCE.longest
    assert PATIENCE.delay(attempts + 1, spread) >= PATIENCE.delay(attempts, spread)
