"""The rule that another way through a campaign is something new."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.checks.unknown_arrow import GROUPS
from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.kinds.model import Json
from package_format.references import Address
from package_format.upgrades import contains
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    for old, new in versions.pairs:
        if old.kind != "campaign":
            continue
        before, after = old_data(versions, old), new_data(versions, new)
        if before.get("defaults") != after.get("defaults"):
            yield str(old.address), "its defaults changed", None
        for group in GROUPS:
            yield from _group(
                versions, (old.address, new.address), before.get(group, {}), after.get(group, {})
            )


def _group(
    versions: Versions, campaigns: tuple[Address, Address], old: Json, new: Json
) -> Iterator[Found]:
    campaign, here = campaigns
    known = set()
    for key, before in sorted(old.items()):
        address = Address("", "campaign", campaign.key, (key,))
        became = versions.became(address)
        if became is not None and became.resource != here:
            yield str(address), f"it is {became} now", None
            continue
        after = new.get(became.inner[0]) if became is not None else None
        if became is None or after is None:
            yield str(address), "it is gone", None
            continue
        known.add(became.inner[0])
        if became.inner[0] != key:
            yield str(address), f"it is {became.inner[0]} now", None
        for name in sorted({*before, *after} - {"title", "steps"}):
            if before.get(name) != after.get(name):
                yield str(address), f"its {name} changed", None
        yield from _steps(versions, (address, became), before, after)
    for key in sorted(set(new) - known):
        yield f"{campaign}.{key}", "it is new", None


def _steps(
    versions: Versions, sequences: tuple[Address, Address], old: Json, new: Json
) -> Iterator[Found]:
    sequence, here = sequences
    after = {step["key"]: step for step in new.get("steps", [])}
    order = []
    for step in old.get("steps", []):
        address = Address("", "campaign", sequence.key, (*sequence.inner, step["key"]))
        became = versions.became(address)
        if became is not None and not contains(here, became):
            yield str(address), f"this step is {became} now", None
            continue
        twin = after.get(became.inner[-1]) if became is not None else None
        if twin is None:
            yield str(address), "this step is gone", None
            continue
        order.append(twin["key"])
        if twin["key"] != step["key"]:
            yield str(address), f"this step is {twin['key']} now", None
        for name in sorted({*step, *twin} - {"key"}):
            if step.get(name) != twin.get(name):
                yield str(address), f"its {name} changed", None
    kept = [key for key in after if key in order]
    if kept != list(dict.fromkeys(order)):
        yield str(sequence), "its steps have another order", None
    for key in after:
        if key not in order:
            yield f"{sequence}.{key}", "this step is new", None


RULE = Rule(
    "flow-changed",
    Bump.MINOR,
    "contacts get something else, or at another time",
    """\
Steps, waits, arrows, goals and decisions are what a campaign does. Contacts who are travelling in
it keep their place, and get from there on what the new version says.""",
    _find,
)
