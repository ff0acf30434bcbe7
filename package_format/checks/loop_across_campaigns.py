"""The rule that goals do not set each other off without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from package_format.checks.closure import closure_of
from package_format.checks.loops import PlacedName, loop, onward
from package_format.checks.rule import Finding, Rule, Subject
from package_format.diagnostics import Severity
from package_format.references import Address


def _find(subject: Subject) -> Iterator[Finding]:
    closure = closure_of(subject)
    setting_off = onward(closure, closure.quickly)
    own = [goal for goal in closure.goals if goal.package is subject.package]
    reported: set[PlacedName] = set()
    for goal in own:
        names = () if goal.name in reported else loop(setting_off, goal.name)
        if names:
            reported |= set(names)
            reported |= {
                name
                for name in _ahead(setting_off, goal.name)
                if goal.name in _ahead(setting_off, name)
            }
            several = len({name[:2] for name in names}) > 1
            way = " -> ".join(_told(name, subject, several=several) for name in (*names, names[0]))
            address = Address("", "campaign", goal.campaign)
            yield Finding(
                f"these goals set each other off in no time: {way}"
                if len(names) > 1
                else f"the goal {goal.key} sets itself off in no time",
                subject.span(address, ("goals", goal.key), key=True),
                "put a wait before the step that closes the circle, or give a goal an if",
            )


def _ahead(
    setting_off: Mapping[PlacedName, list[PlacedName]], start: PlacedName
) -> set[PlacedName]:
    found: set[PlacedName] = set()
    pending = [start]
    while pending:
        for name in setting_off[pending.pop()]:
            if name not in found:
                found.add(name)
                pending.append(name)
    return found


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
