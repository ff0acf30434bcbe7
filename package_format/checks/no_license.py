"""The rule that a package says under which terms it may be used."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    if not subject.package.documents.get("LICENSE", b"").strip():
        name = subject.package.manifest.package.license
        yield Finding(
            "there is no LICENSE",
            subject.span(None, ("package", "license")),
            f"put the text of {name} into a file LICENSE",
        )


RULE = Rule(
    "no-license",
    Severity.WARNING,
    "there is no LICENSE",
    """\
`license` in `cpt.toml` names the terms under which a package may be used; the file `LICENSE` holds
their text. Without it, nobody can be sure what they may do.""",
    _find,
)
