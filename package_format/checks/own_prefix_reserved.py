"""The rule that keys beginning with ``own-`` are left to the owners of accounts."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import NODE_GROUPS, Campaign
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.model import Path

PREFIX = "own-"
"""What the keys begin with that an account's owner gives to steps of their own."""


def _find(subject: Subject) -> Iterator[Finding]:
    for address, campaign in subject.campaigns:
        for key, path in _reserved(campaign):
            yield Finding(
                f"{key} is a key for steps that an account's owner adds",
                subject.span(address, path, key=True),
                f"leave out {PREFIX}",
            )


def _reserved(campaign: Campaign) -> Iterator[tuple[str, Path]]:
    """Yield the keys of nodes, then of steps, then of ways that begin so, and where they stand."""
    for group in NODE_GROUPS:
        for key in getattr(campaign, group):
            if key.startswith(PREFIX):
                yield key, (group, key)
    for key, sequence in campaign.sequences.items():
        for index, step in enumerate(sequence.steps):
            if step.key.startswith(PREFIX):
                yield step.key, ("sequences", key, "steps", index)
    for key, decision in campaign.decisions.items():
        for index, way in enumerate(decision.ways):
            if way.key.startswith(PREFIX):
                yield way.key, ("decisions", key, "ways", index)


RULE = Rule(
    "own-prefix-reserved",
    Severity.ERROR,
    "a key is reserved for owners",
    """\
An account's owner can put steps of their own into a packaged campaign; the keys of those begin with
`own-`. A package that used such keys could collide with them at an upgrade, so it may not.""",
    _find,
)
