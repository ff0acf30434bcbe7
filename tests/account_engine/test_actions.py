"""Actions: what each does to a contact, and what it causes (C10, C13)."""

from __future__ import annotations

import pytest

from account_engine.contacts import Contact, Value
from account_engine.effects import EffectKind
from account_engine.events import Event
from account_engine.language.actions import MEANINGS, Done, Scene, may_reach, perform
from package_format.campaign.actions import (
    ACTIONS,
    ApplyTag,
    CreateTask,
    RemoveTag,
    SendEmail,
    SetField,
)
from package_format.campaign.timers import Duration
from package_format.contact_fields import Channel
from tests.account_engine.lives import MONDAY, instant

NOW = instant(MONDAY)
ADA = Contact(1, {"email": "ada@example.com", "interest": "pro", "score": 1}, frozenset({"vip"}))


def test_every_action_of_the_language_has_a_meaning() -> None:
    assert set(MEANINGS) == set(ACTIONS)


def test_an_action_causes_no_events_but_those_of_its_row() -> None:
    done = [
        perform(ApplyTag(tag="new"), ADA, Scene(NOW, "UTC")),
        perform(RemoveTag(tag="vip"), ADA, Scene(NOW, "UTC")),
        perform(SetField(field="interest", value="basic"), ADA, Scene(NOW, "UTC")),
    ]
    assert [one.events[0].word for one in done] == ["tag-applied", "tag-removed", "field-changed"]
    for one, word in zip(done, ("apply-tag", "remove-tag", "set-field"), strict=True):
        assert {event.word for event in one.events} <= set(ACTIONS[word].causes)


def test_an_email_is_ordered() -> None:
    done = perform(SendEmail(email="hello"), ADA, Scene(NOW, "UTC"))
    assert done.order is not None
    assert (done.order.kind, done.order.resource) == (EffectKind.EMAIL, "hello")


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("ada@example.com", True),
        ("a.b+c@sub.example.org", True),
        ("ada@example", False),
        ("ada@@example.com", False),
        ("ada lovelace@example.com", False),
        ("@example.com", False),
        ("ada@example.", False),
        (7, False),
    ],
)
def test_an_address_is_valid_if_a_mail_could_have_it(address: Value, *, valid: bool) -> None:
    assert (may_reach(Contact(1, {"email": address}), Channel.EMAIL) is None) is valid


def test_a_tag_is_applied_and_removed_once() -> None:
    new = perform(ApplyTag(tag="new"), ADA, Scene(NOW, "UTC"))
    assert new.contact.tags == {"vip", "new"}
    assert new.events == (Event("tag-applied", {"tag": "new"}),)
    assert perform(ApplyTag(tag="vip"), ADA, Scene(NOW, "UTC")) == Done(ADA, "had tag vip already")
    gone = perform(RemoveTag(tag="vip"), ADA, Scene(NOW, "UTC"))
    assert gone.contact.tags == frozenset()
    assert perform(RemoveTag(tag="new"), ADA, Scene(NOW, "UTC")) == Done(ADA, "had no tag new")


@pytest.mark.parametrize("value", ["pro", "Pro", 7, True])
def test_a_field_is_set_to_a_literal_and_an_equal_value_is_no_change(value: Value) -> None:
    done = perform(SetField(field="interest", value=value), ADA, Scene(NOW, "UTC"))
    changes = value != "pro"
    assert done.contact.values["interest"] == value
    assert bool(done.events) is changes


def test_true_is_not_the_number_one() -> None:
    assert perform(SetField(field="score", value=True), ADA, Scene(NOW, "UTC")).events
    assert not perform(SetField(field="score", value=1), ADA, Scene(NOW, "UTC")).events


def test_an_empty_text_clears_a_field() -> None:
    done = perform(SetField(field="interest", value=""), ADA, Scene(NOW, "UTC"))
    assert "interest" not in done.contact.values
    assert done.events
    assert not perform(
        SetField(field="interest", value=" "), done.contact, Scene(NOW, "UTC")
    ).events


def test_now_is_today_where_the_contact_lives() -> None:
    late = instant("2026-03-02T20:00")
    tokyo = Contact(1, {"time_zone": "Asia/Tokyo"})
    done = perform(SetField(field="seen", now=True), tokyo, Scene(late, "UTC"))
    assert done.contact.values["seen"] == "2026-03-03"


def test_a_task_is_due_on_the_calendar_of_the_contact() -> None:
    done = perform(CreateTask(task="call", due=Duration(1, "day")), ADA, Scene(NOW, "UTC"))
    assert done.order is not None
    assert done.order.due == instant("2026-03-03T09:00")
    assert done.why == "created task call, due 2026-03-03 09:00 UTC"
    undated = perform(CreateTask(task="call"), ADA, Scene(NOW, "UTC"))
    assert undated.order is not None
    assert undated.order.due is None
