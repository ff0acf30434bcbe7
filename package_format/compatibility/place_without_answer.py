"""The rule that a contact who may be waiting somewhere has somewhere to go (M2)."""

from __future__ import annotations

from collections.abc import Iterator

from package_format.campaign.places import Place, places
from package_format.compatibility.moving import goes_on
from package_format.compatibility.rule import Found, Rule, Versions, mend
from package_format.package import Resource
from package_format.references import Address
from package_format.upgrades.answers import Via
from package_format.upgrades.entries import Leave, Removed, carry
from package_format.versions import Bump

_HINT = "or {continue-at: …}, or exit"


def _find(versions: Versions) -> Iterator[Found]:
    for resource in versions.old.campaigns:
        lost = [place for place in places(resource.flow) if not _is_sure(versions, resource, place)]
        if not lost:
            continue
        new = versions.counterpart(resource)
        if new is None:
            yield _found(resource.address, lost, "the campaign is gone")
            continue
        for node in dict.fromkeys(place.node for place in lost):
            here = [place for place in lost if place.node == node]
            yield _of_node(versions, resource, new, here)


def _of_node(versions: Versions, resource: Resource, new: Resource, lost: list[Place]) -> Found:
    address = Address("", "campaign", resource.key, (lost[0].node,))
    became = versions.became(address)
    if became is None or became.inner[0] not in new.flow.nodes:
        return _found(address, lost, f"{lost[0].node} is gone")
    if type(new.flow.nodes[became.inner[0]]) is not type(resource.flow.nodes[lost[0].node]):
        return _found(address, lost, f"{lost[0].node} is something else")
    whole = len(lost) > 1 or lost[0].step is None
    narrow = address if whole else Address("", "campaign", resource.key, lost[0].inner)
    return _found(narrow, lost, "no goal would listen for them any more")


def _found(address: Address, lost: list[Place], why: str) -> Found:
    witness = f"a contact who waits at {lost[0]} has nowhere to go: {why}"
    if more := len(lost) - 1:
        others = "1 other place" if more == 1 else f"{more} other places"
        witness += f" (and so from {others})"
    return str(address), witness, mend(Removed(address, Leave.FINISH_ON_OLD), _HINT)


def _is_sure(versions: Versions, resource: Resource, place: Place) -> bool:
    """Whether M2 itself has an answer; one that is merely inferred is not the author's word."""
    found = goes_on(versions, resource, place)
    if found is not None:
        return found.via is not Via.INFERRED
    carried = carry(Address("", "campaign", resource.key, place.inner), versions.entries)
    target = carried if isinstance(carried, Address) else carried.contacts
    return isinstance(target, Address) and bool(target.package)


RULE = Rule(
    "place-without-answer",
    Bump.MAJOR,
    "a contact who may be waiting has nowhere to go",
    """\
Contacts wait at the steps, ends and joins of a campaign while it is upgraded under them. Each such
place of the old version is asked where its contacts go in the new one: to what an entry of
`upgrades.yaml` says, to the same place, to the next step of the sequence, or to its end. Here
nothing says. An entry mends it: `continue-at` sends contacts on elsewhere, `finish-on-old` lets
them finish what they began, and `exit` lets them go, if that is meant. This rule cannot be
waived.""",
    _find,
    can_be_waived=False,
)
