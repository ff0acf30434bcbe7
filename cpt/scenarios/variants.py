"""Variants: a scenario told of each of its contacts, with each of its sets of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from package_format.kinds.model import Json
from package_format.scenario import Scenario


@dataclass(frozen=True)
class Variant:
    """One way of telling a scenario.

    Attributes:
        name: The scenario's, with what tells the variant apart: ``comes[ada]``.
        contact: The contact's fields at the beginning, by name or reference.
        parameters: The values of the package's parameters.
    """

    name: str
    contact: Mapping[str, Json]
    parameters: Mapping[str, Json]


def variants(name: str, scenario: Scenario) -> Iterator[Variant]:
    """Yield every way of telling a scenario: each contact with each set of parameters."""
    people: list[tuple[str, Mapping[str, Json]]] = [
        (one.key, {entry.field: entry.value for entry in one.fields}) for one in scenario.contacts
    ]
    settings = [(one.key, one.values) for one in scenario.parameters]
    for who, fields in people or [("", {})]:
        for setting, values in settings or [("", {})]:
            told = ", ".join(key for key in (who, setting if len(settings) > 1 else "") if key)
            label = f"{name}[{told}]" if told else name
            yield Variant(label, {**scenario.values, **fields}, values)
