"""Every row of the tables of the language: kinds, triggers and actions, told by an example each."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from package_format.campaign.actions import ACTIONS, ActionKind
from package_format.campaign.conditions import _SUBJECTS, Condition
from package_format.campaign.triggers import TRIGGERS, TriggerKind
from package_format.kinds.model import Model, marked, references, replaced
from package_format.kinds.table import KINDS, Kind
from package_format.picture.words import action_phrase, by_key, condition_text, trigger_phrase

RESOURCES: dict[str, dict[str, Any]] = {
    "tag": {"name": "A", "category": "C"},
    "field": {"name": "a", "title": "A", "type": "choice", "choices": ["x", "y"]},
    "product": {
        "name": "A", "price": "5.00", "currency": "EUR", "category": "C",
        "plan": {"every": "1 month", "payments": 12, "trial": "14 days"},
    },
    "stage": {"name": "Won", "pipeline": "Sales", "ends": "won"},
    "role": {"title": "Coach", "people": [{"user": "[[ parameters.coach ]]"}]},
    "link": {"title": "Course", "url": "[[ parameters.site ]]/course"},
    "email": {"subject": "S", "from": "f", "body": "b"},
    "letter": {"title": "T", "body": "<p>{{ contact.first_name }}</p>"},
    "fax": {"title": "T", "body": "b"},
    "phone-script": {"title": "T", "body": "b"},
    "note": {"title": "T", "text": "Likes {{ contact.interest }}"},
    "form": {"title": "T", "fields": [{"field": "email"}]},
    "internal-form": {"title": "T", "fields": [{"field": "my"}], "button": "Go"},
    "page": {"title": "T", "form": "f", "body": "<h1>Hi</h1>"},
    "appointment": {"title": "T", "length": "30 minutes", "location": "Here"},
    "task": {"title": "T"},
    "fulfilment-list": {"name": "N", "fields": ["first_name", "size"]},
    "endpoint": {"title": "T", "url": "https://x.example/a", "secret": "s", "fields": ["size"]},
    "score": {
        "name": "N", "decay": {"by": 5, "every": "1 month"},
        "rules": [
            {"when": [{"tag-applied": {"tag": "t"}}, {"link-clicked": {"link": "l"}}], "add": 10},
        ],
    },
    "campaign": {
        "title": "T",
        "goals": {
            "g": {
                "when": [{"link-clicked": {"link": "l", "in": ["s"]}}],
                "save": [{"field": "interest", "attribute": "link"}],
            }
        },
    },
}  # fmt: skip

ACTION_DATA: dict[str, dict[str, Any]] = {
    "send-email": {"email": "a"},
    "send-letter": {"letter": "a"},
    "send-fax": {"fax": "a"},
    "phone-call": {"script": "a", "to": {"role": "coach"}, "due": "1 day"},
    "apply-tag": {"tag": "a"},
    "remove-tag": {"tag": "a"},
    "add-note": {"note": "a"},
    "create-task": {"task": "a", "to": {"role": "coach"}, "due": "1 day"},
    "complete-task": {"task": "a"},
    "assign-owner": {"role": "coach"},
    "create-opportunity": {"stage": "a"},
    "move-opportunity": {"stage": "a"},
    "add-to-fulfilment-list": {"list": "a"},
    "set-field": {"field": "a", "from": "b", "plus": "1 year"},
    "http-post": {"endpoint": "a"},
}

TRIGGER_DATA: dict[str, dict[str, Any]] = {
    "tag-applied": {"tag": "a"},
    "tag-removed": {"tag": "a"},
    "note-applied": {"note": "a"},
    "internal-form-submitted": {"form": "a"},
    "task-completed": {"task": "a"},
    "opportunity-moved": {"stage": "a", "from": "b"},
    "web-form-submitted": {"form": "a"},
    "landing-page-submitted": {"page": "a"},
    "link-clicked": {"link": "a", "in": ["s", "t"]},
    "lead-score-reached": {"score": "a", "at-least": 50},
    "product-purchased": {"category": "Courses", "at-least": 2},
    "social-form-submitted": {"form": "Win a day"},
    "lead-card-submitted": {"card": "spring-ad"},
    "field-changed": {"field": "a"},
    "api-called": {"integration": "i", "call": "c"},
    "email-opened": {"email": "a"},
    "email-bounced": {"email": "a"},
    "opted-out": {"channel": "fax"},
    "purchase-failed": {"product": "a"},
    "subscription-ended": {"product": "a"},
    "appointment-booked": {"appointment": "a"},
    "appointment-cancelled": {"appointment": "a"},
}

CONDITION_DATA: dict[str, dict[str, Any]] = {
    "field": {"field": "a", "is": 1},
    "tag": {"tag": "a"},
    "bought": {"bought": {"category": "Courses", "at-least": 2}},
    "stage": {"stage": "a"},
    "score": {"score": "a", "at-least": 5},
    "owner": {"owner": {"role": "a"}},
    "consent": {"consent": "fax"},
    "in-campaign": {"in-campaign": "a"},
    "all": {"all": [{"tag": "a"}, {"stage": "b"}]},
    "any": {"any": [{"tag": "a"}]},
    "not": {"not": {"in-campaign": "a"}},
}
CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


def verify(model: type[Model], read: Model, data: Any) -> None:  # noqa: ANN401  any JSON
    """Verify what holds for every model of the language."""
    assert read.canonical() == data
    assert type(read).model_validate(json.loads(json.dumps(data))) == read
    changed = data
    for path, _, text in references(read):
        value = data
        for part in path:
            value = value[part]
        assert value == text
        changed = replaced(changed, path, f"{text}-new")
    assert [text for _, _, text in references(model.model_validate(changed))] == [
        f"{text}-new" for _, _, text in references(read)
    ]


def documented(model: type[Model]) -> None:
    """Verify that a model says what it is, and no field that it does not have."""
    said = inspect.getdoc(model) or ""
    assert model.__doc__, f"{model.__name__} has no docstring"
    assert said.splitlines()[0].endswith((".", ":", ")")) or len(said.splitlines()) > 1
    _, _, attributes = said.partition("Attributes:\n")
    named = set(re.findall(r"^    (\w+):", attributes, re.MULTILINE))
    assert named <= set(model.model_fields)
    if len(model.model_fields) > 1:
        assert named == set(model.model_fields), f"{model.__name__} leaves fields out"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_has_a_form_that_is_read_as_it_is_written(kind: Kind) -> None:
    data = RESOURCES[kind.name]
    verify(kind.model, kind.model.model_validate(data), data)


@pytest.mark.parametrize("row", ACTIONS.values(), ids=list(ACTIONS))
def test_every_action_is_read_as_it_is_written_and_named_in_pictures(row: ActionKind) -> None:
    word = row.model.word
    read = row.model.model_validate({word: ACTION_DATA[word]})
    verify(row.model, read, {word: ACTION_DATA[word]})
    assert action_phrase(read, by_key).text
    if row.model.shorthand is not None:
        short = row.model.model_validate({word: "a"})
        assert short.canonical() == {word: {row.model.shorthand: "a"}}


@pytest.mark.parametrize("row", TRIGGERS.values(), ids=list(TRIGGERS))
def test_every_trigger_is_read_as_it_is_written_and_named_in_pictures(row: TriggerKind) -> None:
    word = row.model.word
    read = row.model.model_validate({word: TRIGGER_DATA[word]})
    verify(row.model, read, {word: TRIGGER_DATA[word]})
    assert trigger_phrase(read, by_key).text
    assert set(read.narrowing) <= set(TRIGGER_DATA[word])


@pytest.mark.parametrize("row", TRIGGERS.values(), ids=list(TRIGGERS))
def test_what_narrows_a_trigger_can_be_saved_if_it_says_something(row: TriggerKind) -> None:
    names = {info.alias for info in row.model.model_fields.values()}
    assert names - set(row.saves) <= {"in", "at-least"}
    assert row.saves


@pytest.mark.parametrize("word", _SUBJECTS)
def test_every_condition_is_read_as_it_is_written_and_said_in_pictures(word: str) -> None:
    read = CONDITION.validate_python(CONDITION_DATA[word])
    verify(type(read), read, CONDITION_DATA[word])
    assert CONDITION.validate_python(read) == read
    assert condition_text(read, by_key)


@pytest.mark.parametrize(
    "model",
    [
        *(kind.model for kind in KINDS.values()),
        *(action.model for action in ACTIONS.values()),
        *(trigger.model for trigger in TRIGGERS.values()),
    ],
    ids=lambda model: model.__name__,
)
def test_every_row_is_documented(model: type[Model]) -> None:
    documented(model)


@pytest.mark.parametrize("entity", ["opportunity", "order", "company"])
def test_a_field_is_for_contacts_only(entity: str) -> None:
    field = {"name": "a", "title": "A", "entity": entity}
    with pytest.raises(ValidationError, match=f"for contacts only: a field of {entity}"):
        KINDS["field"].model.model_validate(field)
    said = KINDS["field"].model.model_validate({**field, "entity": "contact"})
    assert said.canonical() == {"name": "a", "title": "A"}


@pytest.mark.parametrize(
    ("kind", "change", "problem"),
    [
        ("endpoint", {"url": "ftp://x.example"}, "pattern"),
        ("link", {"url": "course"}, "pattern"),
        ("score", {"rules": [{"when": {"tag-applied": "t"}, "add": 0}]}, "does nothing"),
        ("score", {"rules": [{"when": {"lead-score-reached": {}}, "add": 1}]}, "known trigger"),
        (
            "score",
            {"rules": [{"when": {"link-clicked": {"link": "l", "in": "s"}}, "add": 1}]},
            "a score is in none",
        ),
        ("score", {"decay": {"by": 1, "every": "2 hours"}}, "days or longer"),
        ("product", {"plan": {"every": "0 days"}}, "days or longer"),
        ("product", {"plan": {"every": "1 month", "trial": "1 hour"}}, "days or longer"),
        ("role", {"people": []}, "at least 1"),
    ],
)
def test_what_makes_no_sense_is_refused(kind: str, change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        KINDS[kind].model.model_validate({**RESOURCES[kind], **change})


def test_an_address_that_a_parameter_fills_in_is_let_through() -> None:
    for url in ("[[ parameters.hook ]]", "https://[[ parameters.host ]]/a", "http://x/[[ p ]]"):
        KINDS["endpoint"].model.model_validate({"title": "T", "url": url})


def test_a_role_is_one_person_or_several_and_counts_each_once() -> None:
    role: Any = KINDS["role"].model.model_validate({"title": "T", "people": "bo@x.no"})
    assert role.users == ("bo@x.no",)
    several = {"title": "T", "people": ["bo@x.no", {}, "cy@x.no", {"user": "bo@x.no"}]}
    role = KINDS["role"].model.model_validate(several)
    assert role.users == ("bo@x.no", "cy@x.no")
    assert {m.value for m in marked(role)} >= {"bo@x.no", "cy@x.no"}
