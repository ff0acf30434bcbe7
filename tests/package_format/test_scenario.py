from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from package_format.campaign.triggers import TRIGGERS
from package_format.diagnostics import Diagnostics
from package_format.happenings import SHORT_STEPS, SHORT_WORDS
from package_format.kinds.model import Json, references
from package_format.scenario import (
    STORY_STEPS,
    AdvanceTo,
    Call,
    Expect,
    FieldValue,
    Scenario,
    SetFields,
    Submit,
)
from package_format.source import plain, read_yaml

TEXT = """\
title: A registrant who attends and buys
contact: {first_name: Ada, webinar_date: 2026-03-10}
contacts: {ada: {email: ada@example.com}}
parameters: {company: Harbour}
installed: ^1.4
starts: 2026-03-02T09:00
story:
  - submit: registration
  - expect: {sent: confirmed, in: remind, tagged: [lead]}
  - expect: {sent: {x: 2026-03-02T09:00}, due: {a.b: 2026-03-02T09:00}, posted: shop}
  - advance: 8 days
  - set: {webinar_date: 2026-03-11, premium: 3}
  - apply-tag: attended
  - remove-tag: attended
  - call: {integration: checkout, call: bought}
  - buy: course
  - happens: {tag-applied: attended, values: {first_name: Bo}}
  - upgrade
  - advance-to: 2026-04-01
  - expect: {not-sent: x, not-in: a.b.c, queued: q, achieved: g, done: d, not-tagged: t}
  - buy: {product: course, quantity: 2}
  - expect: {owner: eva@example.com, score: {warmth: 5}, stage: won}
  - expect: {task: {task: call, to: eva@example.com}}
  - expect: {task: call, field: {premium: 3, webinar_date: }}
"""


def data() -> Json:
    node = read_yaml(TEXT, "s.yaml", Diagnostics())
    assert node is not None
    return plain(node)


def step(**written: object) -> dict[str, object]:
    story = [{name.replace("_", "-"): value for name, value in written.items()}]
    return {"title": "x", "starts": "2026-03-02T09:00", "story": story}


def test_every_step_that_there_is_can_be_written() -> None:
    scenario = Scenario.model_validate(data())
    assert {entry.word for entry in scenario.story} == set(STORY_STEPS) - set(SHORT_STEPS)
    assert scenario.starts == dt.datetime(2026, 3, 2, 9)  # noqa: DTZ001 - the contact's own time
    assert scenario.values == {"first_name": "Ada", "webinar_date": "2026-03-10"}


def test_a_word_alone_is_short_for_the_whole() -> None:
    submit, expect = Scenario.model_validate(data()).story[:2]
    assert submit == Submit(form="registration")
    assert expect == Expect(sent=("confirmed",), in_=("remind",), tagged=("lead",))


def test_canonical_data_means_the_same_scenario() -> None:
    scenario = Scenario.model_validate(data())
    assert Scenario.model_validate(scenario.canonical()) == scenario
    assert Scenario.model_validate(scenario.canonical()).canonical() == scenario.canonical()


def test_what_a_scenario_refers_to_can_be_found() -> None:
    found = {(kind, text) for _, kind, text in references(Scenario.model_validate(data()))}
    assert found == {
        ("field", "first_name"),
        ("field", "webinar_date"),
        ("field", "premium"),
        ("field", "email"),
        ("form", "registration"),
        ("score", "warmth"),
        ("stage", "won"),
        ("email", "confirmed"),
        ("email", "x"),
        ("tag", "lead"),
        ("tag", "attended"),
        ("tag", "t"),
        ("product", "course"),
        ("task", "call"),
    }


def test_a_field_may_be_called_values() -> None:
    written = step(set={"values": 3})
    (set_,) = Scenario.model_validate(written).canonical()["story"]
    assert set_ == {"set": {"values": [{"field": "values", "value": 3}]}}


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (step(advance="-1 day"), "time only goes forward"),
        (step(advance="0 days"), "time only goes forward"),
        (step(expect={}), "an expectation expects something"),
        (step(expect={"sent": []}), "at least 1 item"),
        (step(advance_to="2026-03-02T09:00Z"), "leave out the zone"),
        (step(dance="now"), "not a known story-step"),
        (step(set={}), "at least 1 item"),
        (step(set=3), "valid tuple"),
        (step(call="x"), "valid dictionary"),
        ({**step(buy="x"), "story": []}, "at least 1 item"),
    ],
)
def test_what_makes_no_sense_is_refused(written: Json, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Scenario.model_validate(written)


def test_a_short_word_means_its_triggers_event() -> None:
    assert {word: made.trigger for word, made in SHORT_STEPS.items()} == {
        word: trigger for word, trigger in SHORT_WORDS.items() if trigger in TRIGGERS
    }
    for word, made in SHORT_STEPS.items():
        assert made.word == word
        assert set(TRIGGERS[made.trigger].model.model_fields) == set(made.model_fields)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"installed": "^1"}, "has a step upgrade"),
        ({"story": ["upgrade"]}, "says which version is installed"),
        ({"installed": "^1", "story": ["upgrade", "upgrade"]}, "once"),
        ({"installed": "one", "story": ["upgrade"]}, "one"),
        ({"contacts": [{"key": "a", "fields": {}}, {"key": "a", "fields": {}}]}, "same key"),
    ],
)
def test_a_frame_that_makes_no_sense_is_refused(wrong: Json, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Scenario.model_validate({**step(buy="x"), **wrong})


def test_a_step_can_be_made_by_a_program() -> None:
    moment = dt.datetime(2026, 4, 1)  # noqa: DTZ001 - the contact's own time
    assert Call(integration="a", call="b").canonical() == {
        "call": {"integration": "a", "call": "b"}
    }
    assert SetFields(values=(FieldValue(field="x", value=1),)).canonical() == {
        "set": {"values": [{"field": "x", "value": 1}]}
    }
    assert AdvanceTo(moment=moment).canonical() == {"advance-to": {"moment": "2026-04-01T00:00:00"}}
