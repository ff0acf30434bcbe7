"""The rule that goals do not set each other off without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from package_format.checks.closure import Closure, Event, PlacedGoal, closure_of
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.references import Address

PlacedName: TypeAlias = tuple[str, str, str]
"""A goal's package, campaign and key."""


def _find(subject: Subject) -> Iterator[Finding]:
    closure = closure_of(subject)
    onward = _onward(closure)
    own = [goal for goal in closure.goals if goal.package is subject.package]
    reported: set[PlacedName] = set()
    for goal in own:
        loop = () if goal.name in reported else _loop(onward, goal.name)
        if loop:
            reported |= set(loop)
            reported |= {
                name for name in _ahead(onward, goal.name) if goal.name in _ahead(onward, name)
            }
            several = len({name[:2] for name in loop}) > 1
            way = " -> ".join(_told(name, subject, several=several) for name in (*loop, loop[0]))
            address = Address("", "campaign", goal.campaign)
            yield Finding(
                f"these goals set each other off in no time: {way}"
                if len(loop) > 1
                else f"the goal {goal.key} sets itself off in no time",
                subject.span(address, ("goals", goal.key), key=True),
                "put a wait before the step that closes the circle, or give a goal an if",
            )


def _onward(closure: Closure) -> Mapping[PlacedName, list[PlacedName]]:
    """Return which goals each goal sets off in the turn in which it is achieved."""
    heard = [
        (closure.heard(goal.package, trigger), goal)
        for goal in closure.goals
        for trigger in goal.goal.when
    ]
    listening: dict[tuple[str, str, object], list[tuple[Event, PlacedGoal]]] = {}
    for event, goal in heard:
        name, value = next(iter(event.attributes.items()), ("", None))
        listening.setdefault((event.word, name, value), []).append((event, goal))
    found: dict[PlacedName, list[PlacedName]] = {}
    for goal in closure.goals:
        names: set[PlacedName] = set()
        for step in closure.quickly(goal):
            for caused in step.caused:
                for name, value in (*caused.attributes.items(), ("", None)):
                    alike = listening.get((caused.word, name, value), ())
                    names |= {other.name for event, other in alike if caused.meets(event)}
        found[goal.name] = sorted(names)
    return found


def _ahead(onward: Mapping[PlacedName, list[PlacedName]], start: PlacedName) -> set[PlacedName]:
    found: set[PlacedName] = set()
    pending = [start]
    while pending:
        for name in onward[pending.pop()]:
            if name not in found:
                found.add(name)
                pending.append(name)
    return found


def _loop(
    onward: Mapping[PlacedName, list[PlacedName]], start: PlacedName
) -> tuple[PlacedName, ...]:
    """Return the shortest way from a goal back to itself; nothing if there is none."""
    ways: list[tuple[PlacedName, ...]] = [(start,)]
    visited: set[PlacedName] = set()
    for way in ways:
        for name in onward[way[-1]]:
            if name == start:
                return way
            if name not in visited:
                visited.add(name)
                ways.append((*way, name))
    return ()


def _told(name: PlacedName, subject: Subject, *, several: bool) -> str:
    package, campaign, key = name
    if package != subject.package.name:
        return f"{package}:{campaign}.{key}"
    return f"{campaign}.{key}" if several else key


RULE = Rule(
    "loop-across-campaigns",
    Severity.WARNING,
    "goals set each other off",
    """\
What a step does can achieve a goal: of the same campaign, of another one, or of another package.
When the steps after that goal achieve the first one again, and nothing waits in between, a contact
goes round in no time. Two tags that apply each other are the usual case.

The engine stops a contact after one round in each turn (C5), and a tag that a contact has already
causes nothing (C10). But nobody means such a circle, and with a step that removes the tag it would
never come to rest.""",
    _find,
)
