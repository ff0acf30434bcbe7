"""Compatibility: what a new version means for those who have the old one.

One rule a module, and one row for each in `table`; `compare` asks them all and says which bump they
demand. A loss that an account or a dependent package could notice is MAJOR, whatever else changes
what a contact gets, or when, is MINOR, and words are PATCH.
"""

from package_format.compatibility.compare import (
    Comparison,
    compare,
    given_bump,
    is_enough,
    unexplained,
)
from package_format.compatibility.rule import Finding, Rule
from package_format.compatibility.table import RULES

__all__ = [
    "RULES",
    "Comparison",
    "Finding",
    "Rule",
    "compare",
    "given_bump",
    "is_enough",
    "unexplained",
]
