"""The rule that a rename is said, not guessed."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import Sequence
from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.rule import Found, Rule, Versions, mend
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.package import Resource
from package_format.references import Address
from package_format.upgrades.entries import Moved
from package_format.versions import Bump


def _find(versions: Versions) -> Iterator[Found]:
    for old in versions.removed:
        if versions.became(old.address) == old.address:
            twin = next((n for n in versions.appeared if _is_twin(old, n)), None)
            if twin is not None:
                yield _found(old.address, twin.address, f"the same {KINDS[old.kind].title}")
    yield from _steps(versions)


def _steps(versions: Versions) -> Iterator[Found]:
    """Yield the steps that are gone, where a new one does the same to the same.

    It is looked for in the campaign that they would be in now, first in their sequence.
    """
    before = {
        address: action
        for campaign in versions.old.campaigns
        for address, action in _actions(old_data(versions, campaign), campaign).items()
    }
    after = {
        address: action
        for campaign in versions.new.campaigns
        for address, action in _actions(new_data(versions, campaign), campaign).items()
    }
    carried = {address: versions.became(address) for address in before}
    kept = set(carried.values())
    for address, action in before.items():
        became = carried[address]
        if became is None or became in after:
            continue
        twins = [
            candidate
            for candidate, does in after.items()
            if candidate.resource == became.resource and candidate not in kept and does == action
        ]
        near = [candidate for candidate in twins if candidate.inner[0] == became.inner[0]]
        for twin in (*near, *twins)[:1]:
            yield _found(address, twin, "the same action on the same target", became)


def _actions(data: Json, resource: Resource) -> dict[Address, Json]:
    """Return what each step does, by its address; steps that only wait are left out."""
    return {
        Address("", "campaign", resource.key, (key, step["key"])): step["action"]
        for key, node in resource.flow.nodes.items()
        if isinstance(node, Sequence)
        for step in data["sequences"][key]["steps"]
        if "action" in step
    }


def _is_twin(old: Resource, new: Resource) -> bool:
    """Whether an account would take two resources for one: the natural keys are the same."""
    natural = KINDS[old.kind].natural_key
    return bool(natural) and old.kind == new.kind and _natural(old) == _natural(new)


def _natural(resource: Resource) -> list[str]:
    names = KINDS[resource.kind].natural_key
    return [str(getattr(resource.model, name)).strip().casefold() for name in names]


def _found(old: Address, new: Address, what: str, now: Address | None = None) -> Found:
    """Return what is found.

    Args:
        old: What is gone.
        new: What is new.
        what: What that is to it.
        now: What the entries there are make of the old address; an entry to come goes on from it.
    """
    message = f"it is gone, and {new} is new and {what}; nothing says whether it moved there"
    return str(old), message, mend(Moved(now or old, new))


RULE = Rule(
    "renamed-without-entry",
    Bump.MAJOR,
    "something seems to have another name, and no entry says so",
    """\
One thing is gone and another, which an account would take for the same, is new. If it was renamed,
an entry of `upgrades.yaml` keeps what accounts have of it: contacts where they wait, messages that
are not sent twice, the owner's edits. If it was not, let the entry say `removed`.""",
    _find,
)
