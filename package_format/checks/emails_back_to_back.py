"""The rule that two emails do not come at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from package_format.campaign.actions import SendEmail
from package_format.campaign.flow import Flow
from package_format.campaign.model import Sequence, Step
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


@dataclass(frozen=True)
class _Sent:
    """An email where it is sent."""

    sequence: str
    index: int
    step: Step

    @property
    def email(self) -> str:
        """The email's key."""
        return self.step.action.email if isinstance(self.step.action, SendEmail) else ""


def _find(subject: Subject) -> Iterator[Finding]:
    for address, flow in subject.flows:
        reported: set[tuple[str, int]] = set()
        for first, second in _pairs(flow):
            at = (second.sequence, second.index)
            if at in reported or (first.step.if_ is not None and second.step.if_ is not None):
                continue
            reported.add(at)
            path = ("sequences", second.sequence, "steps", second.index)
            yield Finding(
                f"the email {second.email} is sent together with {first.email}: nothing waits "
                "between them",
                subject.span(address, path, key=True),
                f"give the step {second.step.key} a wait",
            )


def _pairs(flow: Flow) -> Iterator[tuple[_Sent, _Sent]]:
    """Yield emails of which the second goes out in the same turn as the first."""
    for key, sequence in flow.campaign.sequences.items():
        last: _Sent | None = None
        for index, step in enumerate(sequence.steps):
            last = None if step.wait is not None else last
            if isinstance(step.action, SendEmail):
                sent = _Sent(key, index, step)
                if last is not None:
                    yield last, sent
                last = sent
        if last is not None:
            yield from ((last, sent) for sent in _leading(flow, key, None))
    for key, way in sorted({(arrow.source, arrow.way or "") for arrow in flow.arrows}):
        if not isinstance(flow.nodes[key], Sequence):
            together = _leading(flow, key, way or None)
            yield from ((together[0], other) for other in together[1:])


def _leading(flow: Flow, source: str, way: str | None) -> list[_Sent]:
    """Return the first email of each sequence to which a node leads at once."""
    found: list[_Sent] = []
    for key in flow.next_nodes(source, way):
        node = flow.nodes[key]
        if isinstance(node, Sequence) and key != source:
            first = _first(key, node)
            found += [first] if first else []
    return found


def _first(key: str, sequence: Sequence) -> _Sent | None:
    for index, step in enumerate(sequence.steps):
        if step.wait is not None:
            return None
        if isinstance(step.action, SendEmail):
            return _Sent(key, index, step)
    return None


RULE = Rule(
    "emails-back-to-back",
    Severity.WARNING,
    "two emails are sent at once",
    """\
Two emails that reach a contact in the same minute look like a mistake, and the second is read by
nobody. A wait belongs between them, also where one sequence follows another, and where one node
starts two sequences. Two emails that each have an `if` may be alternatives, and are not
reported.""",
    _find,
)
