"""Codes: every diagnostic that reading a package can lead to, with its page.

What checks and rules of compatibility find has its page beside the rule (`checks`,
`compatibility`). What is found while files are read has it here, because it is found in many
places: a code that is raised and has no row fails the suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from package_format.diagnostics import Severity
from package_format.source.pages import PAGES


@dataclass(frozen=True)
class Code:
    """A row of the table.

    Attributes:
        code: The kebab-case name, which `cpt explain` takes.
        severity: Whether it stops a build.
        title: What is wrong, in one line.
        explanation: Why that is so, and what to do; paragraphs for people.
    """

    code: str
    severity: Severity
    title: str
    explanation: str


_WARNINGS = ("byte-order-mark", "linked-folder", "unknown-file")

CODES: Mapping[str, Code] = {
    code: Code(code, Severity.WARNING if code in _WARNINGS else Severity.ERROR, title, text)
    for code, (title, text) in sorted(PAGES.items())
}
"""Every code by its name."""
