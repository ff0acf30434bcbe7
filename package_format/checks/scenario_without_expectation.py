"""The rule that a scenario expects something."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.origin import SCENARIO


def _find(subject: Subject) -> Iterator[Finding]:
    for address, scenario in subject.scenarios:
        expects = any(scenario.expectations)
        if not expects and not subject.unread.has(SCENARIO, address.key):
            yield Finding(
                f"the scenario {address.key} expects nothing, so it can never fail",
                subject.span(address, ("story",), key=True),
                "add an expectation, such as - expect: {sent: welcome}",
            )


RULE = Rule(
    "scenario-without-expectation",
    Severity.WARNING,
    "a scenario expects nothing",
    """\
A scenario is a test. It tells what happens to a contact, and what must be so by then; without an
`expect` it passes whatever the campaign does.""",
    _find,
)
