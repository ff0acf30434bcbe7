"""The rule that goals hear what they heard."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.model import Audience
from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.rule import Found, Rule, Versions
from package_format.kinds.model import Json
from package_format.package import Resource
from package_format.references import Address
from package_format.versions import Bump

_HEARD = {
    Audience.ANY_CONTACT: {Audience.ANY_CONTACT},
    Audience.IN_CAMPAIGN: {Audience.ANY_CONTACT, Audience.IN_CAMPAIGN},
    Audience.NEWCOMERS: {Audience.ANY_CONTACT, Audience.NEWCOMERS},
}
"""Which audiences take in everybody whom an old one took in."""


def _find(versions: Versions) -> Iterator[Found]:
    for resource in versions.old.campaigns:
        for key, goal in sorted(old_data(versions, resource).get("goals", {}).items()):
            address = Address("", "campaign", resource.key, (key,))
            if versions.is_handed_over(address):
                continue
            found = _counterpart(versions, address)
            if found is None:
                yield str(address), "what it listens for is heard no longer", None
                continue
            campaign, new_key = found
            new = new_data(versions, campaign)["goals"][new_key]
            audiences = (_hears(resource, key), _hears(campaign, new_key))
            for message in _narrowed(goal, new, audiences):
                yield str(address), message, None


def _counterpart(versions: Versions, address: Address) -> tuple[Resource, str] | None:
    """Return the new campaign and goal that an old goal has become."""
    became = versions.became(address)
    campaign = versions.new.resources.get(became.resource) if became else None
    if became is None or campaign is None:
        return None
    return (campaign, became.inner[0]) if became.inner[0] in campaign.data["goals"] else None


def _hears(resource: Resource, key: str) -> Audience:
    goals = getattr(resource.model, "goals")  # noqa: B009  a resource's model may be of any kind
    hears: Audience = goals[key].hears
    return hears


def _narrowed(old: Json, new: Json, audiences: tuple[Audience, Audience]) -> Iterator[str]:
    for trigger in old["when"]:
        if trigger not in new["when"]:
            (word,) = trigger
            named = " ".join(str(value) for value in trigger[word].values())
            yield f"it no longer listens for {word} ({named})"
    if new.get("if") not in (None, old.get("if")):
        yield "it has a condition now" if "if" not in old else "its condition changed"
    before, after = audiences
    if after not in _HEARD[before]:
        yield f"it heard {before} and hears {after}"


RULE = Rule(
    "trigger-narrowed",
    Bump.MAJOR,
    "a goal hears less than before",
    """\
Events that led a contact onward pass without a word when a goal is gone, has lost a trigger, or
hears fewer contacts. A condition that changed counts too: whether it is wider cannot be told. To
add to what a goal hears is never breaking.""",
    _find,
)
