"""Own keys: what an owner adds to a packaged campaign has keys that no package may use."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import Campaign, Decision, Sequence
from package_format.checks.own_prefix_reserved import PREFIX


def unowned(edited: Campaign, *known: Campaign) -> tuple[tuple[str, str], ...]:
    """Return what is new in an edited campaign under a key that a package could use one day.

    What stands inside a node of the owner's own can have any key.

    Args:
        edited: The campaign after the edit.
        known: The campaign before it, and as its package has it.

    Returns:
        Pairs of inner addresses: as it is called, and as it should be.
    """
    old = {inner for campaign in known for inner in _inner(campaign)}
    return tuple(
        (inner, f"{node}{dot}{PREFIX}{key}")
        for inner in _inner(edited)
        if inner not in old and not inner.startswith(PREFIX)
        for node, dot, key in [inner.rpartition(".")]
        if not key.startswith(PREFIX)
    )


def _inner(campaign: Campaign) -> Iterator[str]:
    """Yield every node, and every step and way, as ``remind`` and ``remind.nudge``."""
    for key, node in campaign.nodes.items():
        yield key
        match node:
            case Sequence():
                yield from (f"{key}.{step.key}" for step in node.steps)
            case Decision():
                yield from (f"{key}.{way.key}" for way in node.ways)
            case _:
                pass
