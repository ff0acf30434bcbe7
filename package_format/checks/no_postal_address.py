"""The rule that every email says where its sender can be found."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.texts import message
from package_format.diagnostics import Severity
from package_format.kinds.email import Email
from package_format.templates import ACCOUNT

_ADDRESS = f"{ACCOUNT}.address"


def _find(subject: Subject) -> Iterator[Finding]:
    for address, resource in subject.package.resources.items():
        if isinstance(resource.model, Email):
            reading = message(subject, address, "body")
            missing = all(used.name != _ADDRESS for used in reading.names)
            if missing and not reading.problems:
                yield Finding(
                    f"the email {address.key} does not say its sender's postal address",
                    subject.span(address, ("subject",)),
                    f"put {{{{ {_ADDRESS} }}}} into its body",
                )


RULE = Rule(
    "no-postal-address",
    Severity.WARNING,
    "an email does not say where its sender is",
    """\
Many laws ask that a marketing email gives its sender's postal address. `{{ account.address }}` is
that of the account from which it is sent.""",
    _find,
)
