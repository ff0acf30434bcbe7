"""Conditions: typed comparison, and what a missing value meets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from whenever import Date

from account_engine.catalogue import Catalogue
from account_engine.contacts import Contact, Points, Value
from account_engine.language.conditions import holds, is_equal
from package_format.campaign.conditions import Condition
from package_format.contact_fields import Channel

TODAY = Date(2026, 3, 2)
READ: TypeAdapter[Any] = TypeAdapter(Condition)


def met(condition: dict[str, Any], *tags: str, **values: Value) -> bool:
    return holds(READ.validate_python(condition), Contact(1, values, frozenset(tags)), TODAY)


@pytest.mark.parametrize(
    ("value", "operator", "operand", "expected"),
    [
        # texts, without regard to case, outer space and Unicode's spelling
        ("Norway", "is", "norway", True),
        (" Norway ", "is", "Norway", True),
        ("Straße", "is", "STRASSE", True),
        ("Zoe\u0308", "is", "zo\u00eb", True),
        ("Norway", "is", "Sweden", False),
        ("Norway", "is-not", "sweden", True),
        ("Norway", "is-not", "NORWAY", False),
        ("Norway", "one-of", ["Sweden", "norway"], True),
        ("Norway", "one-of", ["Sweden"], False),
        ("Ada Lovelace", "contains", "LOVE", True),
        ("Ada", "contains", "love", False),
        ("10", "is", 10, True),
        # numbers
        (10, "is", 10.0, True),
        (10, "is", "10", True),
        (10, "is", "ten", False),
        (10, "is", True, False),
        (10, "at-least", 10, True),
        (9.5, "at-least", 10, False),
        (10, "more-than", 10, False),
        (10.5, "more-than", 10, True),
        (10, "at-most", 10, True),
        (11, "at-most", 10, False),
        (9, "less-than", 10, True),
        (10, "less-than", 10, False),
        ("9", "less-than", 10, True),
        ("many", "at-least", 1, False),
        (True, "at-least", 1, False),
        # booleans
        (True, "is", True, True),
        (True, "is", "yes", True),
        (False, "is", "false", True),
        (True, "is", False, False),
        (True, "is", 1, False),
        # dates
        ("2026-03-01", "is-before", "2026-03-02", True),
        ("2026-03-02", "is-before", "2026-03-02", False),
        ("2026-03-03", "is-after", "2026-03-02", True),
        ("2026-03-01", "is-after", "2026-03-02", False),
        ("2026-03-01", "is-before", "today", True),
        ("2026-03-03", "is-after", "today", True),
        ("2026-03-02", "is", "today", True),
        ("2026-03-03", "is", "today", False),
        ("today", "is", "today", True),
        ("soon", "is-before", "2026-03-02", False),
        ("2026-03-01", "is-before", "soon", False),
        (20260301, "is-before", "2026-03-02", False),
    ],
)
def test_a_value_is_compared_by_what_it_is(
    value: Value, operator: str, operand: object, *, expected: bool
) -> None:
    assert met({"field": "x", operator: operand}, x=value) is expected


@pytest.mark.parametrize("values", [{}, {"x": ""}, {"x": "  "}])
@pytest.mark.parametrize(
    ("operator", "operand"),
    [
        ("is", "a"),
        ("one-of", ["a"]),
        ("contains", "a"),
        ("is-before", "today"),
        ("is-after", "today"),
        ("at-least", 0),
        ("more-than", 0),
        ("at-most", 0),
        ("less-than", 0),
        ("is-set", True),
    ],
)
def test_a_missing_value_meets_nothing(
    values: dict[str, Value], operator: str, operand: object
) -> None:
    assert not met({"field": "x", operator: operand}, **values)


def test_except_that_it_is_not_set_and_is_not_anything() -> None:
    assert met({"field": "x", "is-not": "a"})
    assert met({"field": "x", "is-set": False})
    assert not met({"field": "x", "is-set": False}, x=0)
    assert met({"field": "x", "is-set": True}, x=False)


def test_tags_and_all_and_any_and_not() -> None:
    vip, new = {"tag": "vip"}, {"tag": "new"}
    assert met(vip, "vip")
    assert not met(vip)
    assert met({"all": [vip, new]}, "vip", "new")
    assert not met({"all": [vip, new]}, "vip")
    assert met({"any": [vip, new]}, "new")
    assert not met({"any": [vip, new]})
    assert met({"not": vip})
    assert not met({"not": vip}, "vip")
    assert met({"all": []})
    assert not met({"any": []})


@given(st.text())
def test_a_text_is_itself_in_any_case(text: str) -> None:
    assert is_equal(text, text)
    assert is_equal(text, f" {text} ")


@given(st.integers() | st.floats(allow_nan=False))
def test_a_number_is_its_own_text(number: float) -> None:
    assert is_equal(number, number)


@given(
    st.one_of(st.text(), st.integers(), st.booleans(), st.dates().map(str)),
    st.sampled_from(["is-before", "is-after", "at-least", "less-than", "contains"]),
    st.sampled_from(["2026-03-02", "today", "7"]),
)
def test_no_value_is_too_strange_to_compare(value: Value, operator: str, operand: str) -> None:
    number = operator in ("at-least", "less-than")
    assert met({"field": "x", operator: 7 if number else operand}, x=value) in (True, False)


KNOWN = Contact(
    1,
    refused=frozenset({Channel.FAX}),
    owner="bo@x.no",
    purchases={"pro": 2, "basic": 1, "mug": 5},
    opportunities=("won", "new"),
    scores={"heat": Points(20, 0)},
)
SHOP = Catalogue(categories={"pro": "Courses", "basic": "courses"}, roles={"coach": ("bo@x.no",)})


@pytest.mark.parametrize(
    ("written", "holds_for_ada"),
    [
        ({"bought": "pro"}, True),
        ({"bought": "cap"}, False),
        ({"bought": {"product": "pro", "at-least": 3}}, False),
        ({"bought": {"category": "COURSES", "at-least": 3}}, True),
        ({"bought": {"category": "courses", "at-least": 4}}, False),
        ({"stage": "new"}, True),
        ({"stage": "lost"}, False),
        ({"score": "heat", "at-least": 20}, True),
        ({"score": "heat", "more-than": 20}, False),
        ({"score": "heat", "at-most": 20}, True),
        ({"score": "heat", "less-than": 20}, False),
        ({"score": "other", "less-than": 1}, True),
        ({"owner": "somebody"}, True),
        ({"owner": "nobody"}, False),
        ({"owner": {"role": "coach"}}, True),
        ({"owner": {"role": "seller"}}, False),
        ({"consent": "email"}, True),
        ({"consent": "fax"}, False),
        ({"in-campaign": "#1"}, True),
        ({"in-campaign": "#2"}, False),
        ({"all": [{"bought": "pro"}, {"not": {"in-campaign": "#2"}}]}, True),
        ({"any": [{"stage": "lost"}, {"in-campaign": "#1"}]}, True),
    ],
)
def test_a_condition_asks_for_what_an_account_knows(
    written: dict[str, object], *, holds_for_ada: bool
) -> None:
    condition = READ.validate_python(written)
    found = holds(condition, KNOWN, TODAY, standing={"#1"}, catalogue=SHOP)
    assert found is holds_for_ada


@pytest.mark.parametrize("written", [{"owner": {"role": "coach"}}, {"owner": "somebody"}])
def test_a_contact_of_nobody_has_no_owner(written: dict[str, object]) -> None:
    condition = READ.validate_python(written)
    assert not holds(condition, Contact(1), TODAY, catalogue=SHOP)
