"""The rule that the manifest says what a package asks of an account."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.actions import ACTIONS
from package_format.campaign.triggers import TRIGGERS
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.model import Path
from package_format.kinds.table import KINDS
from package_format.references import Address


def _find(subject: Subject) -> Iterator[Finding]:
    if subject.unread.any("feature"):
        return
    listed = subject.package.manifest.account.features
    reported: set[str] = set()
    for feature, what, address, path in _needs(subject):
        if feature not in listed and feature not in reported:
            reported.add(feature)
            features = ", ".join(f'"{name}"' for name in sorted((*listed, feature)))
            yield Finding(
                f"{what} needs the account feature {feature}, which cpt.toml does not list",
                subject.span(address, path, key="steps" in path),
                f"write features = [{features}] under [account]",
            )


def _needs(subject: Subject) -> Iterator[tuple[str, str, Address, Path]]:
    """Yield each need of a feature: the feature, by what, and where."""
    for address in subject.package.resources:
        kind = KINDS[address.kind]
        if kind.feature:
            yield kind.feature, f"the {kind.title} {address.key}", address, ()
    for address, campaign in subject.campaigns:
        for key, goal in campaign.goals.items():
            for index, trigger in enumerate(goal.when):
                feature = TRIGGERS[trigger.word].feature
                if feature:
                    what = f"the trigger {trigger.word}"
                    yield feature, what, address, ("goals", key, "when", index)
        for key, sequence in campaign.sequences.items():
            for index, step in enumerate(sequence.steps):
                feature = ACTIONS[step.action.word].feature if step.action else None
                if step.action and feature:
                    what = f"the action {step.action.word}"
                    yield feature, what, address, ("sequences", key, "steps", index)


RULE = Rule(
    "missing-feature",
    Severity.ERROR,
    "the manifest does not list a feature that is needed",
    """\
An account may have no shop, no web forms, no mail. `features` under `[account]` in `cpt.toml` says
what a package needs, so that nobody installs it where it cannot work. Each feature is reported
once, at the first thing that needs it.""",
    _find,
)
