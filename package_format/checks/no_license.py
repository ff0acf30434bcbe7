"""The rule that a package says under which terms it may be used."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity

UNLICENSED = "UNLICENSED"
"""What stands for: nobody else may use it; there is no text of that."""


def _find(subject: Subject) -> Iterator[Finding]:
    name = subject.package.manifest.package.license
    if name != UNLICENSED and not subject.package.documents.get("LICENSE", b"").strip():
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
their text. Without it, nobody can be sure what they may do. `UNLICENSED`, which lets nobody else
use it, needs none.""",
    _find,
)
