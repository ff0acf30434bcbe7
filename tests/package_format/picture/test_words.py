"""What a picture says of timers, conditions, triggers and actions."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from package_format.campaign.actions import ACTIONS, AnyAction, SendEmail
from package_format.campaign.conditions import Condition
from package_format.campaign.timers import Wait, WaitDefaults
from package_format.campaign.triggers import TRIGGERS, AnyTrigger, TagApplied
from package_format.picture import words
from package_format.picture.icons import ICONS
from package_format.picture.words import (
    Phrase,
    action_phrase,
    by_key,
    condition_text,
    spelled,
    trigger_phrase,
    wait_text,
)


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        ("2 days", "2 days"),
        ({"for": "1 week", "at": "09:00", "weekdays": "mon-fri"}, "1 week, 09:00 Mon–Fri"),  # noqa: RUF001
        ({"for": "1 day", "weekdays": ["sat", "sun"]}, "1 day, Sat, Sun"),
        ({"for": "1 day", "weekdays": "mon-sun"}, "1 day"),
        ({"until": "2026-03-02T09:00"}, "until 2 Mar 2026, 09:00"),
        ({"until": "2026-03-02T00:00"}, "until 2 Mar 2026"),
        ({"until-field": "pkg:webinar"}, "on webinar"),
        ({"until-field": "webinar", "offset": "-1 day"}, "1 day before webinar"),
        ({"until-field": "webinar", "offset": "2 hours"}, "2 hours after webinar"),
    ],
)
def test_a_timer_says_how_long(wait: object, said: str) -> None:
    assert wait_text(Wait.model_validate(wait), WaitDefaults(), by_key) == said


def test_a_timer_does_not_repeat_what_the_campaign_says() -> None:
    defaults = WaitDefaults.model_validate({"at": "09:00", "weekdays": "mon-fri"})
    wait = Wait.model_validate({"for": "2 days", "at": "17:00", "weekdays": "mon-fri"})
    assert wait_text(wait, defaults, by_key) == "2 days, 17:00"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"field": "country", "is": "NO"}, "country is NO"),
        ({"field": "vip", "is": True}, "vip is yes"),
        ({"field": "country", "one-of": ["NO", "SE"]}, "country is NO or SE"),
        ({"field": "premium", "at-least": 1000}, "premium ≥ 1000"),
        ({"field": "email", "is-set": True}, "email is known"),
        ({"field": "email", "is-set": False}, "email is empty"),
        ({"tag": "x:vip"}, "has tag vip"),
        ({"not": {"tag": "vip"}}, "has no tag vip"),
        ({"not": {"field": "a", "is": "b"}}, "a is not b"),
        ({"not": {"field": "a", "one-of": ["b", "c", "d"]}}, "a is not b, c or d"),
        ({"not": {"field": "a", "at-least": 3}}, "not a ≥ 3"),
        ({"not": {"bought": {"category": "Caps"}}}, "has not bought something of Caps"),
        ({"not": {"stage": "won"}}, "opportunity not in won"),
        ({"not": {"consent": "phone"}}, "does not allow calls"),
        ({"not": {"in-campaign": "hello"}}, "is not in hello"),
        ({"all": [{"tag": "a"}, {"any": [{"tag": "b"}, {"tag": "c"}]}]},
         "has tag a and (has tag b or has tag c)"),
        ({"all": []}, "always"),
        ({"any": []}, "never"),
    ],
)  # fmt: skip
def test_a_condition_is_a_sentence(condition: object, said: str) -> None:
    parsed: Any = TypeAdapter(Condition).validate_python(condition)
    assert condition_text(parsed, by_key) == said


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ({"tag-applied": "a"}, Phrase("tag", "gets tag a")),
        ({"tag-removed": "a"}, Phrase("tag-off", "loses tag a")),
        ({"web-form-submitted": "a"}, Phrase("form", "submits a")),
        ({"product-purchased": "a"}, Phrase("purchase", "buys a")),
        ({"field-changed": {"field": "a"}}, Phrase("field", "a changes")),
        ({"api-called": {"integration": "i", "call": "c"}}, Phrase("api", "API call i: c")),
    ],
)
def test_a_trigger_is_something_that_a_contact_does(trigger: object, said: Phrase) -> None:
    parsed: Any = TypeAdapter(AnyTrigger).validate_python(trigger)
    assert trigger_phrase(parsed, by_key) == said


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ({"send-email": "a"}, Phrase("email", "a")),
        ({"apply-tag": "a"}, Phrase("tag-on", "a")),
        ({"remove-tag": "a"}, Phrase("tag-off", "a")),
        ({"set-field": {"field": "a", "value": 3}}, Phrase("field", "a = 3")),
        ({"set-field": {"field": "a", "now": True}}, Phrase("field", "a = today")),
        ({"create-task": "a"}, Phrase("task", "a")),
        ({"create-task": {"task": "a", "due": "1 day"}}, Phrase("task", "a, due in 1 day")),
    ],
)
def test_an_action_names_what_it_acts_with(action: object, said: Phrase) -> None:
    parsed: Any = TypeAdapter(AnyAction).validate_python(action)
    assert action_phrase(parsed, by_key) == said
    assert said.icon in ICONS


def test_every_action_and_trigger_has_words_of_its_own() -> None:
    assert {row.model for row in ACTIONS.values()} == set(words._ACTIONS)  # noqa: SLF001
    assert {row.model for row in TRIGGERS.values()} == set(words._TRIGGERS)  # noqa: SLF001


def test_what_has_no_words_yet_is_shown_by_its_title() -> None:
    class Fax(SendEmail):
        """An action that came later; it has the word of another here, for want of a row."""

    class Rumour(TagApplied):
        """A trigger that came later."""

    assert action_phrase(Fax(email="a"), by_key) == Phrase("other", "Send email")
    assert trigger_phrase(Rumour(tag="a"), by_key) == Phrase("other", "Tag applied")


def test_a_key_is_spelled_as_a_person_would_write_it() -> None:
    assert spelled("pitch-pro_2") == "Pitch pro 2"
