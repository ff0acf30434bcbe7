"""The rule that a decision says what happens to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for address, campaign in subject.campaigns:
        for key, decision in campaign.decisions.items():
            if not any(way.otherwise for way in decision.ways):
                yield Finding(
                    f"contacts for whom no way of {key} holds leave the campaign here",
                    subject.span(address, ("decisions", key), key=True),
                    "add a way for the others, such as `rest: otherwise`",
                )


RULE = Rule(
    "decision-without-otherwise",
    Severity.WARNING,
    "a decision has no way for everybody else",
    """\
A contact for whom none of a decision's conditions holds follows no arrow, and their journey ends
(C4). Conditions seldom cover everybody: a field may be empty. A way that is `otherwise` takes those
for whom no other way holds.""",
    _find,
)
