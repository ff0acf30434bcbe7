"""The rule that a scenario fills in what a form asks for."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.resolving import Outcome, resolve
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.form import Form
from package_format.references import Address
from package_format.templates import meant


def _find(subject: Subject) -> Iterator[Finding]:
    for address, scenario in subject.scenarios:
        for number, step in scenario.submissions:
            form = _form(subject, step.form)
            if form is None:
                continue
            asked = [field.field for field in form.fields]
            for index, entry in enumerate(step.values):
                if entry.field.rpartition(":")[2] not in [a.rpartition(":")[2] for a in asked]:
                    path = ("story", number, step.word, "values", index)
                    yield Finding(
                        f"the form {step.form} does not ask for {entry.field}",
                        subject.span(address, path, key=True),
                        meant(entry.field, asked) or f"it asks for {', '.join(asked)}",
                    )


def _form(subject: Subject, text: str) -> Form | None:
    outcome, package = resolve(subject, "form", text)
    if outcome is not Outcome.FOUND or package is None:
        return None
    resource = package.resources.get(Address("", "form", text.rpartition(":")[2]))
    return resource.model if resource and isinstance(resource.model, Form) else None


RULE = Rule(
    "field-not-in-form",
    Severity.WARNING,
    "a scenario fills in what a form does not ask for",
    """\
When a contact sends in a form, they can only fill in what stands on it. A scenario that fills in
more tells of something that cannot happen; `- set: {city: Bergen}` changes a field by other
means.""",
    _find,
)
