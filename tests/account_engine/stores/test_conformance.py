"""What every store promises (`account_engine.stores.port`)."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from account_engine.contacts import Contact, ContactState, Points, Value
from account_engine.effects import Effect, EffectKind, Identity
from account_engine.entries import brought_along
from account_engine.errors import AccountBusyError, EngineBugError
from account_engine.events import Enrolment, Event
from account_engine.objects import StoredObject
from account_engine.position import Position, Status
from account_engine.stores.locations import open_store
from account_engine.stores.records import Crowd, FlowRow, Listening, Revision
from account_engine.story import Line
from package_format.contact_fields import Channel

if TYPE_CHECKING:
    from account_engine.stores.port import Store

RUNNING = Position(9, 1, "remind", Status.RUNNING, "nudge", 1, 100, 100, 500)


def _flow(campaign: int = 9, version: int = 1, **others: bool) -> FlowRow:
    ids = {"remind": 1, "remind.nudge": 2, "x": 3, "wrap-up": 4}
    return FlowRow(campaign, version, {"title": f"T{campaign}"}, ids, **others)


def _standing(store: Store, *positions: Position) -> ContactState:
    """A contact who stands there, in flows that are made if they are not there."""
    for key in {(one.campaign, one.version) for one in positions}:
        if key not in {(row.campaign, row.version) for row in store.flows()}:
            store.put_flow(_flow(*key), ())
    number = store.add_contact({}, ())
    old = ContactState(Contact(number))
    new = replace(old, positions=positions)
    store.save(old, new)
    return new


# --- transactions and the account


def test_an_account_is_what_it_was_made_as(store: Store) -> None:
    with store.reading():
        found = store.identity()
    assert (found.id, found.incarnation, found.name) == ("account-1", "first", "Shop")
    assert (found.features, found.zone, found.clock) == (("email",), "Europe/Oslo", 1_000)


@pytest.mark.parametrize("context", ["writing", "publishing"])
def test_what_is_written_stays_when_the_context_ends(store: Store, context: str) -> None:
    with getattr(store, context)():
        store.set_clock(2_000)
    with store.reading():
        assert store.identity().clock == 2_000


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_written_when_the_context_raises(
    store: Store, error: type[BaseException]
) -> None:
    def write() -> None:
        with store.publishing():
            store.set_clock(2_000)
            store.add_contact({"email": "a@example.com"}, [5])
            raise error

    with pytest.raises(error):
        write()
    with store.reading():
        assert store.identity().clock == 1_000
        assert store.contacts() == ()


def test_contexts_nest_and_the_outermost_decides(store: Store) -> None:
    def write() -> None:
        with store.publishing():
            with store.writing(), store.reading():
                store.set_clock(2_000)
            raise LookupError

    def write_within() -> None:
        with store.publishing():
            store.set_clock(3_000)
            write()

    for failing in (write, write_within):
        with pytest.raises(LookupError):
            failing()
    with store.reading():
        assert store.identity().clock == 1_000


def test_a_context_can_stand_in_one_that_may_do_as_much_and_in_no_other(store: Store) -> None:
    with store.publishing(), store.publishing(), store.writing(), store.reading():
        store.set_clock(2_000)
    with store.reading(), pytest.raises(EngineBugError), store.writing():
        pass
    with store.writing(), pytest.raises(EngineBugError), store.publishing():
        pass


def test_numbers_are_never_given_out_twice(store: Store) -> None:
    with store.publishing():
        assert store.take_numbers("objects", 3) == 1
        assert store.take_numbers("objects", 0) == 4
        assert store.take_numbers("objects", 2) == 4
        assert store.take_numbers("nodes", 1) == 1
        assert store.take_numbers("objects", 1) == 6


# --- objects


def test_an_object_is_read_as_it_was_written(store: Store) -> None:
    stored = StoredObject(4, "tag", {"name": "Café ☕", "nested": [1, {"a": None}]})
    with store.publishing():
        store.put_object(stored)
        assert store.object(4) == stored
        store.put_object(replace(stored, data={"name": "VIP"}))
        assert store.objects_of("tag") == (StoredObject(4, "tag", {"name": "VIP"}),)
        assert store.namesakes("tag", "vip") == (4,)
        assert store.namesakes("tag", "café ☕") == ()
        assert store.namesakes("form", "vip") == ()
        assert store.object(5) is None


def test_objects_without_a_natural_key_have_no_namesakes(store: Store) -> None:
    with store.publishing():
        store.put_object(StoredObject(4, "email", {"subject": "Hi"}))
        assert store.namesakes("email", "") == ()


def test_a_deleted_object_is_remembered_by_name(store: Store) -> None:
    with store.publishing():
        store.put_object(StoredObject(4, "tag", {"name": "VIP"}))
        store.put_references(4, 0, [7])
        store.delete_object(4)
        store.delete_object(5)
        assert store.object(4) is None
        assert store.departed(4) == ("tag", "VIP")
        assert store.departed(5) is None
        assert store.referrers(7) == ()


def test_referrers_are_those_of_every_version(store: Store) -> None:
    with store.publishing():
        store.put_references(9, 1, [4, 5, 4])
        store.put_references(9, 2, [5])
        store.put_references(3, 0, [4])
        assert store.referrers(4) == (3, 9)
        assert store.referrers(5) == (9,)
        store.put_references(9, 1, [])
        assert store.referrers(4) == (3,)
        assert store.referrers(5) == (9,)


def test_carriers_have_the_tag_or_a_value_in_the_field(store: Store) -> None:
    with store.publishing():
        store.add_contact({"#3": "pro"}, [4])
        store.add_contact({}, [4, 5])
        assert store.carriers(StoredObject(4, "tag", {})) == 2
        assert store.carriers(StoredObject(3, "field", {})) == 1
        assert store.carriers(StoredObject(4, "field", {})) == 0
        assert store.carriers(StoredObject(4, "email", {})) == 0


# --- flows


def test_flows_are_read_as_they_were_written(store: Store) -> None:
    rows = (_flow(8), _flow(9), _flow(9, 2, published=False, retired=True))
    with store.publishing():
        for row in reversed(rows):
            store.put_flow(row, ())
        assert store.flows() == rows
        assert store.flows_of(9) == rows[1:]
        store.delete_flow(9, 1)
        assert store.flows_of(9) == rows[2:]


def test_listeners_are_of_published_and_unretired_flows(store: Store) -> None:
    listening = [
        Listening("tag-applied", {"tag": "#4"}, "b"),
        Listening("tag-applied", {"tag": "#4"}, "a"),
        Listening("tag-applied", {"tag": "#4"}, "a"),
        Listening("api-called", {"integration": "x", "call": "y"}, "c"),
    ]
    with store.publishing():
        store.put_flow(_flow(9), listening)
        store.put_flow(_flow(8), listening[:1])
        store.put_flow(_flow(7, published=False), listening)
        store.put_flow(_flow(6, retired=True), listening)
        assert store.listeners("tag-applied", {"tag": "#4"}) == ((8, "b"), (9, "a"), (9, "b"))
        assert store.listeners("api-called", {"call": "y", "integration": "x"}) == ((9, "c"),)
        assert store.listeners("api-called", {"call": "y"}) == ()
        store.put_flow(_flow(9), listening[:1])
        assert store.listeners("tag-applied", {"tag": "#4"}) == ((8, "b"), (9, "b"))
        store.delete_flow(8, 1)
        assert store.listeners("tag-applied", {"tag": "#4"}) == ((9, "b"),)


def test_the_stamp_changes_with_objects_and_flows_alone(store: Store) -> None:
    with store.publishing():
        seen = [store.stamp()]
        store.put_object(StoredObject(4, "tag", {"name": "VIP"}))
        seen.append(store.stamp())
        store.put_flow(_flow(), ())
        seen.append(store.stamp())
        store.delete_flow(9, 1)
        seen.append(store.stamp())
        store.delete_object(4)
        seen.append(store.stamp())
        assert len(set(seen)) == 5
        store.add_contact({}, ())
        store.set_clock(5)
        assert store.stamp() == seen[-1]


def test_only_retired_flows_that_nobody_is_in_are_dropped(store: Store) -> None:
    with store.publishing():
        store.put_flow(_flow(9, 1, retired=True), ())
        store.put_flow(_flow(9, 2, retired=True), ())
        store.put_flow(_flow(9, 3), ())
        store.put_references(9, 2, [4])
        _standing(store, RUNNING)
        assert store.delete_empty_retired() == 1
        assert [row.version for row in store.flows_of(9)] == [1, 3]
        assert store.referrers(4) == ()
        assert store.delete_empty_retired() == 0


def test_those_who_only_wait_for_a_goal_are_counted_for_themselves(store: Store) -> None:
    queued = replace(RUNNING, status=Status.QUEUED, step=None, due=None)
    with store.publishing():
        store.put_flow(_flow(), ())
        _standing(store, RUNNING)
        _standing(store, queued)
        _standing(store, queued, replace(RUNNING, node="x", step=None))
        assert (store.count_travellers(9, 1), store.count_waiting(9, 1)) == (3, 1)


def test_ids_are_remembered_at_their_last_address_longest_ago_first(store: Store) -> None:
    with store.publishing():
        store.remember_ids(9, {"a": 1, "b": 2, "c": 3})
        store.remember_ids(8, {"a": 1})
        store.remember_ids(9, {"d": 2, "a": 4})
        found = store.remembered_ids(9)
        assert found == {1: "a", 3: "c", 2: "d", 4: "a"}
        assert list(found)[:2] == [1, 3]
        store.delete_flow(9, 1)
        assert store.remembered_ids(9) == found
        assert store.remembered_ids(7) == {}


def test_an_object_may_go_more_than_once(store: Store) -> None:
    with store.publishing():
        for name in ("VIP", "Guest"):
            store.put_object(StoredObject(4, "tag", {"name": name}))
            store.delete_object(4)
        assert store.departed(4) == ("tag", "Guest")


# --- contacts


def test_a_contact_is_read_as_added(store: Store) -> None:
    values: dict[str, Value] = {"email": "Ada@example.com", "#3": 1.5, "#4": True, "#5": 7}
    with store.publishing():
        number = store.add_contact(values, [4, 9])
        state = store.state(number)
    assert state is not None
    assert state == ContactState(Contact(number, values, frozenset({"#4", "#9"})))
    assert type(state.contact.values["#4"]) is bool


def test_contacts_are_read_in_pages_and_found_by_value(store: Store) -> None:
    with store.publishing():
        numbers = [store.add_contact({"email": "A@example.com"}, ()) for _ in range(3)]
        assert [contact.id for contact in store.contacts()] == numbers
        assert [one.id for one in store.contacts(after=numbers[0], limit=1)] == numbers[1:2]
        assert store.find_contacts("email", "a@example.com") == tuple(numbers)
        assert store.find_contacts("city", "a@example.com") == ()
        assert store.state(max(numbers) + 1) is None
        assert store.has_contact(numbers[0])
        assert not store.has_contact(max(numbers) + 1)
        assert not store.has_contact(2**70)


def test_everything_of_a_contact_can_change(store: Store) -> None:
    with store.publishing():
        store.put_flow(_flow(9, 1), ())
        store.put_flow(_flow(9, 2), ())
        number = store.add_contact({"email": "a@example.com", "city": "Oslo", "#3": 1}, [4, 5])
        old = store.state(number)
        assert old is not None
        queued = Position(
            campaign=9,
            version=2,
            node="wrap-up",
            status=Status.JOINING,
            step=None,
            entry=3,
            entered=100,
            overtaken=True,
            arrived=("a", "by-interest.pro"),
            skip=frozenset({7, 2}),
        )
        first = replace(
            old,
            contact=Contact(
                number,
                {"email": "b@example.com", "#3": True},
                frozenset({"#5", "#6"}),
                owner="bo@example.com",
                purchases={"#7": 2, "#8": 1},
                opportunities=("#11", "#10", "#11"),
                tasks={"#7": 1},
                scores={"#9": Points(20, 100)},
            ),
            positions=(RUNNING, queued),
            entries={(9, 1): 1, (9, 2): 4},
            passed=frozenset({(9, 2, 1)}),
        )
        store.save(old, first)
        assert store.state(number) == first
        assert store.find_contacts("city", "oslo") == ()
        second = replace(
            first,
            contact=replace(
                first.contact,
                refused=frozenset({Channel.EMAIL, Channel.FAX}),
                owner=None,
                purchases={"#7": 3, "#8": 1},
                opportunities=("#11", "#12"),
                tasks={},
                scores={"#9": Points(20, 200)},
            ),
            positions=(replace(RUNNING, step=None, due=None, status=Status.QUEUED),),
            entries={(9, 1): 2, (9, 2): 4},
            passed=frozenset({(9, 2, 1), (9, 3, 1)}),
        )
        store.save(first, second)
        assert store.state(number) == second


def test_saving_what_is_the_same_changes_nothing(store: Store) -> None:
    with store.publishing():
        state = _standing(store, RUNNING)
        store.save(state, state)
        assert store.state(state.contact.id) == state


# --- positions


def test_due_is_what_is_due_in_published_flows(store: Store) -> None:
    with store.publishing():
        store.put_flow(_flow(), ())
        store.put_flow(_flow(8, published=False), ())
        store.put_flow(_flow(7, retired=True), ())
        late = _standing(
            store, replace(RUNNING, due=700), replace(RUNNING, node="x", step=None, due=None)
        )
        soon = _standing(
            store, replace(RUNNING, due=500), replace(RUNNING, node="x", step=None, due=600)
        )
        retired = _standing(store, replace(RUNNING, campaign=7, due=650))
        _standing(store, replace(RUNNING, campaign=8, due=100))
        assert store.next_due(499) is None
        assert store.next_due(500) == 500
        assert store.next_due(10_000) == 500
        assert store.claim_due(600, 10) == (soon.contact.id,)
        everybody = (late.contact.id, soon.contact.id, retired.contact.id)
        assert store.claim_due(700, 10) == everybody
        assert set(store.claim_due(700, 1) or ()) < set(everybody)
        assert store.claim_due(700, 0) == ()


def test_every_place_of_a_flow_has_a_number_of_its_own_for_good(store: Store) -> None:
    with store.publishing():
        store.put_flow(_flow(9, 1), ())
        first = store.places(9, 1)
        store.put_flow(_flow(9, 2), ())
        store.put_flow(_flow(9, 1, retired=True), ())
        assert store.places(9, 1) == first
        second = store.places(9, 2)
        assert not {place.id for place in first} & {place.id for place in second}
        assert {(place.node, place.step, place.status) for place in first} == {
            *((node, None, status) for node in ("remind", "x", "wrap-up") for status in Status),
            ("remind", "nudge", Status.RUNNING),
        }
        spots = {place.node: place.spot for place in first}
        assert [place.spot for place in first] == [spots[place.node] for place in first]
        assert len(set(spots.values())) == 3
        store.delete_flow(9, 2)
        assert store.places(9, 2) == ()
        store.put_flow(_flow(9, 2), ())
        assert not {place.id for place in store.places(9, 2)} & {place.id for place in second}


def test_nobody_can_stand_where_no_flow_has_a_place(store: Store) -> None:
    with store.publishing():
        state = _standing(store, RUNNING)
        lost = replace(RUNNING, node="nowhere")
        with pytest.raises(EngineBugError, match="no flow has a place"):
            store.save(state, replace(state, positions=(RUNNING, lost)))


def test_a_text_has_one_number(store: Store) -> None:
    with store.publishing():
        one = store.text("d1", {"subject": "Hi"})
        assert store.text("d2", {"subject": "Ho"}) != one
        assert store.text("d1", {"subject": "Hi"}) == one


def test_crowds_are_counted_by_where_and_how_they_stand(store: Store) -> None:
    queued = replace(RUNNING, status=Status.QUEUED, step=None, due=None)
    with store.publishing():
        one = _standing(store, RUNNING)
        other = _standing(store, replace(RUNNING, due=400))
        third = _standing(store, queued, replace(RUNNING, campaign=8))
        assert store.crowds(9, 399) == (
            Crowd(1, "remind", None, Status.QUEUED, 1, None),
            Crowd(1, "remind", "nudge", Status.RUNNING, 2, 400),
        )
        assert [crowd.overdue for crowd in store.crowds(9, 400)] == [0, 1]
        numbers = tuple(state.contact.id for state in (one, other, third))
        assert store.travellers(9, 1) == numbers
        assert store.travellers(9, 2) == ()


def test_entries_of_two_nodes_are_united_to_the_greater(store: Store) -> None:
    with store.publishing():
        states = []
        for entries in ({(9, 1): 2}, {(9, 1): 3, (9, 2): 1}, {(9, 1): 1, (9, 2): 5}, {(8, 1): 4}):
            state = _standing(store)
            store.save(state, replace(state, entries=entries))
            states.append(state.contact.id)
        store.bring_along(9, 9, [(1, 2)])
        found = [store.state(number) for number in states]
    counts = [state.entries.get((9, 2)) if state else None for state in found]
    assert counts == [2, 3, 5, None]


def test_what_was_entered_and_passed_counts_in_another_campaign_as_it_does_for_one_contact(
    store: Store,
) -> None:
    """Node 1 and step 3 keep their ids there; step 4 was merged into another, and tells nothing."""
    ids = [(1, 1), (3, 3), (4, 5)]
    lived: list[tuple[dict[tuple[int, int], int], set[tuple[int, int, int]]]] = [
        ({(9, 1): 2}, {(9, 3, 1), (9, 3, 2), (9, 4, 1)}),
        ({(9, 1): 1, (8, 1): 3}, {(9, 3, 1), (8, 3, 1), (8, 3, 3)}),
        ({(9, 2): 7}, {(9, 6, 7)}),
        ({}, set()),
    ]
    with store.publishing():
        before = []
        for entries, passed in lived:
            state = _standing(store)
            after = replace(state, entries=entries, passed=frozenset(passed))
            store.save(state, after)
            before.append(after)
        store.bring_along(9, 8, ids)
        found = [store.state(state.contact.id) for state in before]
    assert found == [brought_along(state, 9, 8, ids) for state in before]


# --- what happened


def _receive(store: Store, contact: int, *events: Event) -> list[int]:
    with store.receiving():
        return [store.add_event(contact, 100, event) for event in events]


FORM = Event("web-form-submitted", {"form": "#4"})
ORDER = Event("product-purchased", {"product": ("#4", "#5"), "order": "7"})


def test_events_are_received_in_the_order_in_which_they_came(store: Store) -> None:
    with store.writing():
        one, other = store.add_contact({}, ()), store.add_contact({}, ())
    first = _receive(store, other, FORM, ORDER)
    (second,) = _receive(store, one, ORDER)
    (third,) = _receive(store, other, FORM)
    assert first[0] < first[1] < second < third
    with store.writing():
        assert store.claim_received(10) == (one, other)
        assert store.claim_received(1) == (other,)
        assert [(e.seq, e.stimulus) for e in store.received(other, 10)] == [
            (first[0], FORM),
            (first[1], ORDER),
            (third, FORM),
        ]
        assert len(store.received(other, 2)) == 2
        store.drop_received(other, first[1])
        assert [e.seq for e in store.received(other, 10)] == [third]
        assert [e.seq for e in store.received(one, 10)] == [second]
        store.drop_received(one, second)
        store.drop_received(other, third)
        assert store.claim_received(10) == ()
        assert store.claim_received(10, wait=True) == ()
    (fourth,) = _receive(store, one, FORM)
    assert fourth > third


def test_what_is_received_waits_for_nobody_who_writes(location: str, store: Store) -> None:
    with store.writing():
        contact = store.add_contact({}, ())
    with closing(open_store(location, patience=0)) as other:
        with store.writing():
            store.state(contact)
            numbers = _receive(other, contact, FORM)
        with store.publishing():
            store.take_numbers("objects", 1)
            numbers += _receive(other, contact, FORM)
        with store.writing():
            assert store.claim_received(10) == (contact,)
            assert [one.seq for one in store.received(contact, 10)] == numbers


def test_what_was_received_is_not_lost_when_its_turn_is(store: Store) -> None:
    with store.writing():
        contact = store.add_contact({}, ())
    (seq,) = _receive(store, contact, FORM)

    def hear() -> None:
        with store.writing():
            assert store.claim_received(10) == (contact,)
            store.drop_received(contact, seq)
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            hear()
    with store.writing():
        assert [one.seq for one in store.received(contact, 10)] == [seq]


def test_what_was_received_is_there_when_the_account_is_opened_again(
    location: str, store: Store
) -> None:
    with store.writing():
        contact = store.add_contact({}, ())
    (seq,) = _receive(store, contact, FORM)
    store.close()
    with closing(open_store(location, patience=0)) as again:
        with again.writing():
            assert [one.seq for one in again.received(contact, 10)] == [seq]
        (later,) = _receive(again, contact, FORM)
        assert later > seq
        with again.writing():
            again.drop_received(contact, later)
        again.close()
        again.close()
    with closing(open_store(location, patience=0)) as once_more:
        assert _receive(once_more, contact, FORM)[0] > later


def test_nothing_is_received_within_another_context(store: Store) -> None:
    with store.writing(), pytest.raises(EngineBugError), store.receiving():
        pass


def test_a_context_that_receives_is_whole_or_not_at_all(store: Store) -> None:
    with store.writing():
        contact = store.add_contact({}, ())

    def receive() -> None:
        with store.receiving():
            store.add_event(contact, 100, FORM)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        receive()
    with store.writing():
        assert store.claim_received(10) == ()


def test_whoever_writes_while_another_publishes_is_told_to_try_again(
    location: str, store: Store
) -> None:
    with closing(open_store(location, patience=0)) as other:
        with store.publishing():
            with pytest.raises(AccountBusyError, match="try again"), other.writing():
                pass
            with pytest.raises(AccountBusyError, match="try again"), other.publishing():
                pass
        with other.writing():
            other.set_clock(2_000)
        with store.reading():
            assert store.identity().clock == 2_000


def test_the_clock_never_runs_backwards(store: Store) -> None:
    with store.writing():
        store.set_clock(2_000)
        store.set_clock(1_500)
        assert store.identity().clock == 2_000


def test_a_story_is_read_in_the_order_in_which_it_was_told(store: Store) -> None:
    lines = (Line(100, "event", None, "", "form"), Line(90, "entered", 9, "remind"))
    with store.publishing():
        store.add_story(1, lines)
        store.add_story(2, lines[:1])
        store.add_story(1, lines[:1])
        assert store.story(1) == (*lines, lines[0])
        assert store.story(3) == ()


def test_an_effect_is_recorded_once_for_each_identity(store: Store) -> None:
    effect = Effect(EffectKind.EMAIL, Identity(1, 9, 2, 1), "#7", 100)
    task = Effect(EffectKind.TASK, Identity(1, 9, 3, 1), "#8", 100, due=200)
    with store.publishing():
        store.add_effect(effect, "d1", {"subject": "Hi"})
        store.add_effect(replace(effect, recorded=900), "d2", {"subject": "Again"})
        store.add_effect(task, "d1", {"subject": "Hi"})
        first, second = store.effects()
        assert (first.effect, first.text) == (effect, {"subject": "Hi"})
        assert (second.effect, second.text) == (task, {"subject": "Hi"})
        assert store.effects(after=first.number) == (second,)


# --- history


def test_revisions_are_read_as_they_were_appended(store: Store) -> None:
    one = Revision(1, "a", "install", 100, {"x": ["é"]}, {"@t": 4}, 3)
    two = Revision(2, "b", "upgrade", 200, None, {}, 0)
    with store.publishing():
        assert store.head() is None
        store.add_revision(one)
        store.add_revision(two)
        assert store.revisions() == (one, two)
        assert store.head() == two
        assert store.revision("a") == one
        assert store.revision("c") is None


def test_an_effect_is_found_by_its_number(store: Store) -> None:
    effect = Effect(EffectKind.CALL, Identity(1, 9, 2, 1), "#7", 100, person="bo@example.com")
    with store.publishing():
        store.add_effect(effect, "digest", {"title": "Call"})
    with store.reading():
        (recorded,) = store.effects()
        assert recorded.effect == effect
        assert store.effect(recorded.number) == recorded
        assert store.effect(99) is None


def test_a_stage_is_carried_by_whose_opportunity_stands_in_it(store: Store) -> None:
    stage = StoredObject(11, "stage", {"name": "New"})
    with store.publishing():
        state = _standing(store)
        contact = replace(state.contact, opportunities=("#11", "#11"))
        store.save(state, replace(state, contact=contact))
        assert store.carriers(stage) == 1


def test_who_has_a_tag_is_counted_and_enrolled_before_whatever_was_received(
    store: Store,
) -> None:
    with store.publishing():
        store.put_flow(_flow(), ())
        numbers = [store.add_contact({}, tags) for tags in ([1], [1, 2], [2], [3])]
    ada, bo, cy, _ = numbers
    _receive(store, bo, Event("opted-out"))
    there = Position(9, 1, "remind", Status.QUEUED, None, 1, 1)
    with store.writing():
        state = store.state(cy)
        assert state is not None
        store.save(state, replace(state, positions=(there,)))
    with store.publishing():
        assert store.count_tagged([2], None) == 2
        assert store.count_tagged([1, 2], None) == 3
        assert store.count_tagged([1, 2], 9) == 2
        assert store.count_tagged([1, 2], None, [(9, "remind")]) == 2
        assert store.count_tagged([1, 2], None, [(9, "remind.nudge"), (8, "remind")]) == 3
        assert store.enrol_tagged([1, 2], 9, 5) == 2
        assert store.enrol_tagged([3], 8, 5) == 1
    with store.writing():
        found = {number: [one.stimulus for one in store.received(number, 9)] for number in numbers}
    assert found[ada] == [Enrolment(9, Event("tag-applied", {"tag": ("#1",)}))]
    assert found[bo] == [
        Enrolment(9, Event("tag-applied", {"tag": ("#1", "#2")})),
        Event("opted-out"),
    ]
    assert found[cy] == []
