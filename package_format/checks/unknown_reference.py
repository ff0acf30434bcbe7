"""The rule that a reference names a resource which is there."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.resolving import Outcome, Resolved, resolved
from package_format.checks.rule import Finding, Rule, Subject
from package_format.contact_fields import BUILT_IN
from package_format.diagnostics import Severity
from package_format.kinds.table import KINDS
from package_format.package import Package
from package_format.templates import meant


def _find(subject: Subject) -> Iterator[Finding]:
    for one in resolved(subject):
        title = KINDS[one.kind].title
        own = one.package is subject.package
        lost = own and subject.unread.has(one.kind, one.text)
        if one.outcome is Outcome.INVALID and not lost:
            message = f"{one.text!r} is not a reference to a {title}"
            span = subject.span(one.address, one.path)
            yield Finding(message, span, f"one looks like {_example(subject, one)}")
        elif one.outcome is Outcome.MISSING and one.package is not None and not lost:
            yield _missing(subject, one, one.package)


def _missing(subject: Subject, one: Resolved, package: Package) -> Finding:
    title = KINDS[one.kind].title
    alias, _, key = one.text.rpartition(":")
    keys = _keys(package, one.kind)
    if not alias and one.kind == "field":
        keys += BUILT_IN
    where = f" in {package}" if alias else ""
    close = meant(key, keys)
    if close is None and not alias:
        close = _elsewhere(subject, one)
    if close is not None and alias:
        close = close.replace("mean ", f"mean {alias}:")
    span = subject.span(one.address, one.path)
    return Finding(f"there is no {title} {key}{where}", span, close or _where_to_add(one, alias))


def _elsewhere(subject: Subject, one: Resolved) -> str | None:
    """Offer what a dependency exports under that key."""
    for name, package in subject.dependencies.items():
        if f"{one.kind}/{one.text}" in package.manifest.package.exports:
            return f"did you mean {name.partition('/')[2]}:{one.text}?"
    return None


def _where_to_add(one: Resolved, alias: str) -> str | None:
    return None if alias else f"add it to {KINDS[one.kind].location.replace('*', one.text)}"


def _keys(package: Package, kind: str) -> list[str]:
    return [address.key for address in package.resources if address.kind == kind]


def _example(subject: Subject, one: Resolved) -> str:
    return next(iter(_keys(subject.package, one.kind)), "attended")


RULE = Rule(
    "unknown-reference",
    Severity.ERROR,
    "a reference names nothing",
    """\
Where a campaign, a form or a scenario names another resource, the resource must be in the package,
or be exported by one of its dependencies. A resource of the package is named by its key; one of a
dependency has the dependency's name before it, as in `lifecycle-tags:attended`.

Contacts have some fields without anybody adding them, such as `first_name` and `email`; those are
named plainly.""",
    _find,
)
