"""The rule that an arrow begins at a node, and at a way if the node is a decision."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.flow import dangling
from package_format.campaign.model import Campaign, Decision
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.templates import meant


def _find(subject: Subject) -> Iterator[Finding]:
    for address, campaign in subject.campaigns:
        for arrow in dangling(campaign):
            group = f"{campaign.nodes[arrow.node].sort}s"
            span = subject.span(address, (group, arrow.node, "after", arrow.index))
            yield Finding(arrow.reason, span, _help(campaign, arrow.text))


def _help(campaign: Campaign, text: str) -> str | None:
    key, _, way = text.partition(".")
    node = campaign.nodes.get(key)
    if node is None:
        return meant(key, campaign.nodes)
    if not isinstance(node, Decision):
        return f"write {key}"
    ways = [one.key for one in node.ways]
    return meant(way, ways) if way else f"write {' or '.join(f'{key}.{one}' for one in ways)}"


RULE = Rule(
    "unknown-arrow",
    Severity.ERROR,
    "an arrow begins at nothing",
    """\
`after` draws the arrows of a campaign: it names the goals, sequences, decisions and joins from
which one comes. All of them share one namespace. From a decision one comes by one of its ways,
which stands after a dot: `by-interest.pro`. `docs/reference/campaigns.md` has the keys of each of
them.""",
    _find,
)
