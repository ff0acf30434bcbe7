"""Renaming nodes and steps in a campaign's data, so that a merge compares what belongs together.

Base and live still have the old version's keys when the new version has moved some; both are
rewritten to the new keys before the merge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cpt.installer.merging.order import woven
from cpt.installer.merging.parts import step_in
from package_format.campaign.model import NODE_GROUPS
from package_format.kinds.model import Json


def renamed(
    data: Json,
    moves: Sequence[tuple[str, str]],
    pattern: Json,
    preferred: Collection[str] = (),
) -> Json:
    """Return a campaign's data with its nodes and steps under their new keys.

    Args:
        data: Canonical data.
        moves: Pairs of inner addresses, old and new, of nodes and of steps.
        pattern: The new version's data; it says how a sequence looks that does not exist yet.
        preferred: Old inner addresses that win where several become one.
    """
    if not moves:
        return data
    nodes = {old: new for old, new in moves if "." not in old}
    result = {
        **data,
        **{group: _renamed_group(data[group], nodes) for group in NODE_GROUPS if group in data},
    }
    steps = _steps_by_target(data, nodes, dict(moves), preferred)
    return {**result, "sequences": _refilled(result.get("sequences", {}), steps, pattern)}


def edited(base: Json, live: Json, moves: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return which of the steps that move differ in two versions of a campaign's data."""
    return frozenset(old for old, _ in moves if step_in(base, old) != step_in(live, old))


def renamed_path(text: str, moves: Mapping[str, str]) -> str:
    """Return the path of a campaign's field under the new keys; both as selectors have it.

    Args:
        text: ``sequences.remind.steps.reminder.wait``.
        moves: Old and new inner addresses, of nodes and of steps.
    """
    group, *inside = text.split(".")
    if group not in NODE_GROUPS or not inside:
        return text
    node, *inside = inside
    target = moves.get(node, node)
    if group == "sequences" and len(inside) > 1 and inside[0] == "steps":
        home, _, key = moves.get(f"{node}.{inside[1]}", f"{target}.{inside[1]}").partition(".")
        return ".".join((group, home, "steps", key, *inside[2:]))
    return ".".join((group, target, *inside))


@dataclass
class _Steps:
    """The steps of one sequence under their new keys.

    Attributes:
        by_key: The steps.
        residents: The keys of those that stood in it before, in order.
    """

    by_key: dict[str, Json] = field(default_factory=dict)
    residents: list[str] = field(default_factory=list)


def _renamed_group(group: Json, nodes: Mapping[str, str]) -> Json:
    taken = {key for key in group if nodes.get(key, key) == key}
    named: dict[str, Json] = {}
    for key, node in group.items():
        new = nodes.get(key, key)
        if new != key and (new in taken or new in named):
            continue
        named[new] = (
            {**node, "after": _renamed_arrows(node["after"], nodes)} if ("after" in node) else node
        )
    return named


def _renamed_arrows(after: Json, nodes: Mapping[str, str]) -> Json:
    if isinstance(after, str):
        return after
    arrows = []
    for text in after:
        node, dot, way = text.partition(".")
        arrows.append(f"{nodes.get(node, node)}{dot}{way}")
    return list(dict.fromkeys(arrows))


def _steps_by_target(
    data: Json, nodes: Mapping[str, str], moves: Mapping[str, str], preferred: Collection[str]
) -> dict[str, _Steps]:
    """Return the steps of every sequence, by its new key."""
    found: dict[str, _Steps] = {}
    for sequence, node in data.get("sequences", {}).items():
        home = nodes.get(sequence, sequence)
        for step in node["steps"]:
            inner = f"{sequence}.{step['key']}"
            target, _, key = moves.get(inner, f"{home}.{step['key']}").partition(".")
            steps = found.setdefault(target, _Steps())
            if target == home and key not in steps.residents:
                steps.residents.append(key)
            if key not in steps.by_key or inner in preferred:
                steps.by_key[key] = {**step, "key": key}
    return found


def _refilled(sequences: Json, steps: Mapping[str, _Steps], pattern: Json) -> Json:
    """Put the steps into their sequences; one that is new looks as the pattern has it."""
    wanted = pattern.get("sequences", {})
    result: dict[str, Json] = {}
    for key in dict.fromkeys((*sequences, *steps)):
        node = sequences.get(key) or wanted[key]
        own = steps.get(key, _Steps())
        authors = [step["key"] for step in wanted.get(key, {}).get("steps", ())]
        order = woven(own.residents, authors, own.by_key)
        result[key] = {**node, "steps": [own.by_key[k] for k in order]}
    return result
