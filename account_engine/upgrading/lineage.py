"""Lineage: which nodes and steps of a new flow are old ones, and what a flow listens for.

The account gives each node and step an id. One that keeps its address, or is moved to another,
keeps its id (M1), and with it what contacts have entered and passed. Ids are for the life of the
campaign: one that was gone and comes back, after a rollback say, is the one that it was (M3, C6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from account_engine.stores.records import Listening
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
    flow: Flow,
    old: Mapping[str, int],
    moves: Sequence[tuple[str, str]],
    remembered: Mapping[int, str] | None = None,
    foreign: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Return the ids that nodes and steps of a flow inherit; those that are new have none.

    Args:
        flow: The new flow.
        old: The ids of the old one.
        moves: Pairs of old and new inner addresses; a moved node takes its steps along. Where
            several are moved to one address, it has the id of the one that stays there (a pair
            of the address with itself), or else of the first.
        remembered: The last addresses of all ids that the campaign ever had, longest ago first.
            What the old flow has not is taken up again at the address it had, or where it is moved.
        foreign: The ids of what comes from other campaigns, by the new address. What stays there,
            or is moved there within the campaign, comes first; what only had that address, last.
    """
    foreign = foreign or {}
    taken = {target for _, target in moves}
    coming = {target: number for target, number in foreign.items() if target not in taken}
    left = {source for source, target in moves if source != target}
    ids: dict[str, int] = {}

    def inherit(known: Mapping[str, int], came_from: Mapping[str, str], left: set[str]) -> None:
        for inner in inner_addresses(flow):
            number = known.get(_source(inner, came_from, left))
            if number is not None and inner not in ids and number not in ids.values():
                ids[inner] = number

    for inner in inner_addresses(flow):
        if inner in coming and coming[inner] not in ids.values():
            ids[inner] = coming[inner]
    inherit(old, _origins(moves, old), left)
    live = set(old.values())
    gone = {address: n for n, address in (remembered or {}).items() if n not in live}
    inherit(gone, {}, left - old.keys())
    inherit(gone, _origins(moves, {**gone, **old}), left)
    return ids


def _origins(moves: Sequence[tuple[str, str]], known: Mapping[str, int]) -> dict[str, str]:
    """Return where what is moved came from, by its new address; what stays comes first."""
    came_from: dict[str, str] = {}
    for source, target in sorted(moves, key=lambda pair: pair[0] != pair[1]):
        if source in known:
            came_from.setdefault(target, source)
    return came_from


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
