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
