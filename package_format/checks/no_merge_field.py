"""The rule that an email speaks to the contact."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import message
from package_format.diagnostics import Severity
from package_format.kinds.email import Email
from package_format.templates import CONTACT


def _find(subject: Subject) -> Iterator[Finding]:
    for address, resource in subject.package.resources.items():
        if isinstance(resource.model, Email):
            fields = ("subject", "preheader", "body")
            readings = [message(subject, address, field) for field in fields]
            if any(reading.problems for reading in readings):
                continue
            names = [used.name for reading in readings for used in reading.names]
            if not any(name.startswith(f"{CONTACT}.") for name in names):
                yield Finding(
                    f"the email {address.key} says the same to everybody",
                    subject.span(address, ("subject",)),
                    "begin it with Hello {{ contact.first_name | default('there') }}",
                )


RULE = Rule(
    "no-merge-field",
    Severity.WARNING,
    "an email has no merge field",
    """\
An email that addresses the contact by name, or speaks of what they told, is read more often than
one that says the same to everybody. `{{ contact.first_name | default("there") }}` puts the first
name where it stands, and another word where it is not known.""",
    _find,
)
