"""The rule that something can happen that a goal listens for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from package_format.checks.closure import Closure, Event, closure_of
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity

_NEEDS: Mapping[str, tuple[str, str, str]] = {
    "email-opened": ("email", "send-email", "sends"),
    "email-bounced": ("email", "send-email", "sends"),
    "task-completed": ("task", "create-task", "creates"),
}
"""What has to be done before an event can happen: which attribute, by which action, in words."""


def causeless(closure: Closure, event: Event) -> str | None:
    """Say why an event can never happen; None if it can, or if nobody can tell."""
    need = _NEEDS.get(event.word)
    if need is None:
        return None
    attribute, action, does = need
    named = event.attributes.get(attribute)
    if named is None or str(named).partition(":")[0] not in {p.name for p in closure.packages}:
        return None
    key = str(named).rpartition("/")[2]
    return (
        None
        if (action, attribute, named) in closure.done
        else f"no step {does} the {attribute} {key}"
    )


def _find(subject: Subject) -> Iterator[Finding]:
    if subject.unread.any("campaign"):
        return
    closure = closure_of(subject)
    for address, campaign in subject.campaigns:
        for key, goal in campaign.goals.items():
            for index, trigger in enumerate(goal.when):
                reason = causeless(closure, closure.heard(subject.package, trigger))
                if reason is not None:
                    yield Finding(
                        f"nothing can cause {trigger.word} here: {reason}",
                        subject.span(address, ("goals", key, "when", index)),
                        "let a step do that, or listen for something else",
                    )


RULE = Rule(
    "goal-without-cause",
    Severity.ERROR,
    "a goal listens for what can never happen",
    """\
An email can be opened or bounce only when a step sends it, and a task can be completed only when a
step creates it. A goal that waits for one that nothing sends or creates will never be achieved.

What comes from outside is always possible: a form that is sent in, a purchase, a call of the API. A
tag, a note or a field can be given by hand; see goal-by-hand-only for those.""",
    _find,
)
