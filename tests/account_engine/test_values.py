"""What a contact's field may hold."""

from __future__ import annotations

import pytest

from account_engine.contacts import Value
from account_engine.errors import InvalidDataError
from account_engine.values import read_value
from package_format.contact_fields import FieldType


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (FieldType.TEXT, "Ada ", "Ada "),
        (FieldType.TEXT, 7, "7"),
        (FieldType.NUMBER, "12", 12),
        (FieldType.NUMBER, " -3 ", -3),
        (FieldType.NUMBER, "1.5", 1.5),
        (FieldType.NUMBER, 2.5, 2.5),
        (FieldType.DATE, "2026-03-10", "2026-03-10"),
        (FieldType.BOOLEAN, "Yes", True),
        (FieldType.BOOLEAN, False, False),
        (FieldType.CHOICE, "pro", "pro"),
    ],
)
def test_a_value_is_read_as_its_field_holds_it(
    kind: FieldType, given: Value, expected: Value
) -> None:
    assert read_value(given, kind, ("pro", "basic")) == expected


@pytest.mark.parametrize("kind", list(FieldType))
def test_an_empty_text_clears_any_field(kind: FieldType) -> None:
    assert read_value("  ", kind, ("pro",)) is None


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (FieldType.NUMBER, "many", "holds a number, not 'many'"),
        (FieldType.NUMBER, "nan", "holds a number"),
        (FieldType.NUMBER, float("inf"), "holds a number"),
        (FieldType.NUMBER, True, "holds a number"),
        (FieldType.DATE, "10.3.2026", "holds a date such as 2026-03-10"),
        (FieldType.DATE, "2026-02-30", "holds a date"),
        (FieldType.BOOLEAN, "perhaps", "holds true or false"),
        (FieldType.CHOICE, "gold", "holds one of pro, basic, not 'gold'"),
    ],
)
def test_what_a_field_does_not_hold_is_refused(kind: FieldType, given: Value, message: str) -> None:
    with pytest.raises(InvalidDataError, match=message):
        read_value(given, kind, ("pro", "basic"), name="interest")


@pytest.mark.parametrize("kind", list(FieldType))
def test_a_value_has_a_length_that_a_message_can_hold(kind: FieldType) -> None:
    with pytest.raises(InvalidDataError, match="the field holds up to 20,000 characters"):
        read_value("&" * 20_001, kind)


def test_a_text_may_be_as_long_as_that() -> None:
    assert read_value("&" * 20_000, FieldType.TEXT) == "&" * 20_000


@pytest.mark.parametrize("given", [10**400, -(10**400), 2e15, "2e15", "9" * 300, float("inf")])
def test_a_number_is_no_larger_than_whole_numbers_are_exact(given: str | float) -> None:
    with pytest.raises(InvalidDataError, match=r"holds a number"):
        read_value(given, FieldType.NUMBER)


def test_what_is_refused_is_not_repeated_at_length() -> None:
    with pytest.raises(InvalidDataError) as refused:
        read_value("x" * 20_000, FieldType.DATE)
    assert len(str(refused.value)) < 150
