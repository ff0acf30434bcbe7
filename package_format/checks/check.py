"""Checking: a package against every rule, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from package_format.checks.rule import Subject
from package_format.checks.table import RULES
from package_format.diagnostics import Diagnostic, Diagnostics
from package_format.package import Package

_NONE: Mapping[str, Package] = MappingProxyType({})


def check(package: Package, dependencies: Mapping[str, Package] = _NONE) -> Diagnostics:
    """Return everything that is wrong with a package.

    Args:
        package: The package; its origin says where things stand.
        dependencies: The packages that it depends on, by name, as far as they are at hand. What a
            dependency has to say cannot be checked where it is not.
    """
    subject = Subject(package, dependencies)
    return Diagnostics([
        Diagnostic(rule.code, rule.severity, found.message, found.span, found.help)
        for rule in RULES.values()
        for found in rule.find(subject)
    ])  # fmt: skip
