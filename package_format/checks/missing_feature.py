"""The rule that the manifest says what a package asks of an account."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.actions import ACTIONS
from package_format.campaign.triggers import TRIGGERS
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity, Span
from package_format.kinds.table import KINDS


def _find(subject: Subject) -> Iterator[Finding]:
    listed = subject.package.manifest.account.features
    reported: set[str] = set()
    for feature, what, span in _needs(subject):
        if feature not in listed and feature not in reported:
            reported.add(feature)
            features = ", ".join(f'"{name}"' for name in sorted((*listed, feature)))
            yield Finding(
                f"{what} needs the account feature {feature}, which cpt.toml does not list",
                span,
                f"write features = [{features}] under [account]",
            )


def _needs(subject: Subject) -> Iterator[tuple[str, str, Span | None]]:
    """Yield each need of a feature: the feature, by what, and where."""
    for address in subject.package.resources:
        kind = KINDS[address.kind]
        if kind.feature:
            yield kind.feature, f"the {kind.title} {address.key}", subject.span(address)
    for address, campaign in subject.campaigns:
        for key, goal in campaign.goals.items():
            for index, trigger in enumerate(goal.when):
                feature = TRIGGERS[trigger.word].feature
                if feature:
                    span = subject.span(address, ("goals", key, "when", index))
                    yield feature, f"the trigger {trigger.word}", span
        for key, sequence in campaign.sequences.items():
            for index, step in enumerate(sequence.steps):
                feature = ACTIONS[step.action.word].feature if step.action else None
                if step.action and feature:
                    span = subject.span(address, ("sequences", key, "steps", index), key=True)
                    yield feature, f"the action {step.action.word}", span


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
