"""The rule that a contact can opt out with every email."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import message
from package_format.diagnostics import Severity
from package_format.kinds.email import Email
from package_format.templates import UNSUBSCRIBE_URL


def _find(subject: Subject) -> Iterator[Finding]:
    for address, resource in subject.package.resources.items():
        if isinstance(resource.model, Email):
            reading = message(subject, address, "body")
            missing = all(used.name != UNSUBSCRIBE_URL for used in reading.names)
            if missing and not reading.problems:
                yield Finding(
                    f"the email {address.key} has no link for opting out",
                    subject.span(address, ("subject",)),
                    f'put <a href="{{{{ {UNSUBSCRIBE_URL} }}}}">Unsubscribe</a> into its body',
                )


RULE = Rule(
    "no-unsubscribe-link",
    Severity.WARNING,
    "an email cannot be unsubscribed from",
    """\
Nearly everywhere the law asks that every marketing email has a link by which one opts out, and mail
providers ask for it too. `{{ unsubscribe_url }}` is the address of that link for the contact.""",
    _find,
)
