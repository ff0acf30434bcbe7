"""The rule that a scenario expects contacts at nodes which there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from package_format.campaign.model import Campaign, Sequence
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.model import Path
from package_format.references import Address
from package_format.templates import meant

_FIELDS = {"in": "in_", "not-in": "not_in", "queued": "queued", "achieved": "achieved",
           "done": "done"}  # fmt: skip


def _find(subject: Subject) -> Iterator[Finding]:
    if subject.unread.any("campaign") or not subject.scenarios:
        return
    campaigns = {address.key: campaign for address, campaign in subject.campaigns}
    known = {name for names in _names(campaigns) for name in names}
    for address, scenario in subject.scenarios:
        for index, step in scenario.expectations:
            if index < scenario.told_before:
                continue
            for position, waiting in enumerate(step.due or ()):
                if waiting.node not in known:
                    yield _unknown(subject, address, index, ("due", position), waiting.node, known)
            for word, field in _FIELDS.items():
                for position, name in enumerate(getattr(step, field) or ()):
                    if name not in known:
                        yield _unknown(subject, address, index, (word, position), name, known)


def _unknown(
    subject: Subject, address: Address, index: int, path: Path, name: str, known: set[str]
) -> Finding:
    return Finding(
        f"there is no node {name} in this package's campaigns",
        subject.span(address, ("story", index, "expect", *path)),
        meant(name, known),
    )


def _names(campaigns: Mapping[str, Campaign]) -> Iterator[tuple[str, str]]:
    """Yield each node and step as a scenario may name it: with its campaign's key and without."""
    for campaign_key, campaign in campaigns.items():
        for key, node in campaign.nodes.items():
            yield key, f"{campaign_key}.{key}"
            if isinstance(node, Sequence):
                for step in node.steps:
                    yield f"{key}.{step.key}", f"{campaign_key}.{key}.{step.key}"


RULE = Rule(
    "unknown-node",
    Severity.ERROR,
    "a scenario names a node that is not there",
    """\
A scenario expects a contact in a node (`remind`) or at a step (`remind.nudge`). Where a package has
several campaigns, the campaign's key may stand before it (`follow-up.remind`).""",
    _find,
)
