"""The rule that a join which waits for all can have all."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign, Ends, WaitFor
from package_format.checks.closure import Closure, closure_of
from package_format.checks.contradictions import contradiction
from package_format.checks.goal_without_cause import causeless
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    closure = closure_of(subject)
    for address, flow in subject.flows:
        campaign = flow.campaign
        for key, join in campaign.joins.items():
            if join.wait_for is WaitFor.ALL:
                goals = [name for name in join.after if name in campaign.goals]
                reason = _reason(subject, closure, flow, key, goals)
                if reason is not None:
                    yield Finding(
                        f"the join {key} can never be complete: {reason}",
                        subject.span(address, ("joins", key), key=True),
                        "say wait-for: any, or take the goal out of its after",
                    )


def _reason(
    subject: Subject, closure: Closure, flow: Flow, key: str, goals: list[str]
) -> str | None:
    """Say why not every goal that a join names can have arrived at once (C8)."""
    for name in goals:
        if not _can_happen(subject, closure, flow.campaign, name):
            return f"the goal {name} can never be achieved"
    beyond = flow.downstream(key)
    ending = [
        name for name in goals if name in beyond and flow.campaign.goals[name].ends is Ends.UPSTREAM
    ]
    if len(ending) > 1:
        return f"each of {' and '.join(ending)} ends what the other has brought (C3)"
    return None


def _can_happen(subject: Subject, closure: Closure, campaign: Campaign, name: str) -> bool:
    goal = campaign.goals[name]
    if goal.if_ is not None and contradiction(goal.if_) is not None:
        return False
    if subject.unread.any("campaign"):
        return True
    events = (closure.heard(subject.package, trigger) for trigger in goal.when)
    return any(causeless(closure, event) is None for event in events)


RULE = Rule(
    "join-never-complete",
    Severity.ERROR,
    "a join waits for what cannot come",
    """\
A join with `wait-for: all` passes when every goal that its `after` names has arrived, and nothing
is on its way to it any more (C8). If one of those goals can never be achieved, it never passes. And
if two of them come after the join as well as before it, achieving one ends everything that leads to
it (C3), the join with the other goal's arrival included.""",
    _find,
)
