"""Loops: ways on which goals set each other off, round and round (C2, C10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from package_format.checks.closure import Closure, Event, PlacedGoal, PlacedStep

PlacedName: TypeAlias = tuple[str, str, str]
"""A goal's package, campaign and key."""


def onward(
    closure: Closure, steps: Callable[[PlacedGoal], Iterable[PlacedStep]]
) -> Mapping[PlacedName, list[PlacedName]]:
    """Return which goals each goal sets off.

    Args:
        closure: Where they are.
        steps: The steps that a goal leads to: `Closure.quickly` or `Closure.sooner_or_later`.
    """
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
        for step in steps(goal):
            for caused in step.caused:
                for name, value in (*caused.attributes.items(), ("", None)):
                    alike = listening.get((caused.word, name, value), ())
                    names |= {other.name for event, other in alike if caused.meets(event)}
        found[goal.name] = sorted(names)
    return found


def loop(
    onward: Mapping[PlacedName, list[PlacedName]],
    start: PlacedName,
    through: Callable[[PlacedName], bool] = lambda _: True,
) -> tuple[PlacedName, ...]:
    """Return the shortest way from a goal back to itself; nothing if there is none.

    Args:
        onward: Which goals each goal sets off.
        start: The goal.
        through: Of which goals there has to be one on the way.
    """
    ways: list[tuple[bool, tuple[PlacedName, ...]]] = [(through(start), (start,))]
    visited: set[tuple[bool, PlacedName]] = set()
    for is_through, way in ways:
        for name in onward[way[-1]]:
            if name == start and is_through:
                return way
            state = (is_through or through(name), name)
            if state not in visited:
                visited.add(state)
                ways.append((state[0], (*way, name)))
    return ()
