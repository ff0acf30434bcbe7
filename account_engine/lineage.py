"""Lineage: which nodes and steps of a new flow are old ones, and what a flow listens for.

The account gives each node and step an id. One that keeps its address, or is moved to another,
keeps its id (M1), and with it what contacts have entered and passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from account_engine.stores.port import Listening
from package_format.campaign.model import Goal
from package_format.campaign.model import Sequence as Steps

if TYPE_CHECKING:
    from package_format.campaign.flow import Flow


def inner_addresses(flow: Flow) -> Iterator[str]:
    """Yield the inner address of every node and step: ``remind``, ``remind.nudge``."""
    for key, node in flow.nodes.items():
        yield key
        if isinstance(node, Steps):
            yield from (f"{key}.{step.key}" for step in node.steps)


def inherited(
    flow: Flow, old: Mapping[str, int], moves: Sequence[tuple[str, str]]
) -> dict[str, int]:
    """Return the ids that nodes and steps of a flow inherit; those that are new have none.

    Args:
        flow: The new flow.
        old: The ids of the old one.
        moves: Pairs of old and new inner addresses; a moved node takes its steps along. Where
            several are moved to one address, it has the id of the one that stays there (a pair
            of the address with itself), or else of the first.
    """
    came_from: dict[str, str] = {}
    for source, target in sorted(moves, key=lambda pair: pair[0] != pair[1]):
        if source in old:
            came_from.setdefault(target, source)
    left = {source for source, target in moves if source != target}
    ids: dict[str, int] = {}
    for inner in inner_addresses(flow):
        source = _source(inner, came_from, left)
        if source in old and old[source] not in ids.values():
            ids[inner] = old[source]
    return ids


def _source(inner: str, came_from: Mapping[str, str], left: set[str]) -> str:
    """Return the old inner address of a new one; an address that nothing had, where it is new."""
    if inner in came_from:
        return came_from[inner]
    node, dot, step = inner.partition(".")
    if dot and node in came_from:
        inner = f"{came_from[node]}.{step}"
    elif node in left:
        return ""
    return "" if inner in left else inner


def listening(flow: Flow) -> Iterator[Listening]:
    """Yield every trigger of every goal of a flow."""
    for key, node in flow.nodes.items():
        if isinstance(node, Goal):
            for trigger in node.when:
                yield Listening(trigger.word, trigger.narrowing, key)
