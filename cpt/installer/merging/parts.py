"""Parts of a campaign's data: some of its nodes, by group and key, and a step."""

from __future__ import annotations

from collections.abc import Container

from package_format.campaign.model import NODE_GROUPS
from package_format.kinds.model import Json


def only(data: Json, nodes: Container[tuple[str, str]]) -> Json:
    """Return some nodes of a campaign, and nothing else that it says."""
    return canonical(
        {
            group: {key: node for key, node in data[group].items() if (group, key) in nodes}
            for group in NODE_GROUPS
            if group in data
        }
    )


def without(data: Json, nodes: Container[tuple[str, str]]) -> Json:
    """Return a campaign's data without some of its nodes."""
    return canonical(
        {
            name: {key: node for key, node in said.items() if (name, key) not in nodes}
            if name in NODE_GROUPS
            else said
            for name, said in data.items()
        }
    )


def canonical(data: Json) -> Json:
    """Leave out a group of which nothing is left, as canonical data does."""
    return {name: said for name, said in data.items() if said or name not in NODE_GROUPS}


def step_in(data: Json, inner: str) -> Json:
    """Return the step at an inner address (``remind.nudge``); None if there is none."""
    sequence, _, key = inner.partition(".")
    steps = data.get("sequences", {}).get(sequence, {}).get("steps", ())
    return next((step for step in steps if step["key"] == key), None)
