"""The rule that a loop within a campaign takes time."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.flow import Flow
from package_format.campaign.model import Goal, Sequence
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity


def _find(subject: Subject) -> Iterator[Finding]:
    for address, flow in subject.flows:
        for loop in _loops(flow):
            first = loop[0]
            group = next(
                g for g in ("sequences", "decisions", "joins") if first in getattr(flow.campaign, g)
            )
            yield Finding(
                f"this loop has no timer in it: {' -> '.join((*loop, first))}",
                subject.span(address, (group, first), key=True),
                "give one of its steps a wait",
            )


def _loops(flow: Flow) -> Iterator[tuple[str, ...]]:
    """Yield the loops that a contact would run through in no time, each once."""
    quick = {key for key, node in flow.nodes.items() if not _stops(node)}
    onward = {
        key: sorted({a.target for a in flow.arrows if a.source == key and a.target in quick})
        for key in sorted(quick)
    }
    seen: set[str] = set()
    for key in onward:
        if key not in seen:
            loop = _loop(onward, key)
            if loop:
                seen |= {other for other in _ahead(onward, key) if key in _ahead(onward, other)}
                yield loop


def _ahead(onward: dict[str, list[str]], start: str) -> set[str]:
    """Return everything that a contact comes to from a node."""
    found: set[str] = set()
    pending = [start]
    while pending:
        for target in onward[pending.pop()]:
            if target not in found:
                found.add(target)
                pending.append(target)
    return found


def _stops(node: object) -> bool:
    """Whether a contact stays at a node for a while: a goal has to happen, a wait has to end."""
    if isinstance(node, Sequence):
        return any(step.wait is not None for step in node.steps)
    return isinstance(node, Goal)


def _loop(onward: dict[str, list[str]], start: str) -> tuple[str, ...]:
    """Return the shortest way from a node back to itself; nothing if there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    visited: set[str] = set()
    for way in ways:
        for target in onward[way[-1]]:
            if target == start:
                return way
            if target not in visited:
                visited.add(target)
                ways.append((*way, target))
    return ()


RULE = Rule(
    "loop-without-timer",
    Severity.ERROR,
    "a loop takes no time",
    """\
A contact who comes into a loop in which nothing waits would run through it without end. The engine
stops them after one round (C5), which is not what anybody means. A loop is fine when one of its
sequences waits, or when it goes through a goal, which has to happen first.""",
    _find,
)
