"""The rule that a choice field is compared with choices that it has."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.conditions import given_values, known_field
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.templates import meant


def _find(subject: Subject) -> Iterator[Finding]:
    for given in given_values(subject):
        known = known_field(subject, given.field)
        if known is None or not known.choices or "[[" in str(given.value):
            continue
        choices = [choice.strip().casefold() for choice in known.choices]
        if str(given.value).strip().casefold() not in choices:
            offers = f"there are: {', '.join(known.choices)}"
            yield Finding(
                f"{given.field} has no choice {given.value}",
                subject.span(given.address, given.path),
                meant(str(given.value), known.choices) or offers,
            )


RULE = Rule(
    "unknown-choice",
    Severity.ERROR,
    "a field is asked for a choice that it does not have",
    """\
A field of type choice holds one of the values that `fields.yaml` lists for it. A condition that
asks for another never holds (or, with `is-not`, always), a step cannot set another, and a scenario
that starts with another tells of a contact who cannot exist. Upper and lower case make no
difference.""",
    _find,
)
