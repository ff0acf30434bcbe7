from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from package_format.kinds.model import Json
from package_format.parameter_values import accept
from package_format.parameters import Parameter, ParameterType


def parameter(type_: str, **more: object) -> Parameter:
    return Parameter.model_validate({"type": type_, **more})


@pytest.mark.parametrize(
    ("type_", "given_", "value"),
    [
        ("string", "Acme", "Acme"),
        ("text", "a\nb", "a\nb"),
        ("integer", "12", 12),
        ("integer", 12, 12),
        ("integer", " -3 ", -3),
        ("number", "1.5", 1.5),
        ("number", "2", 2),
        ("number", 2.5, 2.5),
        ("boolean", "yes", True),
        ("boolean", "False", False),
        ("boolean", True, True),
        ("email", " ada@example.com ", "ada@example.com"),
        ("url", "https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("date", "2026-03-10", "2026-03-10"),
        ("duration", "2 days", "2 days"),
        ("duration", "1 days", "1 day"),
        ("user", "coach", "coach"),
        ("secret", "s3cret", "s3cret"),
    ],
)
def test_a_value_is_converted_to_its_type(type_: str, given_: object, value: object) -> None:
    accepted = accept({"x": parameter(type_)}, {"x": given_})
    assert accepted.problems == ()
    assert accepted.values == accepted.given == {"x": value}
    assert type(accepted.values["x"]) is type(value)


@pytest.mark.parametrize(
    ("type_", "given_", "problem"),
    [
        ("string", "a\nb", "x: the value has several lines, and only one is allowed"),
        ("string", " ", "x: a text is needed"),
        ("string", "", "x: the value is empty"),
        ("string", 3, "x: a text is needed"),
        ("text", "a" * 10_001, "x: the value is longer than 10000 characters"),
        ("integer", "1.5", "x: '1.5' is not a whole number"),
        ("integer", True, "x: True is not a whole number"),
        ("integer", "9" * 30, f"x: '{'9' * 30}' is not a whole number"),
        ("number", "many", "x: 'many' is not a number"),
        ("number", "inf", "x: 'inf' is not a number"),
        ("number", None, "x: None is not a number"),
        ("boolean", "maybe", "x: 'maybe' is neither true nor false"),
        ("email", "ada", "x: 'ada' is not an email address; one looks like ada@example.com"),
        (
            "email",
            "a@b@c.d",
            "x: 'a@b@c.d' is not an email address; one looks like ada@example.com",
        ),
        (
            "url",
            "javascript:alert(1)",
            "x: 'javascript:alert(1)' is not a web address; one looks like https://example.com/page",
        ),
        ("date", "10.3.2026", "x: '10.3.2026' is not a date; one looks like 2026-03-10"),
        ("date", "2026-02-30", "x: '2026-02-30' is not a date; one looks like 2026-03-10"),
        ("date", "20260310", "x: '20260310' is not a date; one looks like 2026-03-10"),
        ("duration", "soon", "x: 'soon' is not a duration; one looks like 2 days or 90 minutes"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_a_sentence(
    type_: str, given_: object, problem: str
) -> None:
    accepted = accept({"x": parameter(type_)}, {"x": given_})
    assert accepted.problems == (problem,)
    assert accepted.given == {}


def test_a_problem_names_the_parameter_by_its_title() -> None:
    sender = parameter("email", title="From address")
    assert (
        accept({"sender": sender}, {"sender": "x"}).problems[0].startswith("sender (From address)")
    )


def test_a_choice_is_one_of_the_choices() -> None:
    tone = parameter("choice", choices=["formal", "friendly"])
    assert accept({"tone": tone}, {"tone": "formal"}).problems == ()
    assert accept({"tone": tone}, {"tone": "freindly"}).problems == (
        "tone: 'freindly' is not one of the choices; did you mean friendly?",
    )
    assert accept({"tone": tone}, {"tone": "x"}).problems == (
        "tone: 'x' is not one of the choices: formal, friendly",
    )


def test_a_pattern_matches_the_whole_value() -> None:
    code = parameter("string", pattern="[A-Z]+|x")
    assert accept({"code": code}, {"code": "ABC"}).problems == ()
    assert accept({"code": code}, {"code": "ABCd"}).problems == (
        "code: 'ABCd' does not have the form [A-Z]+|x",
    )


def test_no_value_makes_a_pattern_slow() -> None:
    code = parameter("text", pattern="(a+)+b")
    assert accept({"code": code}, {"code": "a" * 10_000}).problems != ()


@pytest.mark.parametrize(
    ("type_", "least", "most", "below", "above"),
    [
        ("integer", 1, 5, "0", "6"),
        ("number", 0.5, 1.5, "0.4", "1.6"),
        ("date", "2026-01-01", "2026-12-31", "2025-12-31", "2027-01-01"),
    ],
)
def test_a_value_lies_within_its_bounds(
    type_: str, least: Json, most: Json, below: str, above: str
) -> None:
    bounded = {"x": parameter(type_, minimum=least, maximum=most)}
    assert accept(bounded, {"x": least}).problems == ()
    assert accept(bounded, {"x": most}).problems == ()
    assert f"at least {least}" in accept(bounded, {"x": below}).problems[0]
    assert f"at most {most}" in accept(bounded, {"x": above}).problems[0]


def test_a_required_parameter_must_be_given() -> None:
    sender = parameter("email", title="From address", required=True)
    assert accept({"sender": sender}, {}).problems == (
        "sender (From address) is needed, and no value was given",
    )


def test_what_was_not_given_has_its_default_and_is_not_recorded_as_given() -> None:
    parameters = {"brand": parameter("string", default="Acme"), "hook": parameter("url")}
    accepted = accept(parameters, {})
    assert accepted.values == {"brand": "Acme", "hook": None}
    assert accepted.given == {}
    assert accepted.problems == ()


def test_an_unknown_name_is_refused_with_the_one_that_was_meant() -> None:
    brand = {"brand": parameter("string")}
    assert accept(brand, {"brnad": "x"}).problems == (
        "there is no parameter brnad; did you mean brand?",
    )
    assert accept(brand, {"x": "x"}).problems == ("there is no parameter x; there are brand",)
    assert accept({}, {"x": "x"}).problems == ("there is no parameter x; this package has none",)


def test_all_problems_are_found_at_once() -> None:
    parameters = {"a": parameter("integer"), "b": parameter("date", required=True)}
    assert len(accept(parameters, {"a": "x", "c": "y"}).problems) == 3


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"type": "choice"}, "a parameter of type choice, and no other, lists its choices"),
        ({"type": "string", "choices": ["a"]}, "a parameter of type choice, and no other"),
        ({"type": "choice", "choices": ["a", "a"]}, "the same choice is listed twice"),
        ({"type": "integer", "pattern": "x"}, "only a string or a text has a pattern"),
        ({"type": "string", "pattern": "("}, "the pattern ( is not a regular expression"),
        ({"type": "string", "minimum": 1}, "only an integer, a number or a date"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "the minimum is greater"),
        ({"type": "integer", "minimum": "x"}, "'x' is not a whole number"),
        ({"type": "integer", "default": "x"}, "the default cannot be used: 'x' is not"),
        ({"type": "integer", "minimum": 2, "default": 1}, "1 is not allowed"),
        (
            {"type": "string", "required": True, "default": "x"},
            "a required parameter has no default",
        ),
        ({"type": "secret", "default": "x"}, "a secret has no default"),
    ],
)
def test_what_a_manifest_says_of_a_parameter_agrees_with_itself(
    more: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValidationError, match="1 validation error") as caught:
        Parameter.model_validate(more)
    assert problem in caught.value.errors()[0]["msg"]


@given(st.sampled_from(ParameterType), st.text() | st.integers() | st.floats() | st.none())
def test_a_value_is_either_refused_or_read_the_same_way_again(
    type_: ParameterType, value: object
) -> None:
    choices = ("a", "b") if type_ is ParameterType.CHOICE else ()
    parameters = {"x": Parameter(type=type_, choices=choices)}
    accepted = accept(parameters, {"x": value})
    if not accepted.problems:
        assert accept(parameters, accepted.given) == accepted


@given(st.text(min_size=3).filter(lambda text: len(text.strip()) > 2))
def test_a_secret_is_never_shown(secret: str) -> None:
    refused = accept({"x": parameter("secret")}, {"x": f"{secret}\n{secret}"})
    assert len(refused.problems) == 1
    assert refused.problems == ("x: the value has several lines, and only one is allowed",)
