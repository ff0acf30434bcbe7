"""The rule that an arrow begins at a node, and at a way if the node is a decision."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import Campaign, Decision, Node
from package_format.checks.rule import Finding, Rule, Subject, meant
from package_format.diagnostics import Severity

GROUPS = ("goals", "sequences", "decisions", "joins")
"""Where a campaign's data holds its nodes."""


def _find(subject: Subject) -> Iterator[Finding]:
    for address, campaign in subject.campaigns:
        for group in GROUPS:
            nodes: dict[str, Node] = getattr(campaign, group)
            for key, node in nodes.items():
                arrows = () if node.after == "all" else node.after
                for index, text in enumerate(arrows):
                    problem = _problem(campaign, text)
                    if problem is not None:
                        message, help_ = problem
                        span = subject.span(address, (group, key, "after", index))
                        yield Finding(message, span, help_)


def _problem(campaign: Campaign, text: str) -> tuple[str, str | None] | None:
    key, _, way = text.partition(".")
    node = campaign.nodes.get(key)
    if node is None:
        return f"there is no node {key} in this campaign", meant(key, campaign.nodes)
    if not isinstance(node, Decision):
        return (f"{key} is a {node.sort} and has no ways", f"write {key}") if way else None
    ways = [one.key for one in node.ways]
    if not way:
        offers = " or ".join(f"{key}.{one}" for one in ways)
        return f"{key} is a decision, and an arrow begins at one of its ways", f"write {offers}"
    if way not in ways:
        return f"the decision {key} has no way {way}", meant(way, ways)
    return None


RULE = Rule(
    "unknown-arrow",
    Severity.ERROR,
    "an arrow begins at nothing",
    """\
`after` draws the arrows of a campaign: it names the goals, sequences, decisions and joins from
which one comes. All of them share one namespace. From a decision one comes by one of its ways,
which stands after a dot: `by-interest.pro`.""",
    _find,
)
