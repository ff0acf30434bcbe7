"""The rule that a program which calls an API goal means one package."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.triggers import ApiCalled
from package_format.checks.closure import closure_of
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    closure = closure_of(subject)
    others = {
        (trigger.integration, trigger.call): f"{goal.package.name}:{goal.campaign}.{goal.key}"
        for goal in closure.goals
        if goal.package is not subject.package
        for trigger in goal.goal.when
        if isinstance(trigger, ApiCalled)
    }
    for address, campaign in subject.campaigns:
        for key, goal in campaign.goals.items():
            for index, trigger in enumerate(goal.when):
                if not isinstance(trigger, ApiCalled):
                    continue
                other = others.get((trigger.integration, trigger.call))
                if other is not None:
                    yield Finding(
                        f"{other} listens for {trigger.integration} / {trigger.call} too",
                        subject.span(address, ("goals", key, "when", index)),
                        "choose another integration or call, unless one call shall achieve both",
                    )


RULE = Rule(
    "api-name-claimed",
    Severity.WARNING,
    "another package listens for the same call",
    """\
A program achieves an API goal by the names of its integration and its call, and every goal in the
account that listens for them hears it (C2). When a package that is always installed together with
this one listens for the same names, each call achieves goals in both, which is seldom meant.""",
    _find,
)
