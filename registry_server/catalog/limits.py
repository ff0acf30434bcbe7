"""Limits: how much a package may have of what is read, compared, drawn and shown for everybody.

An archive of a few kilobytes can hold hundreds of thousands of keywords, or a campaign of which a
picture takes an hour. What is limited here is far beyond what anybody writes by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized

from package_format.campaign.model import Campaign, Decision, Sequence
from package_format.manifest import CATEGORIES, FEATURES
from package_format.package import Package

MOST_PARTS = 1_000
"""How many nodes, steps, ways and arrows a campaign may have, all together, to be drawn."""

MOST_PARTS_OF_ALL = 5_000
"""And all campaigns of a package."""

_LISTED: Mapping[str, tuple[int, Callable[[Package], Sized]]] = {
    "keywords": (50, lambda package: package.manifest.package.keywords),
    "categories": (len(CATEGORIES), lambda package: package.manifest.package.categories),
    "features": (len(FEATURES), lambda package: package.manifest.account.features),
    "exports": (5_000, lambda package: package.manifest.package.exports),
    "dependencies": (100, lambda package: package.manifest.dependencies),
    "parameters": (500, lambda package: package.manifest.parameters),
    "rules between parameters": (500, lambda package: package.manifest.rules),
    "waivers": (1_000, lambda package: package.manifest.waivers),
    "resources": (5_000, lambda package: package.resources),
    "entries in upgrades.yaml": (5_000, lambda package: package.upgrades),
}


def beyond(package: Package) -> tuple[str, ...]:
    """Return what a package has too much of, a sentence without a full stop each."""
    found = [
        f"it has {count:,} {what}, and may have {most:,}"
        for what, (most, listed) in _LISTED.items()
        if (count := len(listed(package))) > most
    ]
    if not found:
        parts = 0
        for campaign in package.campaigns:
            own = parts_of(campaign.model)
            parts += own
            if own > MOST_PARTS:
                found.append(
                    f"the campaign {campaign.key} has more than {MOST_PARTS:,} nodes, steps, ways "
                    "and arrows"
                )
        if parts > MOST_PARTS_OF_ALL:
            found.append(
                f"its campaigns have more than {MOST_PARTS_OF_ALL:,} nodes, steps, ways and arrows"
            )
    return tuple(found)


def parts_of(campaign: object) -> int:
    """Return how many nodes, steps, ways and arrows a campaign has; ``after: all`` is many."""
    assert isinstance(campaign, Campaign)  # noqa: S101  the model of that kind
    nodes = campaign.nodes
    count = len(nodes)
    for node in nodes.values():
        match node:
            case Sequence():
                count += len(node.steps)
            case Decision():
                count += len(node.ways)
            case _:
                pass
        count += len(nodes) if node.after == "all" else len(node.after)
    return count
