"""The rule that a package exports what it has."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.existing import exists
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.references import Address
from package_format.templates import meant


def _find(subject: Subject) -> Iterator[Finding]:
    package = subject.package
    for index, text in enumerate(package.manifest.package.exports):
        address = Address.parse(text)
        span = subject.span(None, ("package", "exports", index))
        if address.package:
            yield Finding(
                f"{text} cannot be exported: it is another package's",
                span,
                "whoever needs it depends on that package",
            )
        elif not (subject.unread.has(address.kind, address.key) or exists(package, address)):
            yield Finding(
                f"{text} cannot be exported: the package has no such thing",
                span,
                meant(text, map(str, package.resources)),
            )


RULE = Rule(
    "unknown-export",
    Severity.ERROR,
    "a package exports what it does not have",
    """\
`exports` in `cpt.toml` lists what other packages may refer to: resources (`tag/attended`) and goals
of campaigns (`campaign/follow-up.bought`). API goals and parameters need no listing; they are
always exported.""",
    _find,
)
