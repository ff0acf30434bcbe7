"""The rule that another way through a campaign is something new."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from package_format.campaign.model import NODE_GROUPS
from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.moving import across
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.kinds.model import Json
from package_format.references import Address
from package_format.upgrades.entries import contains
from package_format.upgrades.lineage import inner_addresses
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    arrived = frozenset(_arrived(versions))
    for old, new in versions.pairs:
        if old.kind != "campaign":
            continue
        before, after = old_data(versions, old), new_data(versions, new)
        if before.get("defaults") != after.get("defaults"):
            yield str(old.address), "its defaults changed", None
        for group in NODE_GROUPS:
            yield from _group(
                versions,
                (old.address, new.address),
                before.get(group, {}),
                after.get(group, {}),
                arrived,
            )
    for node in across(versions):
        yield str(node.address), f"it is {node.became} now", None
        if node.new is None:
            yield str(node.address), "it is gone", None
            continue
        waits = any("wait" in step for step in node.old.get("steps", ()))
        if waits and node.before.get("defaults") != node.after.get("defaults"):
            yield str(node.address), "its defaults changed", None
        yield from _node(versions, (node.address, node.became), node.old, node.new, arrived)


def _group(
    versions: Versions,
    campaigns: tuple[Address, Address],
    old: Json,
    new: Json,
    arrived: Container[Address],
) -> Iterator[Found]:
    campaign, here = campaigns
    known = set()
    for key, before in sorted(old.items()):
        address = Address("", "campaign", campaign.key, (key,))
        became = versions.became(address)
        if became is not None and became.resource != here:
            if became.resource not in versions.new.resources:
                yield str(address), f"it is {became} now", None
            continue
        after = new.get(became.inner[0]) if became is not None else None
        if became is None or after is None:
            yield str(address), "it is gone", None
            continue
        known.add(became.inner[0])
        if became.inner[0] != key:
            yield str(address), f"it is {became.inner[0]} now", None
        yield from _node(versions, (address, became), before, after, arrived)
    for key in sorted(set(new) - known):
        if replace(here, inner=(key,)) not in arrived:
            yield f"{campaign}.{key}", "it is new", None


def _node(
    versions: Versions,
    nodes: tuple[Address, Address],
    old: Json,
    new: Json,
    arrived: Container[Address],
) -> Iterator[Found]:
    """Say what is otherwise in a node, wherever it is now."""
    node, here = nodes
    for name in sorted({*old, *new} - {"title", "steps"}):
        if old.get(name) != new.get(name):
            what = "what it comes after" if name == "after" else f"its {name}"
            yield str(node), f"{what} changed", None
    after = {step["key"]: step for step in new.get("steps", [])}
    order = []
    for step in old.get("steps", []):
        address = replace(node, inner=(*node.inner, step["key"]))
        became = versions.became(address)
        if became is not None and not contains(here, became):
            yield str(address), f"this step is {became} now", None
            yield from _step(address, step, _step_at(versions, became) or step)
            continue
        twin = after.get(became.inner[-1]) if became is not None else None
        if twin is None:
            yield str(address), "this step is gone", None
            continue
        order.append(twin["key"])
        if twin["key"] != step["key"]:
            yield str(address), f"this step is {twin['key']} now", None
        yield from _step(address, step, twin)
    kept = [key for key in after if key in order]
    if kept != list(dict.fromkeys(order)):
        yield str(node), "its steps have another order", None
    for key in after:
        if key not in order and replace(here, inner=(*here.inner, key)) not in arrived:
            yield f"{here}.{key}", "this step is new", None


def _step(address: Address, old: Json, new: Json) -> Iterator[Found]:
    for name in sorted({*old, *new} - {"key"}):
        if old.get(name) != new.get(name):
            yield str(address), f"its {name} changed", None


def _step_at(versions: Versions, address: Address) -> Json:
    """Return a step of the new version; None if it has none there."""
    campaign = versions.new.resources.get(address.resource)
    sequences = {} if campaign is None else new_data(versions, campaign).get("sequences", {})
    steps = sequences.get(address.inner[0], {}).get("steps", ())
    return next((step for step in steps if step["key"] == address.inner[-1]), None)


def _arrived(versions: Versions) -> Iterator[Address]:
    """Yield the nodes that have come from another campaign, and what the old steps are now."""
    for campaign in versions.old.campaigns:
        home = versions.became(campaign.address)
        for inner in inner_addresses(campaign.flow):
            became = versions.became(replace(campaign.address, inner=inner))
            if became is not None and (len(inner) > 1 or became.resource != home):
                yield became


RULE = Rule(
    "flow-changed",
    Bump.MINOR,
    "contacts get something else, or at another time",
    """\
Steps, waits, arrows, goals and decisions are what a campaign does. Contacts who are travelling in
it keep their place, and get from there on what the new version says.""",
    _find,
)
