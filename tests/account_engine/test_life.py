"""Life in an account: events, time, and what comes of them."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

from account_engine import interpreter, working
from account_engine.account import Account
from account_engine.changing.changes import Update
from account_engine.contacts import ContactState
from account_engine.effects import EffectKind
from account_engine.errors import (
    ClockError,
    EngineBugError,
    InvalidDataError,
    UnknownObjectError,
)
from account_engine.events import Event
from account_engine.interpreter import Turn
from package_format.contact_fields import Channel

if TYPE_CHECKING:
    from tests.account_engine.conftest import Shop

DAY = 86_400


def _sent(shop: Shop) -> list[tuple[str, int]]:
    return [(message.subject, message.contact) for message in shop.account.outbox()]


def test_an_event_runs_the_steps_before_the_next_wait(shop: Shop) -> None:
    ada = shop.registered()
    assert _sent(shop) == [("Welcome", ada.id)]
    assert shop.at() == {"remind.nudge": 1}


def test_each_timer_has_its_turn_at_its_own_moment(shop: Shop) -> None:
    start = shop.account.info.now
    shop.registered()
    ticked = shop.account.tick(start + 10 * DAY)
    assert (ticked.now, ticked.turns) == (start + 10 * DAY, 2)
    recorded = [(message.kind, message.recorded - start) for message in shop.account.outbox()]
    assert recorded == [
        (EffectKind.EMAIL, 0),
        (EffectKind.EMAIL, 2 * DAY),
        (EffectKind.TASK, 4 * DAY),
    ]
    assert shop.account.outbox()[-1].due == start + 5 * DAY


def test_ticking_in_small_steps_tells_the_same_story_as_in_one(shop: Shop) -> None:
    ada, bob = shop.registered("Ada"), shop.registered("Bob")
    shop.later(10)
    carol = shop.contact("Carol")
    shop.account.submit(carol.id, shop.registration)
    for _ in range(20):
        shop.later(0.5)

    def story(number: int) -> list[tuple[str, str]]:
        return [(line.what, line.node) for line in shop.account.timeline(number)]

    assert story(ada.id) == story(bob.id) == story(carol.id)


def test_the_clock_does_not_run_backwards(shop: Shop) -> None:
    with pytest.raises(ClockError, match="backwards"):
        shop.account.tick(shop.account.info.now - 1)


def test_a_tick_to_the_present_changes_nothing(shop: Shop) -> None:
    shop.registered()
    before = shop.dump()
    assert shop.account.tick(shop.account.info.now).turns == 0
    assert shop.dump() == before


def test_a_long_tick_is_written_in_batches_and_ends_the_same(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    for name in ("Ada", "Bob", "Carol", "Dan", "Eve"):
        shop.registered(name)
    assert shop.account.tick(shop.account.info.now + 10 * DAY).turns == 10
    assert shop.at() == {"the end of remind": 5}


def test_a_tick_that_is_stopped_again_and_again_sends_everything_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "BATCH", 2)
    monkeypatch.setattr(working.AccountWork, "_reach", 2)
    until = shop.account.info.now + 10 * DAY
    for name in ("Ada", "Bob", "Carol", "Dan", "Eve"):
        shop.registered(name)
    writes = clocks = 0
    while shop.account.info.now < until:
        clock = shop.account.info.now
        with contextlib.suppress(KeyboardInterrupt):
            shop.dying(writes).tick(until)
        writes += 1
        clocks += shop.account.info.now > clock
    assert clocks > 1
    subjects = [subject for subject, _ in _sent(shop)]
    assert subjects.count("It is tomorrow") == 5
    assert len(subjects) == 15


def test_a_crowd_is_ticked_in_few_transactions(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.account.together():
        for number in range(300):
            shop.registered(f"c{number}")
    begun: list[str] = []
    writing = shop.store.writing

    def counted() -> AbstractContextManager[None]:
        begun.append("BEGIN")
        return writing()

    monkeypatch.setattr(shop.store, "writing", counted)
    assert shop.account.tick(shop.account.info.now + 30 * DAY).turns == 600
    assert len(begun) <= 3


def test_a_tag_from_outside_is_an_event(shop: Shop) -> None:
    ada = shop.registered()
    shop.account.apply_tag(ada.id, shop.attended)
    assert shop.account.contact(ada.id).tags == {f"#{shop.attended}"}
    assert shop.at() == {"pitch.offer": 1}


def test_a_tag_that_was_there_is_no_event(shop: Shop) -> None:
    ada = shop.registered()
    shop.account.apply_tag(ada.id, shop.attended)
    before = shop.dump()
    shop.account.apply_tag(ada.id, shop.attended)
    assert shop.dump() == before


def test_a_tag_is_taken_off_once(shop: Shop) -> None:
    ada = shop.account.add_contact(tags=[shop.attended])
    shop.account.remove_tag(ada.id, shop.attended)
    assert shop.account.contact(ada.id).tags == frozenset()
    before = shop.dump()
    shop.account.remove_tag(ada.id, shop.attended)
    assert shop.dump() == before


def test_only_a_tag_can_be_applied(shop: Shop) -> None:
    ada = shop.contact()
    with pytest.raises(UnknownObjectError, match="“Welcome” is not a tag"):
        shop.account.apply_tag(ada.id, shop.welcome)


def test_a_value_is_set_by_the_fields_name_or_id(shop: Shop) -> None:
    ada = shop.contact()
    shop.account.set_value(ada.id, "interest", "pro")
    shop.account.set_value(ada.id, "city", "Oslo")
    values = shop.account.contact(ada.id).values
    assert (values[f"#{shop.interest}"], values["city"]) == ("pro", "Oslo")
    shop.account.set_value(ada.id, f"#{shop.interest}", "")
    assert f"#{shop.interest}" not in shop.account.contact(ada.id).values


def test_an_equal_value_is_no_event(shop: Shop) -> None:
    ada = shop.contact(city="Oslo")
    before = shop.dump()
    shop.account.set_value(ada.id, "city", "Oslo")
    shop.account.set_value(ada.id, "company", "")
    assert shop.dump() == before


@pytest.mark.parametrize("field", ["shoe_size", "#999", "#1"])
def test_a_field_that_is_not_there_is_named(shop: Shop, field: str) -> None:
    ada = shop.contact()
    with pytest.raises(UnknownObjectError, match=f"no field '{field}'"):
        shop.account.set_value(ada.id, field, "44")


def test_an_imported_contact_sets_nothing_off(shop: Shop) -> None:
    ada = shop.account.add_contact({"email": "ada@example.com"}, tags=[shop.attended])
    assert ada.tags == {f"#{shop.attended}"}
    assert shop.account.timeline(ada.id) == ()
    assert shop.account.outbox() == ()


def test_whoever_opted_out_gets_no_email_and_goes_on(shop: Shop) -> None:
    ada = shop.contact()
    shop.account.opt_out(ada.id)
    shop.account.submit(ada.id, shop.registration)
    assert shop.account.outbox() == ()
    assert shop.at() == {"remind.nudge": 1}


def test_an_unknown_contact_is_named(shop: Shop) -> None:
    with pytest.raises(UnknownObjectError, match="no contact 77"):
        shop.account.submit(77, shop.registration)


def test_an_unknown_event_is_named_with_those_there_are(shop: Shop) -> None:
    ada = shop.contact()
    with pytest.raises(InvalidDataError, match=r"'sneezed' is not an event.*tag-applied"):
        shop.account.submit(ada.id, Event("sneezed"))


def test_an_event_about_something_that_is_not_there_is_refused(shop: Shop) -> None:
    ada = shop.contact()
    with pytest.raises(UnknownObjectError, match="no #99 "):
        shop.account.submit(ada.id, Event("product-purchased", {"product": ("#99", "#98")}))


def test_an_event_may_be_about_no_object_at_all(shop: Shop) -> None:
    ada = shop.contact()
    called = {"when": [{"api-called": {"integration": "shop", "call": "paid"}}]}
    data = shop.flow(title="Paid", goals={"paid": called})
    data["sequences"]["remind"]["after"] = ["paid"]
    shop.account.create_object("campaign", data)
    shop.account.submit(ada.id, Event("api-called", {"integration": "shop", "call": "paid"}))
    assert [message.subject for message in shop.account.outbox()] == ["Welcome"]


def test_a_timer_that_never_ends_is_our_mistake_and_writes_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.registered()
    before = shop.dump()

    def stuck(_flows: object, state: ContactState, *_others: object) -> Turn:
        return Turn(state, (), ())

    monkeypatch.setattr(interpreter, "turn", stuck)
    with pytest.raises(EngineBugError, match="never ends"):
        shop.later(3)
    assert shop.dump() == before


def test_a_message_without_a_text_is_our_mistake_and_writes_nothing(shop: Shop) -> None:
    ada = shop.contact()
    with shop.store.writing():
        shop.store.delete_object(shop.welcome)
    before = shop.dump()
    with pytest.raises(EngineBugError, match=f"sends #{shop.welcome}, which is gone"):
        shop.account.submit(ada.id, shop.registration)
    assert shop.dump() == before


def test_an_enrolment_is_heard_by_that_campaign_alone(shop: Shop) -> None:
    other = shop.account.create_object("campaign", shop.flow(title="Another")).id
    ada = shop.contact()
    shop.account.enrol(ada.id, other, shop.registration)
    assert shop.at() == {}
    assert {position.campaign for position in shop.account.positions(ada.id)} == {other}


def test_a_message_keeps_the_text_that_was_current_when_it_was_recorded(shop: Shop) -> None:
    shop.registered()
    welcome = shop.account.object(shop.welcome)
    assert welcome is not None
    changed = {**welcome.data, "subject": "Hi there"}
    shop.account.apply(shop.change_set(Update(shop.welcome, changed)))
    shop.registered("Bob")
    assert [subject for subject, _ in _sent(shop)] == ["Welcome", "Hi there"]


def test_a_published_campaign_is_heard_by_an_account_that_was_open(shop: Shop) -> None:
    ada = shop.registered()
    with Account.open(shop.location) as other:
        other.create_object("campaign", shop.flow(title="Another"))
    shop.account.submit(ada.id, shop.registration)
    assert len({position.campaign for position in shop.account.positions(ada.id)}) == 2


def test_calls_together_are_one_transaction(shop: Shop) -> None:
    before = shop.dump()

    def seed() -> None:
        with shop.account.together():
            shop.account.create_object("campaign", shop.flow(title="Another"))
            shop.registered("Ada")
            shop.later(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed()
    assert shop.dump() == before
    shop.account.create_object("campaign", shop.flow(title="Third"))
    ada = shop.registered("Ada")
    assert {line.campaign for line in shop.account.timeline(ada.id)} == {"", "Follow-up", "Third"}


def _goal(when: object) -> dict[str, Any]:
    return {"title": "G", "goals": {"g": {"when": [when]}}}


def _achieved(shop: Shop, contact: int) -> list[str]:
    return [line.why for line in shop.account.timeline(contact) if line.what == "achieved"]


def test_opting_out_is_an_event_once_and_can_be_taken_back(shop: Shop) -> None:
    shop.account.create_object("campaign", _goal({"opted-out": None}))
    ada = shop.contact()
    shop.account.opt_out(ada.id, Channel.FAX)
    shop.account.opt_out(ada.id, Channel.FAX)
    assert _achieved(shop, ada.id) == ["opted out fax"]
    assert shop.account.contact(ada.id).refused == {Channel.FAX}
    shop.account.opt_in(ada.id, Channel.FAX)
    assert shop.account.contact(ada.id).refused == frozenset()


def test_an_order_is_one_event_and_remembered(shop: Shop) -> None:
    price = {"price": "5.00", "currency": "EUR"}
    pro = shop.account.create_object("product", {"name": "Pro", "category": "Courses", **price}).id
    mug = shop.account.create_object("product", {"name": "Mug", **price}).id
    when = {"product-purchased": {"category": "courses", "at-least": 2}}
    goal = _goal(when)
    goal["goals"]["g"]["save"] = [{"field": f"#{shop.interest}", "attribute": "product"}]
    shop.account.create_object("campaign", goal)
    ada = shop.contact()
    shop.account.buy(ada.id, [(mug, 1), (pro, 2)], order="A-7", total="15.00")
    assert len(_achieved(shop, ada.id)) == 1
    found = shop.account.contact(ada.id)
    assert found.purchases == {f"#{pro}": 2, f"#{mug}": 1}
    assert found.values[f"#{shop.interest}"] == "Pro"
    with pytest.raises(InvalidDataError, match="'0' is not how many"):
        shop.account.buy(ada.id, [(mug, 0)])


def test_an_unknown_channel_is_named_with_those_there_are(shop: Shop) -> None:
    with pytest.raises(InvalidDataError, match="'smoke' is not one of email, letter, fax, phone"):
        shop.account.submit(shop.contact().id, Event("opted-out", {"channel": "smoke"}))


def test_only_an_open_task_can_be_completed(shop: Shop) -> None:
    shop.account.create_object("campaign", _goal({"task-completed": {"task": f"#{shop.task}"}}))
    ada = shop.registered()
    shop.account.complete_task(ada.id, shop.task)
    assert _achieved(shop, ada.id)[1:] == []
    shop.later(4)
    assert shop.account.contact(ada.id).tasks == {f"#{shop.task}": 1}
    shop.account.complete_task(ada.id, shop.task, outcome="reached")
    assert len(_achieved(shop, ada.id)) == 2
    assert shop.account.contact(ada.id).tasks == {}


def test_a_click_is_known_by_the_message_that_it_was_in(shop: Shop) -> None:
    link = shop.account.create_object("link", {"title": "Course", "url": "https://x.example"}).id
    sent = {"when": [{"link-clicked": {"link": f"#{link}", "in": ["remind"]}}], "after": ["remind"]}
    opened = {
        "when": [{"email-opened": {"email": f"#{shop.welcome}", "in": ["remind"]}}],
        "after": ["remind"],
        "ends": "none",
    }
    shop.account.edit(shop.campaign, shop.flow(goals={"looked": sent, "opened": opened}))
    ada, bo = shop.registered(), shop.contact("Bo")
    (message,) = shop.account.outbox()
    shop.account.click(ada.id, link)
    assert len(_achieved(shop, ada.id)) == 1
    shop.account.open_email(ada.id, message.number)
    shop.account.click(ada.id, link, message=message.number)
    assert len(_achieved(shop, ada.id)) == 3
    with pytest.raises(UnknownObjectError, match=f"contact {bo.id} never got a message"):
        shop.account.click(bo.id, link, message=message.number)


def test_only_an_email_is_opened(shop: Shop) -> None:
    ada = shop.registered()
    shop.later(4)
    task = shop.account.outbox()[-1]
    with pytest.raises(UnknownObjectError, match="is no email"):
        shop.account.open_email(ada.id, task.number)


def test_a_contact_belongs_to_a_user_or_to_nobody(shop: Shop) -> None:
    ada = shop.contact()
    shop.account.assign_owner(ada.id, "bo@shop.example")
    assert shop.account.contact(ada.id).owner == "bo@shop.example"
    shop.account.assign_owner(ada.id, None)
    assert shop.account.contact(ada.id).owner is None


def test_an_event_says_no_more_than_a_contact_can_hold(shop: Shop) -> None:
    ada = shop.contact()
    with pytest.raises(InvalidDataError, match="up to 20,000 characters"):
        shop.account.submit(ada.id, Event("api-called", {"integration": "x" * 20_001, "call": "y"}))


@pytest.mark.parametrize("quantity", ["1000000", "9" * 5_000, "0", "²"])
def test_nobody_buys_a_million(shop: Shop, quantity: str) -> None:
    ada = shop.contact()
    with pytest.raises(InvalidDataError, match="not how many somebody bought"):
        shop.account.submit(
            ada.id, Event("product-purchased", {"product": "x", "quantity": quantity})
        )
