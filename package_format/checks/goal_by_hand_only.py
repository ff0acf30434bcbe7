"""The rule that a goal which only somebody's hand can cause is meant so."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import Campaign
from package_format.campaign.triggers import Trigger
from package_format.checks.closure import closure_of
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.kinds.model import references
from package_format.references import Address

_BY_HAND = {
    "tag-applied": ("tag", "applies the tag"),
    "tag-removed": ("tag", "removes the tag"),
    "note-applied": ("note", "adds the note"),
    "field-changed": ("field", "changes the field"),
}
"""The triggers that people cause in an account: by which attribute, and what a step would do."""


def _find(subject: Subject) -> Iterator[Finding]:
    if subject.unread.any("campaign") or subject.unread.any("scenario"):
        return
    closure = closure_of(subject)
    told = _told(subject)
    for address, campaign in subject.campaigns:
        for key, goal in campaign.goals.items():
            for index, trigger in enumerate(goal.when):
                row = _BY_HAND.get(trigger.word)
                named = row and _own(subject, trigger, row[0])
                if row is None or not named or named in told:
                    continue
                if not closure.causes(closure.heard(subject.package, trigger)):
                    yield Finding(
                        f"no step {row[1]} {named[1]}, so only somebody's hand can cause this",
                        subject.span(address, ("goals", key, "when", index)),
                        f"if that is meant, show it in a scenario, or export {'/'.join(named)} for "
                        "other packages",
                    )


def _own(subject: Subject, trigger: Trigger, attribute: str) -> tuple[str, str] | None:
    """Return the kind and key of what a trigger names, if nobody outside of the package may."""
    for path, kind, text in references(trigger):
        known = Address("", kind, text) in subject.package.resources
        exported = f"{kind}/{text}" in subject.package.manifest.package.exports
        if path[-1] == attribute and known and not exported:
            return kind, text
    return None


def _told(subject: Subject) -> set[tuple[str, str]]:
    """Return what scenarios do by hand, what forms ask for, and what goals save."""
    found: set[tuple[str, str]] = set()
    for _, scenario in subject.scenarios:
        expected = dict(scenario.expectations)
        for place, step in enumerate(scenario.story):
            if place not in expected:
                found |= {(kind, text) for _, kind, text in references(step)}
    for resource in subject.package.resources.values():
        is_campaign = isinstance(resource.model, Campaign)
        found |= {
            (kind, text)
            for path, kind, text in resource.references
            if not is_campaign or "save" in path
        }
    return found


RULE = Rule(
    "goal-by-hand-only",
    Severity.WARNING,
    "nothing in the package causes what a goal listens for",
    """\
People put tags on contacts, write notes and change fields by hand, so a goal that listens for one
can always be achieved. But when no step of the package or of its dependencies does it, and no form
asks for it, it may as well have been forgotten.

If people, or another program, are meant to do it, a scenario that does it (`- apply-tag: attended`)
says so, and shows at the same time that it works. What the package exports is other packages'
business too, and is not reported.""",
    _find,
)
