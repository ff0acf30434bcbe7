"""The rule that a package says what it is."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    if not subject.package.documents.get("README.md", b"").strip():
        yield Finding(
            "there is no README.md",
            help="write what the package does and what its owner has to do; "
            "it is what people see in the marketplace",
        )


RULE = Rule(
    "no-readme",
    Severity.WARNING,
    "there is no README.md",
    """\
People read `README.md` before they install a package: what it does, what it will create in their
account, and what they have to prepare.""",
    _find,
)
