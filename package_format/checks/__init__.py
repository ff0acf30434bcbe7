"""Checks: everything about a package that its author should hear before anybody installs it.

One rule a module, and one row for each in `table`; `check` runs them all. What a single resource
must look like is said by its model; here are the rules about how things fit together.
"""

from package_format.checks.check import check
from package_format.checks.rule import Rule
from package_format.checks.table import RULES

__all__ = ["RULES", "Rule", "check"]
