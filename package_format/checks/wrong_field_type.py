"""The rule that a field is compared with, and set to, what it can hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from package_format.campaign.conditions import FieldCondition
from package_format.checks.conditions import comparisons, given_values, known_field
from package_format.checks.rule import Finding, Rule, Subject
from package_format.contact_fields import FieldType
from package_format.diagnostics import Severity

_NUMBERS = ("at-least", "more-than", "at-most", "less-than")
_DATES = ("is-before", "is-after")
_TRUTHS = ("true", "false", "yes", "no")


def _find(subject: Subject) -> Iterator[Finding]:
    for address, path, condition in comparisons(subject):
        known = known_field(subject, condition.field)
        problem = _against_comparison(condition, known.type) if known else None
        if problem is not None:
            span = subject.span(address, (*path, condition.operator))
            yield Finding(problem[0], span, problem[1])
    for given in given_values(subject):
        known = known_field(subject, given.field)
        if known is not None and not _fits(given.value, known.type):
            yield Finding(
                f"{given.field} holds a {known.type}, and {given.value!s} is none",
                subject.span(given.address, given.path),
                _HELP.get(known.type),
            )
    yield from _timers(subject)


_HELP = {
    FieldType.DATE: "a date looks like 2026-03-10",
    FieldType.NUMBER: "a number stands without quotes, such as 49.90",
    FieldType.BOOLEAN: "write true or false",
}


def _against_comparison(
    condition: FieldCondition, type_: FieldType
) -> tuple[str, str | None] | None:
    """Say what is wrong with comparing a field of a type so."""
    word = condition.operator
    if word in _NUMBERS and type_ is not FieldType.NUMBER:
        dated = "; dates are compared with is-before and is-after"
        return (
            f"{condition.field} holds a {type_}, and {word} compares numbers",
            f"let the field have type: number{dated if type_ is FieldType.DATE else ''}",
        )
    if word in _DATES:
        if type_ is not FieldType.DATE:
            return (
                f"{condition.field} holds a {type_}, and {word} compares dates",
                "let the field have type: date",
            )
        if not _is_date(condition.operand):
            return f"{condition.operand!s} is not a date", _HELP[FieldType.DATE]
    if word == "contains" and type_ in (FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN):
        return f"{condition.field} holds a {type_}, and contains looks into texts", None
    return None


def _fits(value: object, type_: FieldType) -> bool:
    """Whether a field of a type can hold a value; templates are not known yet."""
    if "[[" in str(value):
        return True
    match type_:
        case FieldType.NUMBER:
            return _is_number(value)
        case FieldType.DATE:
            return _is_date(value)
        case FieldType.BOOLEAN:
            return isinstance(value, bool) or str(value).casefold() in _TRUTHS
        case _:
            return True


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _is_date(value: object) -> bool:
    if value == "today":
        return True
    try:
        dt.date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return False
    return True


def _timers(subject: Subject) -> Iterator[Finding]:
    for address, campaign in subject.campaigns:
        for key, sequence in campaign.sequences.items():
            for index, step in enumerate(sequence.steps):
                field = getattr(step.wait, "until_field", None)
                known = known_field(subject, field) if field else None
                if known is not None and known.type is not FieldType.DATE:
                    path = ("sequences", key, "steps", index, "wait", "until-field")
                    yield Finding(
                        f"{field} holds a {known.type}, and a timer can only wait for a date",
                        subject.span(address, path),
                        "let the field have type: date",
                    )


RULE = Rule(
    "wrong-field-type",
    Severity.ERROR,
    "a field is used as what it is not",
    """\
A field holds what its type says: a text, a number, a date, a choice, true or false. `at-least` and
its like compare numbers, `is-before` and `is-after` compare dates, and a timer can wait only for a
date. A condition that compares a field with something that it can never hold never holds; a step
cannot set it to that.""",
    _find,
)
