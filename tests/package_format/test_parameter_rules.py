from __future__ import annotations

import pytest
from pydantic import ValidationError

from package_format.parameter_rules import ParameterRule
from package_format.parameter_values import accept, from_environment
from package_format.parameters import Parameter, Value

VALUES: dict[str, Value | None] = {
    "a": "x", "none": None, "off": False, "one": 1, "two": 2, "may": "2026-05-01",
    "june": "2026-06-01",
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"either": ["none", "a"]}, None),
        ({"either": ["none", "off"]}, "one of none or off is needed"),
        ({"if": "a", "requires": ["one"]}, None),
        ({"if": "none", "requires": ["off"]}, None),
        ({"if": "a", "requires": ["none", "off"]}, "with a, none and off are needed too"),
        ({"if": "a", "excludes": ["none", "off"]}, None),
        ({"if": "a", "excludes": ["one"]}, "a and one cannot be given together"),
        ({"in-order": ["one", "none", "two"]}, None),
        ({"in-order": ["two", "one"]}, "one (1) is less than two (2)"),
        ({"in-order": ["may", "june"]}, None),
        ({"in-order": ["june", "may"]}, "may (2026-05-01) is less than june (2026-06-01)"),
        ({"in-order": ["june", "one"]}, None),
        ({"either": ["none"], "message": "Say where to send it."}, "Say where to send it."),
    ],
)
def test_a_rule_across_parameters(rule: dict[str, object], problem: str | None) -> None:
    assert ParameterRule.model_validate(rule).problem(VALUES) == problem


@pytest.mark.parametrize(
    "rule",
    [{}, {"either": ["a"], "in-order": ["a"]}, {"requires": ["a"]}, {"if": "a", "either": ["b"]}],
)
def test_a_rule_says_one_thing(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"rule has exactly one|go with an if"):
        ParameterRule.model_validate(rule)


def test_rules_are_looked_at_when_each_value_is_good_by_itself() -> None:
    parameters = {name: Parameter.model_validate({"type": "integer"}) for name in ("a", "b")}
    rules = [ParameterRule.model_validate({"if": "a", "requires": ["b"]})]
    assert accept(parameters, {"a": 1}, rules).problems == ("with a, b is needed too",)
    assert accept(parameters, {"a": "x"}, rules).problems == ("a: 'x' is not a whole number",)
    assert not accept(parameters, {"a": 1, "b": 2}, rules).problems


def test_the_environment_gives_parameters() -> None:
    environment = {"CPT_SET_FROM_NAME": "Ada", "CPT_SET_OTHER": "x", "PATH": "/"}
    assert from_environment(["from-name", "sender"], environment) == {"from-name": "Ada"}
