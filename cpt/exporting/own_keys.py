"""Own keys: what an owner added to a packaged campaign gets keys that a package may have."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cpt.exporting.keys import unique
from package_format.campaign.model import NODE_GROUPS
from package_format.checks.own_prefix_reserved import PREFIX
from package_format.kinds.model import Json


def without_own_keys(data: Mapping[str, Json]) -> dict[str, Json]:
    """Return a campaign's data in which no node, step or way has a key that owners reserve."""
    nodes = _renames([key for group in NODE_GROUPS for key in data.get(group, {})])
    ways = {
        key: _renames([way["key"] for way in decision["ways"]])
        for key, decision in data.get("decisions", {}).items()
    }
    changed = dict(data)
    for group in NODE_GROUPS:
        if group in data:
            changed[group] = {
                nodes[key]: _node(key, node, nodes, ways) for key, node in data[group].items()
            }
    return changed


def _renames(keys: Collection[str]) -> dict[str, str]:
    """Return the new key of each, its own where it may stay."""
    found = {key: key for key in keys if not key.startswith(PREFIX)}
    for key in keys:
        if key not in found:
            found[key] = unique(key.removeprefix(PREFIX), found.values())
    return found


def _node(
    key: str,
    node: Mapping[str, Json],
    nodes: Mapping[str, str],
    ways: Mapping[str, Mapping[str, str]],
) -> dict[str, Json]:
    changed = dict(node)
    if isinstance(node.get("after"), list):
        changed["after"] = [_arrow(text, nodes, ways) for text in node["after"]]
    if "steps" in node:
        steps = _renames([step["key"] for step in node["steps"]])
        changed["steps"] = [{**step, "key": steps[step["key"]]} for step in node["steps"]]
    if "ways" in node:
        changed["ways"] = [{**way, "key": ways[key][way["key"]]} for way in node["ways"]]
    if "when" in node:
        changed["when"] = [_trigger(trigger, nodes) for trigger in node["when"]]
    return changed


def _arrow(text: str, nodes: Mapping[str, str], ways: Mapping[str, Mapping[str, str]]) -> str:
    node, dot, way = text.partition(".")
    return f"{nodes.get(node, node)}{dot}{ways.get(node, {}).get(way, way)}"


def _trigger(trigger: Mapping[str, Json], nodes: Mapping[str, str]) -> Json:
    """Return a trigger in which ``in`` names sequences by their new keys."""
    return {
        word: {**inner, "in": [nodes.get(key, key) for key in inner["in"]]}
        if isinstance(inner, Mapping) and "in" in inner
        else inner
        for word, inner in trigger.items()
    }
