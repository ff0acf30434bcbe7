"""Checking: a package against every rule, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from package_format.checks.rule import Subject
from package_format.checks.table import RULES
from package_format.diagnostics import Diagnostic, Diagnostics
from package_format.garbage_collection import collection_paused
from package_format.package import Package
from package_format.unread import NOTHING, Unread

_NONE: Mapping[str, Package] = MappingProxyType({})


def check(
    package: Package,
    dependencies: Mapping[str, Package] = _NONE,
    unread: Unread = NOTHING,
) -> Diagnostics:
    """Return everything that is wrong with a package.

    Args:
        package: The package; its origin says where things stand.
        dependencies: The packages that it depends on, by name, as far as they are at hand. What a
            dependency has to say cannot be checked where it is not.
        unread: What could not be read, when the package is one of which only a part could be
            (`package_format.folder.Loaded.readable`); what is said of that already, and whatever
            follows from it, is not said again.
    """
    subject = Subject(package, dependencies, unread)
    with collection_paused():
        return Diagnostics([
            Diagnostic(rule.code, rule.severity, found.message, found.span, found.help)
            for rule in RULES.values()
            for found in rule.find(subject)
        ])  # fmt: skip
