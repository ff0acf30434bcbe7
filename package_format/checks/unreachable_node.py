"""The rule that a contact can come to every node."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.flow import Flow
from package_format.campaign.model import Audience, Campaign
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for address, flow in subject.flows:
        campaign = flow.campaign
        if not any(goal.hears is not Audience.IN_CAMPAIGN for goal in campaign.goals.values()):
            yield Finding(
                "nobody can enter this campaign: every goal hears only contacts who stand in it",
                subject.span(address, ("goals",), key=True),
                "let one goal have no after, or say audience: any-contact",
            )
            continue
        for key in _unreachable(flow):
            yield Finding(
                f"no contact can ever come to {key}: no way leads to it from a goal",
                subject.span(address, (_group(campaign, key), key), key=True),
            )


def _unreachable(flow: Flow) -> Iterator[str]:
    """Yield the nodes to which no goal leads; every goal hears somebody."""
    goals = flow.campaign.goals
    reached = {key for goal in goals for key in flow.downstream(goal)}
    drawn = {arrow.target for arrow in flow.arrows}
    for key in flow.nodes:
        if key not in reached and key not in goals and key in drawn:
            yield key


def _group(campaign: Campaign, key: str) -> str:
    return next(g for g in ("sequences", "decisions", "joins") if key in getattr(campaign, g))


RULE = Rule(
    "unreachable-node",
    Severity.ERROR,
    "no contact can come here",
    """\
A contact enters a campaign at a goal that hears anybody, and goes on from there along the arrows.
A node to which no goal leads is never reached; most often an arrow is missing, or two nodes lead
only to each other.""",
    _find,
)
