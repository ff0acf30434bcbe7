"""The rule that a reference's package is one of the dependencies."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.resolving import Outcome, named, resolved
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.templates import meant


def _find(subject: Subject) -> Iterator[Finding]:
    dependencies = tuple(subject.package.manifest.dependencies)
    short = [name.partition("/")[2] for name in dependencies]
    if subject.unread.any("dependency"):
        return
    for one in resolved(subject):
        alias = one.text.rpartition(":")[0]
        if one.outcome is Outcome.NO_DEPENDENCY:
            help_ = meant(alias, (*short, *dependencies))
            help_ = help_ or "add it to [dependencies] in cpt.toml"
            span = subject.span(one.address, one.path)
            yield Finding(f"{alias} is not a dependency of this package", span, help_)
        elif one.outcome is Outcome.AMBIGUOUS:
            both = " and ".join(named(subject.package, alias))
            span = subject.span(one.address, one.path)
            yield Finding(f"{alias} may be {both}", span, "write the full name before the colon")


RULE = Rule(
    "unknown-dependency",
    Severity.ERROR,
    "a reference names a package that is no dependency",
    """\
What stands before the colon in a reference is the name of a dependency from `cpt.toml`, with or
without its publisher: `lifecycle-tags:attended` or `acme/lifecycle-tags:attended`. The publisher is
needed only when two dependencies have the same name.""",
    _find,
)
