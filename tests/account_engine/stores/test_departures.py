"""What every store promises of those who leave (`account_engine.stores.ports.departures`)."""

from __future__ import annotations

from dataclasses import replace

from account_engine.contacts import Contact, ContactState
from account_engine.effects import Effect, EffectKind, Identity
from account_engine.events import Event
from account_engine.outgoing.deliveries import Courier, CourierRow, Delivery, DeliveryState
from account_engine.stores.port import Store
from account_engine.stores.records import Former
from account_engine.story import Line
from tests.account_engine.conftest import dumped

FORM = Event("web-form-submitted", {"form": "#7"})


def _known(store: Store, address: str) -> int:
    """Add somebody of whom there is something in every table."""
    number = store.add_contact({"email": address}, [5])
    contact = Contact(number, {"email": address}, frozenset({"#5"}), purchases={"#8": 1})
    old = ContactState(replace(contact, purchases={}))
    store.save(old, ContactState(contact, (), {(9, 1): 1}, frozenset({(9, 2, 1)})))
    store.add_story(number, [Line(100, "event", None, "", f"of {address}")])
    return number


def _email(store: Store, contact: int, step: int = 2) -> int:
    effect = Effect(EffectKind.EMAIL, Identity(contact, 9, step, 1), "#7", 100)
    store.add_effect(effect, "sha256:1", {"subject": "Hi"})
    return store.last_effect()


def _withheld(number: int) -> Delivery:
    return Delivery(number, Courier.MAIL, DeliveryState.WITHHELD, 0, 500, None, 500, "twice")


def test_of_one_who_is_merged_the_other_has_what_was_received_and_told(store: Store) -> None:
    with store.publishing():
        ada, bo = _known(store, "ada@example.com"), _known(store, "bo@example.com")
        email = _email(store, bo)
    with store.receiving():
        store.add_event(bo, 100, FORM)
    with store.writing():
        store.unite_contacts(bo, ada, 500)
        assert [one.stimulus for one in store.received(ada, 9)] == [FORM]
        assert store.received(bo, 9) == ()
        told = [line.why for line in store.story(ada)]
        assert told == ["of ada@example.com", "of bo@example.com"]
        assert (store.state(bo), store.has_contact(bo)) == (None, False)
        assert store.former(bo) == Former(bo, ada, 500)
        assert store.former(ada) is None
        assert [one.id for one in store.contacts()] == [ada]
        assert store.find_contacts("email", "bo@example.com") == ()
        recorded = store.effect(email)
        assert recorded is not None
        assert recorded.effect.identity.contact == bo
    assert store.fault() is None


def test_a_chain_of_mergers_leads_to_who_is_left(store: Store) -> None:
    with store.publishing():
        one, two, three = (_known(store, f"{name}@example.com") for name in "abc")
        store.unite_contacts(one, two, 500)
        store.unite_contacts(two, three, 600)
        assert store.former(one) == Former(one, three, 500)
        assert store.former(two) == Former(two, three, 600)
        assert len(store.story(three)) == 3
        store.delete_contact(three, 700)
        assert [store.former(n) for n in (one, two, three)] == [
            Former(one, None, 500), Former(two, None, 600), Former(three, None, 700),
        ]  # fmt: skip


def test_nothing_of_one_who_is_deleted_stays_but_their_number(store: Store) -> None:
    with store.publishing():
        ada, bo = _known(store, "ada@example.com"), _known(store, "bo@example.com")
        kept = _email(store, ada)
        gone = [_email(store, bo), _email(store, bo, 3)]
        store.put_courier(CourierRow(Courier.MAIL, is_on=True, settings={}, taken=0))
        store.take_up(Courier.MAIL, 500, 9)
    with store.receiving():
        store.add_event(bo, 100, FORM)
    before = dumped(store)
    with store.writing():
        store.delete_contact(bo, 600)
    after = dumped(store)
    new = {row.partition(":")[0] for row in after if row not in before}
    assert new - {"counters"} == {"former_contacts"}
    lost = {row.partition(":")[0] for row in before if row not in after}
    assert lost >= {
        "contacts", "contact_values", "contact_tags", "contact_facts", "entries", "passed",
        "story", "effects", "deliveries",
    }  # fmt: skip
    assert not any("bo@example.com" in row for row in after)
    with store.reading():
        assert [one.number for one in store.effects()] == [kept]
        assert list(store.deliveries([kept, *gone])) == [kept]
        assert store.received(bo, 9) == ()
    with store.publishing():
        assert _email(store, ada, 3) > gone[-1]
        assert store.add_contact({}, ()) > bo
    assert store.fault() is None


def test_what_is_received_for_one_who_left_meanwhile_is_the_others_or_nobodys(
    store: Store,
) -> None:
    with store.publishing():
        ada, bo, cy = (_known(store, f"{name}@example.com") for name in ("ada", "bo", "cy"))
    with store.receiving():
        store.add_event(bo, 100, FORM)
        store.add_event(cy, 100, FORM)
        store.add_events([bo, cy, ada], 100, Event("opted-out"))
    with store.writing():
        store.unite_contacts(bo, ada, 500)
        store.delete_contact(cy, 500)
        events = [FORM, Event("opted-out"), Event("opted-out")]
        assert [one.stimulus for one in store.received(ada, 9)] == events
        assert store.claim_received(9) == (ada,)


def test_what_nobody_has_begun_to_carry_can_be_withheld(store: Store) -> None:
    with store.publishing():
        store.put_courier(CourierRow(Courier.MAIL, is_on=True, settings={}, taken=0))
        ada, bo = _known(store, "ada@example.com"), _known(store, "bo@example.com")
        tried, waiting = _email(store, ada), _email(store, bo)
        store.take_up(Courier.MAIL, 500, 9)
        store.claim_deliveries(Courier.MAIL, 500, 560, limit=1)
        recorded = _email(store, ada, 3)
        assert [one.number for one in store.unsent(ada)] == [recorded]
        assert [one.number for one in store.unsent(bo)] == [waiting]
        assert not store.add_withheld(_withheld(tried))
        assert store.add_withheld(_withheld(waiting))
        assert store.add_withheld(_withheld(recorded))
        assert not store.add_withheld(_withheld(recorded))
        found = store.deliveries([tried, waiting, recorded])
        assert [found[n].state for n in (waiting, recorded)] == [DeliveryState.WITHHELD] * 2
        assert found[tried].state is DeliveryState.PENDING
        assert store.unsent(ada) == store.unsent(bo) == ()
        assert store.claim_deliveries(Courier.MAIL, 550, 600, limit=9) == ()


def test_what_was_recorded_for_the_merged_is_yet_to_be_sent_to_the_other(store: Store) -> None:
    with store.publishing():
        ada, bo = _known(store, "ada@example.com"), _known(store, "bo@example.com")
        first, second = _email(store, bo), _email(store, ada)
        store.unite_contacts(bo, ada, 500)
        assert [one.number for one in store.unsent(ada)] == [first, second]
