"""Deciding: which ways out of a decision a contact follows (C4)."""

from __future__ import annotations

from account_engine.interpreter.agenda import Arrival
from account_engine.interpreter.memory import Memory
from package_format.campaign.model import Choose, Decision, Way


def choose(memory: Memory, item: Arrival, decision: Decision) -> None:
    """Follow the ways that match now."""
    flow, key = item.flow, item.node
    ways = _matching(memory, decision)
    if not ways:
        memory.tell("ended", flow, key, "no way matches (C4)")
    for way in ways:
        memory.tell("entered", flow, f"{key}.{way.key}", "chose this way (C4)")
        targets = flow.flow.next_nodes(key, way.key)
        memory.lead(flow, key, f"{key}.{way.key}", targets, skip=item.skip)


def _matching(memory: Memory, decision: Decision) -> tuple[Way, ...]:
    """The first way whose condition holds, or every one; the others' way if there is none."""
    found = tuple(way for way in decision.ways if way.if_ is not None and memory.holds(way.if_))
    found = found or tuple(way for way in decision.ways if way.otherwise)
    return found[:1] if decision.choose is Choose.FIRST else found
