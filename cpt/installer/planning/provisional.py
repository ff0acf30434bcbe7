"""Provisional: what a plan with conflicts shows of contacts before its owner has settled them (M9).

It shows just what it would with each conflict settled in one way: theirs kept, or, where only that
can be, the package's taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cpt.installer.changes import Change
from cpt.installer.choices import Choices, Selector
from cpt.installer.merging.merge import Side
from cpt.installer.plan import Plan


def provisionally(made: Plan, choices: Choices, settled: Callable[[Choices], Plan]) -> Plan:
    """Return a plan that shows contacts, and when they act next, as they would be if settled.

    Args:
        made: The plan.
        choices: What its owner has chosen.
        settled: Makes the plan once more, with more chosen.
    """
    sides = {
        Selector.parse(remedy.target): side
        for change in made.conflicts
        if (side := _side(change)) is not None
        for remedy in change.remedies
        if remedy.flag == side
    }
    if not sides:
        return made
    would_be = settled(replace(choices, sides={**choices.sides, **sides}))
    occupied = {travel.campaign for travel in would_be.travels if travel.contacts}
    notes = (_note(change) for change in made.conflicts if change.address in occupied)
    return replace(made, travels=would_be.travels, notes=(*would_be.notes, *filter(None, notes)))


def _side(change: Change) -> Side | None:
    """How a conflict is taken to be settled; None if its owner has to do something else first."""
    flags = {remedy.flag for remedy in change.remedies}
    return next((side for side in (Side.KEEP, Side.TAKE) if side in flags), None)


def _note(change: Change) -> str:
    """Say how it is shown where those in a campaign go."""
    side = _side(change)
    if side is None:
        return ""
    what = "keep yours" if side is Side.KEEP else "take the package's"
    return (
        f"Where the contacts in “{change.label}” go is shown as it would be if you {what}, and "
        "once more when you have settled it."
    )
