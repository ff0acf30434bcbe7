"""Lineage: what the nodes and steps of an old flow are called in a new version (M1).

They keep their ids where entries move them, within their campaign or to another one. Where their
contacts go is told in `package_format.upgrades.answers`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from package_format.campaign.flow import Flow
from package_format.campaign.model import Sequence
from package_format.references import Address
from package_format.upgrades.entries import Entry, Gone, carry


@dataclass(frozen=True)
class Lineage:
    """An old flow, and what entries make of its nodes and steps.

    Attributes:
        old: The flow, the owner's edits included.
        campaign: Its campaign's address.
        entries: The entries that the installed version lacks, in order.
    """

    old: Flow
    campaign: Address
    entries: tuple[Entry, ...]

    def start(self, inner: tuple[str, ...]) -> Address:
        """Return the address that a node or step has, as entries write it."""
        return replace(self.unqualified(self.campaign), package="", inner=inner)

    def carried(self, inner: tuple[str, ...]) -> Address | Gone:
        """Return what the entries make of a node or step."""
        return carry(self.start(inner), self.entries)

    def unqualified(self, address: Address) -> Address:
        """Leave out the package where it is the campaign's own, as entries do."""
        own = address.package == self.campaign.package
        return replace(address, package="") if own else address


def moves(
    old: Flow,
    new: Flow,
    campaign: Address,
    entries: Iterable[Entry],
    new_address: Address | None = None,
    arriving: Container[str] = (),
) -> tuple[tuple[str, str], ...]:
    """Return the nodes and steps that have another inner address in the new flow, as pairs.

    They keep their ids (M1). Where several were merged into one, each has its pair, and so has one
    that stays at its address while others come to it.

    Args:
        old: As of `Lineage`.
        new: The new flow.
        campaign: The old campaign's address.
        entries: As of `Lineage`.
        new_address: The campaign's address in the new version, when it is another than the entries
            say.
        arriving: The inner addresses to which others come from other campaigns.
    """
    lineage = Lineage(old, campaign, tuple(entries))
    home = new_address or lineage.carried(())
    if not isinstance(home, Address):
        return ()
    here = lineage.unqualified(home)
    pairs = []
    for inner in inner_addresses(old):
        carried = lineage.carried(inner)
        if not isinstance(carried, Address):
            continue
        if lineage.unqualified(carried.resource) == here and has(new, carried.inner):
            pairs.append((".".join(inner), ".".join(carried.inner)))
    reached = {target for source, target in pairs if source != target}
    return tuple(
        (source, target)
        for source, target in pairs
        if source != target or target in reached or target in arriving
    )


def departures(
    old: Flow, campaign: Address, entries: Iterable[Entry], new_address: Address
) -> tuple[tuple[str, Address], ...]:
    """Return the nodes and steps that go to other campaigns, with their addresses there.

    They take their ids along (M1), as those of `moves` keep them.

    Args:
        old: The flow that they leave.
        campaign: The old campaign's address.
        entries: As of `Lineage`.
        new_address: The campaign's address in the new version, or under which it is removed.
    """
    lineage = Lineage(old, campaign, tuple(entries))
    found = []
    for inner in inner_addresses(old):
        carried = lineage.carried(inner)
        if isinstance(carried, Address):
            target = carried if carried.package else carried.within(campaign.package)
            if target.resource != new_address:
                found.append((".".join(inner), target))
    return tuple(found)


def survivors(
    old: Flow, campaign: Address, entries: Iterable[Entry], new_address: Address
) -> frozenset[Address]:
    """Return the full addresses in the new version of what nodes and steps have become.

    Args:
        old: The flow that they are in.
        campaign: The old campaign's full address.
        entries: As of `Lineage`.
        new_address: The campaign's full address in the new version.
    """
    lineage = Lineage(old, campaign, tuple(entries))
    home = lineage.carried(())
    found = set()
    for inner in inner_addresses(old):
        became = lineage.carried(inner)
        if isinstance(became, Address) and became.resource == home:
            found.add(replace(new_address, inner=became.inner))
        elif isinstance(became, Address):
            found.add(became.within(campaign.package))
    return frozenset(found)


def has(flow: Flow, inner: tuple[str, ...]) -> bool:
    """Whether a flow has a node, or a step of a sequence."""
    return inner[0] in flow.nodes and (len(inner) == 1 or flow.step(*inner) is not None)


def inner_addresses(flow: Flow) -> Iterator[tuple[str, ...]]:
    """Yield the inner address of every node and step."""
    for key, node in flow.nodes.items():
        yield (key,)
        if isinstance(node, Sequence):
            yield from ((key, step.key) for step in node.steps)
