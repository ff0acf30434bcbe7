"""The rule that an image says what it shows."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.markup import emails
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for address, _, found in emails(subject):
        for element in found:
            if element.name == "img" and element.attributes.get("alt") is None:
                yield Finding(
                    "this image does not say what it shows",
                    subject.span(address, ("body",), within=(element.start, element.end)),
                    'give it alt="…", or alt="" if it is mere decoration',
                )


RULE = Rule(
    "image-without-alt",
    Severity.WARNING,
    "an image has no alt text",
    """\
Many people never see an email's images: their program does not load them, or they have the email
read to them. `alt` says in words what an image shows; for one that only decorates, it is empty.""",
    _find,
)
