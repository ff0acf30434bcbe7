"""The rule that keys beginning with ``own-`` are left to the owners of accounts."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.rule import Finding, Rule, Subject
from package_format.checks.unknown_arrow import GROUPS
from package_format.diagnostics import Severity
from package_format.kinds.model import Path

PREFIX = "own-"
"""What the keys begin with that an account's owner gives to steps of their own."""


def _find(subject: Subject) -> Iterator[Finding]:
    for address, campaign in subject.campaigns:
        keys: list[tuple[str, Path]] = [
            (key, (group, key)) for group in GROUPS for key in getattr(campaign, group)
        ]
        for key, sequence in campaign.sequences.items():
            at = ("sequences", key, "steps")
            keys += [(step.key, (*at, index)) for index, step in enumerate(sequence.steps)]
        for key, decision in campaign.decisions.items():
            at = ("decisions", key, "ways")
            keys += [(way.key, (*at, index)) for index, way in enumerate(decision.ways)]
        for key, path in keys:
            if key.startswith(PREFIX):
                yield Finding(
                    f"{key} is a key for steps that an account's owner adds",
                    subject.span(address, path, key=True),
                    f"leave out {PREFIX}",
                )


RULE = Rule(
    "own-prefix-reserved",
    Severity.ERROR,
    "a key is reserved for owners",
    """\
An account's owner can put steps of their own into a packaged campaign; the keys of those begin with
`own-`. A package that used such keys could collide with them at an upgrade, so it may not.""",
    _find,
)
