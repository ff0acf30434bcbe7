"""What every diagnostic and every rule is about, by their codes."""

from __future__ import annotations

from dataclasses import dataclass

from cpt.authoring.leaks import LEAK
from cpt.errors import BadInputError
from package_format.checks import RULES as CHECKS
from package_format.checks import Rule
from package_format.compatibility import RULES as COMPATIBILITY
from package_format.source.codes import CODES as READING
from package_format.source.codes import Code
from package_format.spelling import did_you_mean


@dataclass(frozen=True)
class Explanation:
    """A rule, told to people.

    Attributes:
        code: Its kebab-case name.
        sort: What it leads to: ``error``, ``warning``, or a bump such as ``MAJOR``.
        title: The rule in one line.
        text: Why there is the rule, and what to do, in paragraphs.
    """

    code: str
    sort: str
    title: str
    text: str


def explanations() -> tuple[Explanation, ...]:
    """Return every diagnostic, then every rule of compatibility, each by code."""
    rules: tuple[Rule | Code, ...] = (*CHECKS.values(), *READING.values(), LEAK)
    diagnostics = [
        Explanation(rule.code, str(rule.severity), rule.title, _flowing(rule.explanation))
        for rule in rules
    ]
    bumps = [
        Explanation(rule.code, str(rule.bump), rule.title, _flowing(rule.explanation))
        for rule in COMPATIBILITY.values()
    ]
    return (*sorted(diagnostics, key=lambda x: x.code), *sorted(bumps, key=lambda x: x.code))


def _flowing(text: str) -> str:
    """Return paragraphs each in one line, for whatever width they are shown at."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def find_explanation(code: str) -> Explanation:
    """Return the rule with this code.

    Raises:
        BadInputError: There is none.
    """
    known = {rule.code: rule for rule in explanations()}
    if code in known:
        return known[code]
    hint = did_you_mean(code, known) or "'cpt explain' lists them all"
    raise BadInputError(f"there is no diagnostic {code}", hint)
