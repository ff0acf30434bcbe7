"""Contacts who are merged, and contacts who are deleted, in an account of each sort."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from account_engine.account import Account
from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.events import Event
from account_engine.outgoing.deliveries import Courier, Delivered, DeliveryState, Withheld
from package_format.contact_fields import Channel
from tests.account_engine.conftest import START, Shop
from tests.account_engine.test_dispatch import _claimed, _on, _settle


def _why(shop: Shop, contact: int, what: str) -> list[str]:
    return [line.why for line in shop.account.timeline(contact) if line.what == what]


def test_two_become_one_who_goes_on_from_where_either_came_furthest(shop: Shop) -> None:
    ada = shop.registered("Ada")
    shop.later(1)
    twin = shop.registered("Lovelace")
    shop.account.opt_out(twin.id, Channel.FAX)
    shop.later(1)  # Ada is at `call`, the twin at `nudge`
    sent = len(shop.account.outbox())
    merged = shop.account.merge(twin.id, ada.id)
    assert merged.id == twin.id
    assert merged.values["first_name"] == "Lovelace"
    assert merged.refused == {Channel.FAX}
    assert shop.at() == {"remind.call": 1}
    assert [one.id for one in shop.account.contacts()] == [twin.id]
    shop.later(2)
    assert [one.kind.value for one in shop.account.outbox()[sent:]] == ["task"]
    story = shop.account.timeline(twin.id)
    assert [line.why for line in story if line.node == "remind"][:2] == ["after registered"] * 2
    assert "took over" not in _why(shop, twin.id, "merged")[0]
    assert "kept email, first_name" in _why(shop, twin.id, "merged")[0]
    assert shop.account.fault() is None


def test_the_old_number_leads_to_the_survivor(shop: Shop) -> None:
    ada, twin = shop.registered("Ada"), shop.contact("Lovelace")
    account = shop.account
    account.merge(twin.id, ada.id)
    assert account.contact(ada.id).id == twin.id
    assert account.timeline(ada.id) == account.timeline(twin.id)
    assert account.positions(ada.id) == account.positions(twin.id) != ()
    account.apply_tag(ada.id, shop.attended)
    account.receive(ada.id, Event("opted-out"))
    account.receive_all([(ada.id, shop.registration), (twin.id, shop.registration)])
    account.catch_up()
    assert account.contact(twin.id).tags == {f"#{shop.attended}"}
    assert account.contact(twin.id).opted_out
    (sent,) = account.outbox()
    assert (sent.contact, sent.to) == (twin.id, "lovelace@example.com")
    assert account.in_message(twin.id, Event("email-opened"), sent.number).attributes
    assert account.in_message(ada.id, Event("email-opened"), sent.number).attributes


def test_merging_twice_is_merging_once_and_some_mergers_are_refused(shop: Shop) -> None:
    ada, bo, cy = (shop.contact(name) for name in ("Ada", "Bo", "Cy"))
    account = shop.account
    account.merge(ada.id, bo.id)
    before = shop.dump()
    assert account.merge(ada.id, bo.id).id == ada.id
    assert account.merge(bo.id, ada.id).id == ada.id
    assert shop.dump() == before
    with pytest.raises(InvalidDataError, match="into themselves"):
        account.merge(ada.id, ada.id)
    with pytest.raises(UnknownObjectError, match=f"contact {bo.id} was merged into contact"):
        account.merge(cy.id, bo.id)
    with pytest.raises(UnknownObjectError, match="there is no contact 99"):
        account.merge(ada.id, 99)
    assert shop.dump() == before
    assert account.merge(cy.id, ada.id).id == cy.id
    assert account.contact(bo.id).id == cy.id


def test_what_both_were_yet_to_get_by_one_step_goes_once(shop: Shop) -> None:
    witness = _on(shop)
    ada, twin = shop.registered("Ada"), shop.registered("Lovelace")
    shop.account.take_up(Courier.MAIL, START)
    shop.account.merge(ada.id, twin.id)
    (delivery,) = _claimed(shop.account, witness)
    first, second = shop.account.outbox()
    assert delivery.effect == first.number
    state = shop.account.deliveries([second.number])[second.number]
    assert state.state is DeliveryState.WITHHELD
    assert "by the same step" in _why(shop, ada.id, "withheld")[0]


def test_what_was_on_its_way_goes_under_its_own_key_to_the_survivor(shop: Shop) -> None:
    witness = _on(shop)
    twin = shop.registered("Lovelace")
    (delivery,) = _claimed(shop.account, witness)
    before = shop.account.packer(Courier.MAIL).parcel(delivery)
    ada = shop.registered("Ada")
    shop.account.merge(ada.id, twin.id)
    after = shop.account.packer(Courier.MAIL).parcel(delivery)
    assert not isinstance(before, Withheld)
    assert not isinstance(after, Withheld)
    assert after.key == before.key
    assert after.message.to == "ada@example.com"
    assert _settle(shop.account, delivery, Delivered("ok")) is not None
    assert shop.account.unsubscribe(before.unsubscribe_url) == ada.id
    assert shop.account.contact(ada.id).opted_out


def test_what_was_received_before_has_its_turn_as_whom_it_was_for(shop: Shop) -> None:
    ada, twin = shop.contact("Ada"), shop.contact("Lovelace")
    shop.account.receive(twin.id, shop.registration)
    shop.account.merge(ada.id, twin.id)
    assert shop.at() == {"remind.nudge": 1}
    (sent,) = shop.account.outbox()
    assert sent.contact == ada.id
    what = [line.what for line in shop.account.timeline(ada.id)]
    assert what.index("entered") < what.index("merged")


def test_of_one_who_is_deleted_nothing_is_left(shop: Shop) -> None:
    witness = _on(shop)
    ada, twin, bo = (shop.registered(name) for name in ("Ada", "Lovelace", "Bo"))
    account = shop.account
    account.take_up(Courier.MAIL, START)
    claimed = account.claim(Courier.MAIL, START, START + 600, 1, witness)
    account.merge(ada.id, twin.id)
    account.receive(ada.id, shop.registration)
    account.delete_contact(ada.id)
    assert [one.id for one in account.contacts()] == [bo.id]
    assert shop.at() == {"remind.nudge": 1}
    assert [one.contact for one in account.outbox()] == [bo.id]
    assert account.packer(Courier.MAIL).parcel(claimed[0]) == Withheld("the contact is gone")
    assert _settle(account, claimed[0], Delivered("ok")) is None
    assert [one.effect for one in account.claim(Courier.MAIL, START, START + 600, 9, witness)] == [
        account.outbox()[0].number
    ]
    assert account.catch_up() == 0
    for number in (ada.id, twin.id):
        with pytest.raises(UnknownObjectError, match=f"contact {number} was deleted, at 2026-03"):
            account.contact(number)
        with pytest.raises(UnknownObjectError, match="was deleted"):
            account.receive(number, shop.registration)
        with pytest.raises(UnknownObjectError, match="was deleted"):
            account.delete_contact(number)
    left = " ".join(shop.dump()).casefold()
    assert "ada@" not in left
    assert "lovelace" not in left
    assert account.fault() is None
    shop.later(30)
    assert {one.contact for one in account.outbox()} == {bo.id}


def test_the_number_of_one_who_was_merged_does_not_delete_the_other(shop: Shop) -> None:
    ada, twin = shop.contact("Ada"), shop.contact("Lovelace")
    shop.account.merge(ada.id, twin.id)
    with pytest.raises(UnknownObjectError, match=f"merged into contact {ada.id}; delete that one"):
        shop.account.delete_contact(twin.id)
    assert shop.account.contact(ada.id).id == ada.id


def test_the_file_itself_holds_nothing_of_one_who_was_deleted(tmp_path: Path) -> None:
    path = tmp_path / "shop.account"
    with Account.create(path, name="Shop", now=START) as account:
        number = account.add_contact({"email": "very-secret@example.com"}).id
        account.receive(number, Event("opted-out"))
        account.catch_up()
    assert b"very-secret" in path.read_bytes()
    with Account.open(path) as account:
        account.delete_contact(number)
    assert b"very-secret" not in path.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["shop.account"]


def test_a_retired_flow_goes_with_the_last_who_was_in_it(shop: Shop) -> None:
    ada = shop.registered("Ada")
    shop.account.delete_object(shop.campaign, contacts="finish-on-old")
    assert len(shop.account.retired()) == 1
    shop.account.delete_contact(ada.id)
    assert shop.account.retired() == ()


def test_whoever_comes_while_two_are_merged_finds_one(shop: Shop) -> None:
    ada, twin = shop.registered("Ada"), shop.registered("Lovelace")
    done = threading.Event()
    failed: list[Exception] = []

    def receive() -> None:
        with Account.open(shop.location, patience=30) as other:
            while not done.is_set():
                try:
                    other.receive(twin.id, shop.registration)
                    other.submit(twin.id, shop.registration)
                except Exception as error:  # noqa: BLE001  told to the test
                    failed.append(error)
                    return

    thread = threading.Thread(target=receive)
    thread.start()
    try:
        with Account.open(shop.location, patience=30) as mine:
            for _ in range(5):
                mine.submit(ada.id, shop.registration)
            mine.merge(ada.id, twin.id)
            for _ in range(5):
                mine.submit(ada.id, shop.registration)
    finally:
        done.set()
        thread.join()
    assert failed == []
    shop.account.catch_up()
    assert shop.at() == {"remind.nudge": 1}
    with shop.store.reading():
        assert shop.store.received(twin.id, 9) == ()
    shop.later(10)
    assert len(shop.account.outbox()) == 4
