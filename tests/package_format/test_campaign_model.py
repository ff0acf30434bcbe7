from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from package_format.campaign.actions import ApplyTag, SendEmail, SetField
from package_format.campaign.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FieldCondition,
    Not,
    TagCondition,
)
from package_format.campaign.model import Audience, Campaign, Entry, Goal, Runs, Sequence, Step
from package_format.campaign.timers import UNITS, WEEKDAYS, Duration, Wait, WaitDefaults
from package_format.campaign.triggers import ApiCalled, TagApplied
from package_format.kinds.model import Json

CONDITION: TypeAdapter[object] = TypeAdapter(Condition)


def goal(**more: Json) -> Goal:
    return Goal.model_validate({"when": {"tag-applied": "t"}, **more})


def step(**written: Json) -> Step:
    return Step.model_validate(
        {"key": "one", **{k.replace("_", "-"): v for k, v in written.items()}}
    )


def campaign(**sections: Json) -> Campaign:
    return Campaign.model_validate(
        {"title": "x", "goals": {"g": {"when": {"tag-applied": "t"}}}, **sections}
    )


def test_one_trigger_is_short_for_a_list_of_one() -> None:
    assert goal().when == (TagApplied(tag="t"),)
    assert goal(when=[{"tag-applied": {"tag": "t"}}]) == goal()


def test_a_word_is_short_for_the_whole_row() -> None:
    assert step(send_email="e").action == SendEmail(email="e")
    assert step(send_email="e") == step(send_email={"email": "e"})
    assert step(send_email="e") == step(action={"send-email": {"email": "e"}})


def test_a_trigger_without_a_shorthand_is_written_out() -> None:
    called = goal(when={"api-called": {"integration": "shop", "call": "bought"}})
    assert called.when == (ApiCalled(integration="shop", call="bought"),)
    with pytest.raises(ValidationError):
        goal(when={"api-called": "shop"})
    with pytest.raises(ValidationError):
        goal(when={"api-called": None})


def test_whom_a_goal_hears_follows_from_after_unless_it_says_so() -> None:
    # C2
    assert goal().hears is Audience.ANY_CONTACT
    assert goal(after=["s"]).hears is Audience.IN_CAMPAIGN
    assert goal(after="all").hears is Audience.IN_CAMPAIGN
    assert goal(after=["s"], audience="newcomers").hears is Audience.NEWCOMERS


def test_after_is_one_node_several_or_all() -> None:
    assert goal(after="s").after == ("s",)
    assert goal(after=["s", "d.way"]).after == ("s", "d.way")
    assert goal(after="all").after == "all"


def test_a_sequence_runs_until_a_goal_and_may_be_entered_again_by_default() -> None:
    sequence = Sequence.model_validate({"after": "g", "steps": {"one": {"wait": "1 day"}}})
    assert sequence.runs is Runs.UNTIL_GOAL
    assert sequence.entry is Entry.AGAIN


def test_steps_and_ways_keep_their_order_and_their_keys() -> None:
    made = campaign(
        sequences={"s": {"after": "g", "steps": {"z": {"wait": "1 day"}, "a": {"apply-tag": "t"}}}},
        decisions={"d": {"after": "s", "ways": {"q": {"if": {"tag": "t"}}, "b": "otherwise"}}},
    )
    assert [s.key for s in made.sequences["s"].steps] == ["z", "a"]
    assert [w.key for w in made.decisions["d"].ways] == ["q", "b"]
    assert made.decisions["d"].ways[1].otherwise is True
    assert Campaign.model_validate(made.canonical()) == made


def test_nodes_are_in_the_bytewise_order_of_their_keys() -> None:
    made = campaign(
        sequences={"z": {"after": "g", "steps": {"one": {"wait": "1 day"}}}},
        joins={"a": {"after": ["z"]}},
    )
    assert list(made.nodes) == ["a", "g", "z"]


BOTH = {"if": {"tag": "t"}, "otherwise": True}
STEP = {"after": "g", "steps": {"one": {"wait": "1 day"}}}


@pytest.mark.parametrize(
    ("sections", "problem"),
    [
        ({"goals": {}}, "at least 1 item"),
        ({"sequences": {"g": STEP}}, "two nodes have the key g"),
        ({"sequences": {"s": {**STEP, "after": []}}}, "at least 1 item"),
        ({"sequences": {"s": {**STEP, "steps": {}}}}, "at least 1 item"),
        (
            {"sequences": {"s": {**STEP, "steps": {"one": {}}}}},
            "a step has a wait, an action, or both",
        ),
        (
            {"sequences": {"s": {**STEP, "steps": [{"key": "a", "wait": "1 day"}] * 2}}},
            "two steps have the key a",
        ),
        ({"sequences": {"s": {**STEP, "steps": {"A": {"wait": "1 day"}}}}}, "pattern"),
        (
            {"decisions": {"d": {"after": "g", "ways": {"w": {}}}}},
            "a way is an if, or the word otherwise",
        ),
        (
            {"decisions": {"d": {"after": "g", "ways": {"w": BOTH}}}},
            "a way is an if, or the word otherwise",
        ),
        ({"joins": {"j": {"after": "a.b.c"}}}, "pattern"),
    ],
)  # fmt: skip
def test_a_campaign_that_makes_no_sense_is_refused(sections: Json, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        campaign(**sections)


@pytest.mark.parametrize(
    ("written", "duration"),
    [
        ("2 days", Duration(2, "day")),
        ("1day", Duration(1, "day")),
        (" -1 day ", Duration(-1, "day")),
    ],
)
def test_a_duration_is_a_number_and_a_unit(written: str, duration: Duration) -> None:
    assert Duration.parse(written) == duration


@given(st.builds(Duration, st.integers(-999_999, 999_999), st.sampled_from(UNITS)))
def test_a_duration_is_read_as_it_is_written(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    "text", ["", "2", "days", "two days", "2 dayss", "1.5 days", "1234567 days"]
)
def test_what_is_no_duration_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; one looks like"):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon-fri", WEEKDAYS[:5]),
        ("sat", ("sat",)),
        ("fri-mon", ("fri", "sat", "sun", "mon")),
        ("mon-sun", WEEKDAYS),
        (["sun", "mon"], ("mon", "sun")),
    ],
)
def test_weekdays_are_a_span_a_day_or_a_list(written: Json, days: tuple[str, ...]) -> None:
    wait = Wait.model_validate({"for": "1 day", "weekdays": written})
    assert wait.weekdays is not None
    assert set(wait.weekdays) == set(days)
    assert Wait.model_validate(wait.canonical()) == wait


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({}, "exactly one of for, until and until-field"),
        ({"for": "1 day", "until-field": "f"}, "exactly one of for, until and until-field"),
        ({"for": "-1 day"}, "a delay cannot be negative"),
        ({"for": "1 day", "offset": "1 day"}, "offset goes with until-field"),
        ({"until": "2026-03-10T09:00Z"}, "leave out the zone"),
        ({"for": "1 day", "weekdays": "mon-fry"}, "names no weekdays"),
        ({"for": "1 day", "weekdays": ["someday"]}, "weekdays"),
        ({"for": "1 day", "weekdays": 3}, "weekdays"),
        ({"for": "1 day", "at": "9:00"}, "is not a time of day"),
        ({"for": "1 day", "at": 540}, "is not a time of day"),
    ],
)
def test_a_wait_that_makes_no_sense_is_refused(written: Json, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Wait.model_validate(written)


@pytest.mark.parametrize(
    ("written", "sort"),
    [
        ("2 days", "for"),
        ({"until": "2026-03-10T09:00"}, "until"),
        ({"until-field": "f"}, "until-field"),
    ],
)
def test_a_wait_is_of_one_sort(written: Json, sort: str) -> None:
    assert Wait.model_validate(written).sort == sort


def test_a_wait_takes_from_its_campaign_what_it_does_not_say_itself() -> None:
    defaults = WaitDefaults(at="09:00", weekdays=("mon",))
    assert Wait.model_validate("1 day").with_defaults(defaults).at == "09:00"
    own = Wait.model_validate({"for": "1 day", "at": "10:00", "weekdays": "sat"})
    assert own.with_defaults(defaults) == own


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ({"field": "country", "is": "NO"}, FieldCondition(field="country", is_="NO")),
        ({"field": "x", "is-set": False}, FieldCondition(field="x", is_set=False)),
        ({"tag": "t"}, TagCondition(tag="t")),
        ({"all": [{"tag": "t"}]}, AllOf(all=(TagCondition(tag="t"),))),
        ({"any": [{"tag": "t"}]}, AnyOf(any=(TagCondition(tag="t"),))),
        ({"not": {"tag": "t"}}, Not(not_=TagCondition(tag="t"))),
    ],
)
def test_a_condition_is_known_by_its_first_word(written: Json, condition: object) -> None:
    assert CONDITION.validate_python(written) == condition
    assert CONDITION.validate_python(condition) == condition


@pytest.mark.parametrize(
    "written",
    [{}, "tag", {"colour": "red"}, 3, {"field": "x"}, {"field": "x", "is": 1, "is-not": 2}],
)
def test_what_is_no_condition_is_refused(written: Json) -> None:
    with pytest.raises(ValidationError):
        CONDITION.validate_python(written)


@pytest.mark.parametrize(
    ("written", "operator", "operand"),
    [
        ({"is": True}, "is", True),
        ({"is-not": 3}, "is-not", 3),
        ({"one-of": ["a", "b"]}, "one-of", ("a", "b")),
        ({"contains": "x"}, "contains", "x"),
        ({"is-before": "2026-01-01"}, "is-before", "2026-01-01"),
        ({"at-least": 1.5}, "at-least", 1.5),
        ({"is-set": False}, "is-set", False),
    ],
)
def test_a_comparison_has_one_operator_and_its_operand(
    written: Json, operator: str, operand: object
) -> None:
    condition = FieldCondition.model_validate({"field": "x", **written})
    assert (condition.operator, condition.operand) == (operator, operand)
    assert type(condition.operand) is type(operand)


def test_set_field_has_one_source() -> None:
    assert step(set_field={"field": "x", "now": True}).action == SetField(field="x", now=True)
    for both in ({"field": "x"}, {"field": "x", "value": 1, "now": True}):
        with pytest.raises(ValidationError, match="exactly one of value, from and now"):
            SetField.model_validate(both)


def test_a_row_is_written_under_its_word() -> None:
    assert ApplyTag(tag="t").canonical() == {"apply-tag": {"tag": "t"}}


def test_save_takes_what_the_goal_s_events_have() -> None:
    made = goal(save={"interest": "tag"})
    assert made.canonical()["save"] == [{"field": "interest", "attribute": "tag"}]
    assert Goal.model_validate(made.canonical()) == made
    with pytest.raises(ValidationError, match="have no link; save can take tag"):
        goal(save={"interest": "link"})
    twice = [{"field": "interest", "attribute": "tag"}] * 2
    with pytest.raises(ValidationError, match="cannot both be saved in interest"):
        goal(save=twice)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"field": "x", "from": "y", "now": True}, "exactly one of value, from and now"),
        ({"field": "x", "value": "2026-03-10", "plus": "1 day"}, "write the sum as value"),
        ({"field": "x", "now": True, "plus": "2 hours"}, "days or longer"),
    ],
)
def test_a_field_is_set_from_one_source(written: Json, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        SetField.model_validate(written)


@pytest.mark.parametrize("both", [{}, {"product": "p", "category": "c"}])
def test_a_purchase_is_of_a_product_or_of_a_category(both: Json) -> None:
    with pytest.raises(ValidationError, match="exactly one of product and category"):
        goal(when={"product-purchased": both})
    with pytest.raises(ValidationError, match="exactly one of product and category"):
        CONDITION.validate_python({"bought": both})


def test_a_score_is_compared_once() -> None:
    with pytest.raises(ValidationError, match="exactly one of at-least"):
        CONDITION.validate_python({"score": "s", "at-least": 1, "at-most": 2})


def test_an_anniversary_is_of_a_field() -> None:
    assert Wait.model_validate({"until-field": "birthday", "every": "year"}).every == "year"
    with pytest.raises(ValidationError, match="every goes with until-field"):
        Wait.model_validate({"for": "1 day", "every": "year"})
