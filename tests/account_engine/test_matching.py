"""Matching: what meets a trigger, trigger by trigger, and what can be saved of it (C2, C10)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from account_engine.catalogue import Catalogue
from account_engine.events import Event
from account_engine.language.matching import meets, value_of
from package_format.campaign.triggers import TRIGGERS, AnyTrigger, Trigger
from tests.account_engine.lives import live

FLOW = live("""
goals: {g: {when: {web-form-submitted: f}}}
sequences:
  else: {after: [g], steps: {x: {wait: 1 day}}}
  pitch: {after: [g], steps: {offer: {send-email: a}}}
""")

SHOP = Catalogue(labels={"pro": "The pro course"}, categories={"pro": "Courses", "mug": "Gifts"})

NARROWED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "tag-applied": ({"tag": "a"}, {"tag": "a"}, {"tag": "b"}),
    "tag-removed": ({"tag": "a"}, {"tag": "a"}, {"tag": "b"}),
    "note-applied": ({"note": "a"}, {"note": "a"}, {"note": "b"}),
    "internal-form-submitted": ({"form": "a"}, {"form": "a"}, {"form": "b"}),
    "task-completed": ({"task": "a"}, {"task": "a", "outcome": "x"}, {"task": "b"}),
    "opportunity-moved": (
        {"stage": "a", "from": "b"}, {"stage": "a", "from": "b"}, {"stage": "a", "from": "c"},
    ),
    "web-form-submitted": ({"form": "a"}, {"form": "a"}, {"form": "b"}),
    "landing-page-submitted": ({"page": "a"}, {"page": "a"}, {"page": "b"}),
    "link-clicked": (
        {"link": "a", "in": "pitch"},
        {"link": "a", "campaign": "#1", "step": str(FLOW.ids["pitch.offer"])},
        {"link": "a", "campaign": "#1", "step": str(FLOW.ids["else.x"])},
    ),
    "lead-score-reached": (
        {"score": "a", "at-least": 10},
        {"score": "a", "was": "9", "points": "12"},
        {"score": "a", "was": "10", "points": "12"},
    ),
    "product-purchased": (
        {"category": "courses", "at-least": 2},
        {"product": ("mug", "pro"), "quantity": ("1", "2")},
        {"product": ("mug", "pro"), "quantity": ("2", "1")},
    ),
    "social-form-submitted": ({"form": "win"}, {"form": "win"}, {"form": "Win"}),
    "lead-card-submitted": ({"card": "ad"}, {"card": "ad"}, {"card": "add"}),
    "field-changed": ({"field": "a"}, {"field": "a"}, {"field": "b"}),
    "api-called": (
        {"integration": "i", "call": "c"},
        {"integration": "i", "call": "c"},
        {"integration": "i", "call": "d"},
    ),
    "email-opened": (
        {"email": "a", "in": ["remind", "pitch"]},
        {"email": "a", "campaign": "#1", "step": str(FLOW.ids["pitch.offer"])},
        {"email": "a", "campaign": "#2", "step": str(FLOW.ids["pitch.offer"])},
    ),
    "email-bounced": ({"email": "a"}, {"email": "a"}, {"email": "b"}),
    "opted-out": ({"channel": "fax"}, {"channel": "fax"}, {"channel": "email"}),
    "purchase-failed": ({"product": "a"}, {"product": ("b", "a")}, {"product": "b"}),
    "subscription-ended": ({"product": "a"}, {"product": "a"}, {"product": "b"}),
    "appointment-booked": ({"appointment": "a"}, {"appointment": "a"}, {"appointment": "b"}),
    "appointment-cancelled": ({"appointment": "a"}, {"appointment": "a"}, {"appointment": "b"}),
}  # fmt: skip


def trigger_of(word: str, narrowed: dict[str, Any]) -> Trigger:
    found: Trigger = TypeAdapter(AnyTrigger).validate_python({word: narrowed})
    return found


@pytest.mark.parametrize("word", TRIGGERS)
def test_a_trigger_is_met_by_what_it_names_and_by_nothing_else(word: str) -> None:
    narrowed, right, wrong = NARROWED[word]
    trigger = trigger_of(word, narrowed)
    assert meets(Event(word, right), trigger, FLOW, SHOP)
    assert not meets(Event(word, wrong), trigger, FLOW, SHOP)
    assert not meets(Event("rumour", right), trigger, FLOW, SHOP)


@pytest.mark.parametrize(
    "word", ["email-bounced", "opted-out", "purchase-failed", "subscription-ended"]
)
def test_a_trigger_that_names_nothing_hears_every_event_of_its_word(word: str) -> None:
    assert meets(Event(word, {"product": "a"}), trigger_of(word, {}))


def test_a_click_outside_every_message_meets_no_trigger_with_in() -> None:
    trigger = trigger_of("link-clicked", {"link": "a", "in": "pitch"})
    assert not meets(Event("link-clicked", {"link": "a"}), trigger, FLOW)
    sent = Event(
        "link-clicked", {"link": "a", "campaign": "#1", "step": str(FLOW.ids["pitch.offer"])}
    )
    assert not meets(sent, trigger)
    assert meets(sent, trigger_of("link-clicked", {"link": "a"}))


def test_one_order_counts_over_all_of_its_lines() -> None:
    trigger = trigger_of("product-purchased", {"product": "pro", "at-least": 3})
    lines = {"product": ("pro", "mug", "pro"), "quantity": ("1", "5", "2")}
    assert meets(Event("product-purchased", lines), trigger)
    assert not meets(Event("product-purchased", {"product": "pro"}), trigger)


def test_a_category_may_come_with_the_order() -> None:
    trigger = trigger_of("product-purchased", {"category": "courses"})
    assert meets(Event("product-purchased", {"category": "Courses"}), trigger)
    assert not meets(Event("product-purchased", {"product": "pro"}), trigger)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("product", "The pro course"), ("category", "Courses"), ("quantity", "2"),
        ("order", "A-7"), ("total", None),
    ],
)  # fmt: skip
def test_of_an_order_the_line_that_met_the_trigger_is_saved(
    attribute: str, value: str | None
) -> None:
    trigger = trigger_of("product-purchased", {"category": "courses"})
    event = Event(
        "product-purchased",
        {"product": ("mug", "pro"), "quantity": ("1", "2"), "order": "A-7"},
    )
    assert value_of(event, trigger, attribute, SHOP) == value


def test_of_a_resource_people_s_name_is_saved() -> None:
    trigger = trigger_of("subscription-ended", {})
    event = Event("subscription-ended", {"product": "pro", "reason": "moved"})
    assert value_of(event, trigger, "product", SHOP) == "The pro course"
    assert value_of(event, trigger, "reason", SHOP) == "moved"
