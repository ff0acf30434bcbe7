"""The rule that a reference into a dependency names something which that exports."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.resolving import Outcome, resolved
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.table import KINDS


def _find(subject: Subject) -> Iterator[Finding]:
    for one in resolved(subject):
        if one.outcome is Outcome.NOT_EXPORTED and one.package is not None:
            key = one.text.rpartition(":")[2]
            yield Finding(
                f"{one.package} has a {KINDS[one.kind].title} {key} but does not export it",
                subject.span(one.address, one.path),
                "only what a package exports is sure to stay; ask its author for "
                f'"{one.kind}/{key}" in its exports',
            )


RULE = Rule(
    "not-exported",
    Severity.ERROR,
    "a reference names what its package keeps to itself",
    """\
A package lists in `exports` what other packages may refer to. Everything else may change or vanish
in any version, even a patch, so nothing may depend on it.""",
    _find,
)
