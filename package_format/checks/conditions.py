"""Conditions of a package where they stand, and what is known of the fields they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from package_format.campaign.actions import SetField
from package_format.campaign.conditions import AllOf, AnyOf, Condition, FieldCondition, Not
from package_format.checks.resolving import Outcome, resolve
from package_format.checks.rule import Subject, once
from package_format.contact_fields import BUILT_IN, FieldType
from package_format.kinds.contact_field import ContactField
from package_format.kinds.model import Path
from package_format.references import Address

if TYPE_CHECKING:
    from package_format.scenario import Scenario


@dataclass(frozen=True)
class Placed:
    """A condition, and where it stands."""

    address: Address
    path: Path
    condition: Condition


class Given(NamedTuple):
    """A value that is given to a field, or compared with it.

    Attributes:
        address: Of the resource or scenario in which it stands.
        path: Where in that.
        field: The reference to the field.
        value: The value.
    """

    address: Address
    path: Path
    field: str
    value: object


@dataclass(frozen=True)
class Known:
    """What is known of a field."""

    type: FieldType
    choices: tuple[str, ...] = ()


def known_field(subject: Subject, text: str) -> Known | None:
    """Return what is known of a field; None if it cannot be found."""
    known = _known(subject)[0]
    if text not in known:
        known[text] = _known_field(subject, text)
    return known[text]


@once
def _known(
    subject: Subject,  # noqa: ARG001  each has its own
) -> Iterator[dict[str, Known | None]]:
    """What is known of the fields that were asked for, as many are asked for again."""
    yield {}


def _known_field(subject: Subject, text: str) -> Known | None:
    if text in BUILT_IN:
        return Known(BUILT_IN[text])
    outcome, package = resolve(subject, "field", text)
    if outcome is not Outcome.FOUND or package is None:
        return None
    resource = package.resources.get(Address("", "field", text.rpartition(":")[2]))
    if resource is None or not isinstance(resource.model, ContactField):
        return None
    return Known(resource.model.type, resource.model.choices)


def conditions(subject: Subject) -> Iterator[Placed]:
    """Yield the outermost conditions of every campaign."""
    for address, campaign in subject.campaigns:
        for key, goal in campaign.goals.items():
            if goal.if_ is not None:
                yield Placed(address, ("goals", key, "if"), goal.if_)
        for key, sequence in campaign.sequences.items():
            for index, step in enumerate(sequence.steps):
                if step.if_ is not None:
                    yield Placed(address, ("sequences", key, "steps", index, "if"), step.if_)
        for key, decision in campaign.decisions.items():
            for index, way in enumerate(decision.ways):
                if way.if_ is not None:
                    yield Placed(address, ("decisions", key, "ways", index, "if"), way.if_)


@once
def comparisons(subject: Subject) -> Iterator[tuple[Address, Path, FieldCondition]]:
    """Yield every comparison of a field, however deep it stands."""
    for placed in conditions(subject):
        for path, condition in _comparisons(placed.condition, placed.path):
            yield placed.address, path, condition


def _comparisons(condition: Condition, path: Path) -> Iterator[tuple[Path, FieldCondition]]:
    match condition:
        case FieldCondition():
            yield path, condition
        case AllOf(all=inner):
            for index, one in enumerate(inner):
                yield from _comparisons(one, (*path, "all", index))
        case AnyOf(any=inner):
            for index, one in enumerate(inner):
                yield from _comparisons(one, (*path, "any", index))
        case Not(not_=one):
            yield from _comparisons(one, (*path, "not"))
        case _:
            pass


@once
def given_values(subject: Subject) -> Iterator[Given]:
    """Yield every value that is given to a field, or that a field is asked to be."""
    for address, path, condition in comparisons(subject):
        if condition.operator in ("is", "is-not"):
            operand = (*path, condition.operator)
            yield Given(address, operand, condition.field, condition.operand)
        for index, one in enumerate(condition.one_of or ()):
            yield Given(address, (*path, "one-of", index), condition.field, one)
    for address, campaign in subject.campaigns:
        for key, sequence in campaign.sequences.items():
            for index, step in enumerate(sequence.steps):
                if isinstance(step.action, SetField) and step.action.value is not None:
                    inner = (*step.action.wrapping(), "value")
                    at = ("sequences", key, "steps", index, "action", *inner)
                    yield Given(address, at, step.action.field, step.action.value)
    for address, scenario in subject.scenarios:
        for at, field, given in scenario_values(scenario):
            if given is not None and given != "":
                yield Given(address, at, field, given)


def scenario_values(scenario: Scenario) -> Iterator[tuple[Path, str, object]]:
    """Yield the values that a scenario gives to fields, or expects in them."""
    for index, entry in enumerate(scenario.contact):
        yield ("contact", index, "value"), entry.field, entry.value
    expected = dict(scenario.expectations)
    for number, step in enumerate(scenario.story):
        name = "field" if number in expected else "values"
        entries = getattr(step, name, None)
        for index, entry in enumerate(entries if isinstance(entries, tuple) else ()):
            path = ("story", number, *step.wrapping(), name, index, "value")
            yield path, entry.field, entry.value
