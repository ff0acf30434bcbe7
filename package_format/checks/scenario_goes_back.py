"""The rule that time goes forward in a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for address, scenario in subject.scenarios:
        latest = scenario.starts
        for index, step in scenario.advances:
            if step.moment < latest:
                yield Finding(
                    f"the story is at {latest:%Y-%m-%d %H:%M} by then, and time goes only forward",
                    subject.span(address, ("story", index, step.word)),
                    "name a later moment, or let the scenario start earlier",
                )
            latest = max(latest, step.moment)


RULE = Rule(
    "scenario-goes-back",
    Severity.ERROR,
    "a scenario goes back in time",
    """\
A story begins at the moment that `starts` says and goes forward from there. `advance-to` names a
moment in the contact's own time that lies after everything that has been told.""",
    _find,
)
