"""Joins: where parallel ways meet, and when they have met (C8).

A round of a join is a joining position: its first arrival makes one, further arrivals are noted in
it, and passing ends it. A join that waits for any of its ways passes at the first arrival; while
its feeders are still busy it leaves an *absorbing* position (`Position.overtaken`), which waits for
nothing and swallows what still arrives.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from account_engine.flows import LiveFlow
from account_engine.interpreter.agenda import Arrival
from account_engine.interpreter.memory import Memory
from account_engine.position import Position, Status
from package_format.campaign.model import Goal, Join, WaitFor


def is_busy(flow: LiveFlow, join: str, positions: Collection[Position]) -> bool:
    """Whether anything may still arrive at a join by itself.

    That is a running position that no goal has overtaken, or a waiting join, among its feeders;
    joins on a common loop do not block each other.
    """
    feeders = flow.flow.feeders(join)
    return any(
        position.status is Status.RUNNING or not flow.flow.on_one_loop(position.node, join)
        for position in positions
        if (position.campaign, position.version) == flow.key and position.node in feeders
        if position.status is not Status.QUEUED and not position.overtaken
    )


def may_pass(flow: LiveFlow, position: Position, positions: Collection[Position]) -> bool:
    """Whether the round of a join is complete.

    Args:
        flow: The flow.
        position: The position at the join.
        positions: All of the contact's positions.
    """
    join = flow.flow.nodes[position.node]
    if not isinstance(join, Join) or position.status is not Status.JOINING or position.overtaken:
        return False
    if join.wait_for is WaitFor.ANY:
        return True
    goals = {key for key in join.after if isinstance(flow.flow.nodes.get(key), Goal)}
    return goals <= set(position.arrived) and not is_busy(flow, position.node, positions)


def arrive(memory: Memory, item: Arrival) -> None:
    """Note that a contact has come to a join."""
    flow, key = item.flow, item.node
    there = memory.positions.get((*flow.key, key))
    if there is not None and there.overtaken:
        memory.tell("joined", flow, key, f"from {item.source}, where others had passed (C8)")
    elif (*flow.key, key) in memory.entered:
        memory.tell("refused", flow, key, "passed in this turn already (C5)")
    else:
        if there is None or there.status is Status.QUEUED:
            there = memory.opened(flow, key, Status.JOINING)
        arrived = tuple(sorted({*there.arrived, item.source}))
        skip = there.skip | item.skip
        memory.positions[there.identity] = replace(there, arrived=arrived, due=None, skip=skip)
        memory.tell("joined", flow, key, f"from {item.source}")


def settle(memory: Memory) -> bool:
    """Let every join pass that may, all at once, and say whether any did."""
    before = tuple(memory.positions.values())
    passing = []
    for flow in memory.flows:
        for position in memory.at(flow, flow.flow.campaign.joins):
            if position.overtaken:
                _forget(memory, flow, position, before)
            elif position.due is None and may_pass(flow, position, before):
                passing.append((flow, position))
    for flow, position in passing:
        _pass(memory, flow, position, before)
    return bool(passing)


def _forget(
    memory: Memory, flow: LiveFlow, position: Position, before: Collection[Position]
) -> None:
    """Stop absorbing as soon as nothing can arrive any more."""
    if is_busy(flow, position.node, before):
        return
    if position.status is Status.QUEUED:
        memory.positions[position.identity] = replace(position, overtaken=False)
    else:
        del memory.positions[position.identity]


def _pass(memory: Memory, flow: LiveFlow, position: Position, before: Collection[Position]) -> None:
    key = position.node
    memory.entered.add(position.identity)
    del memory.positions[position.identity]
    memory.tell("joined", flow, key, f"passed with {', '.join(position.arrived)} (C8)")
    memory.lead(flow, key, key, flow.flow.next_nodes(key), position, position.skip)
    absorbs = flow.flow.campaign.joins[key].wait_for is WaitFor.ANY
    if absorbs and is_busy(flow, key, before):
        left = memory.positions.get(position.identity, position)
        memory.positions[position.identity] = replace(left, overtaken=True)
