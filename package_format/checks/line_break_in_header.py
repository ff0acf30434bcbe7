"""The rule that what stands in an email's header is one line."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.markup import emails
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.templates import one_line

_HEADER = ("subject", "from", "from-name", "preheader")


def _find(subject: Subject) -> Iterator[Finding]:
    for address, email, _ in emails(subject):
        data = email.canonical()
        for field in _HEADER:
            text = str(data.get(field, "")).strip()
            if text != one_line(text):
                yield Finding(
                    f"the {field} of an email is one line, and this has a line break or another "
                    "control character in it",
                    subject.span(address, (field,)),
                    "write it in one line",
                )


RULE = Rule(
    "line-break-in-header",
    Severity.ERROR,
    "an email's subject or sender has a line break in it",
    """\
The subject, the sender and the preview of an email stand in its header, where a line break begins
the next heading: what follows it could say who else gets the email. They are written in one line.
What comes with a contact's value or a parameter is put into one line when the email is sent.""",
    _find,
)
