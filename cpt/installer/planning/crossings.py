"""Crossings: what goes over from one campaign to another, its contacts and what they have passed.

A campaign that is split gives nodes and steps away, one that is merged into another gives all of
them. They take their ids along (M1), and so nothing is sent twice (M3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from account_engine.changing.changes import Arrival
from account_engine.objects import number_of
from account_engine.upgrading.lineage import inner_addresses
from cpt.installer.record.names import Names
from cpt.installer.record.snapshot import Live, Snapshot
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.references import Address
from package_format.upgrades.answers import Answer, Outcome
from package_format.upgrades.entries import Entry, Moved
from package_format.upgrades.lineage import departures


@dataclass(frozen=True)
class Crossings:
    """What goes over, as the entries of the packages in play say it.

    Attributes:
        snapshot: The account.
        names: What resources are called there.
    """

    snapshot: Snapshot
    names: Names

    def arrivals(self, address: Address, flow: Flow) -> tuple[Arrival, ...]:
        """Return what comes to a campaign from others.

        Args:
            address: The campaign's full address.
            flow: Its new flow.
        """
        there = frozenset(inner_addresses(flow))
        return tuple(one for one in self._arrivals.get(address, ()) if one.target in there)

    def named(self, answer: Answer | None, package: str) -> Answer | None:
        """Return an answer with the campaign that it leads to named as the account does (``#12``).

        Args:
            answer: An answer by the entries of a package.
            package: The package.

        Returns:
            The answer; None where the account cannot carry anybody there, so that the plan, and not
            the account in the middle of it, says that they would be stranded.
        """
        if answer is None or not answer.campaign:
            return answer
        name = self.names.of(str(Address.parse(answer.campaign).within(package)))
        if name is None or not self.snapshot.carries_across:
            return None
        return replace(answer, campaign=name)

    def finishes(self, answer: Answer | None) -> bool:
        """Whether somebody who would go by an answer may have to finish on the old flow (M7).

        Who still finishes an earlier version of the campaign that they would go to, stays.
        """
        if answer is None or answer.outcome is not Outcome.GO_ON:
            return answer is not None and answer.outcome is Outcome.FINISH_ON_OLD
        number = number_of(answer.campaign)
        return number is not None and has_retired(self.snapshot, number)

    @cached_property
    def _arrivals(self) -> Mapping[Address, tuple[Arrival, ...]]:
        found: dict[Address, list[Arrival]] = {}
        for address, old, live in self._sources() if self.snapshot.carries_across else ():
            entries = self.snapshot.carried.entries.get(old.package, ())
            before = Flow(Campaign.model_validate(live.data))
            for source, target in departures(before, old, entries, address):
                arrival = Arrival(live.id, source, ".".join(target.inner))
                found.setdefault(target.resource, []).append(arrival)
        return {address: tuple(several) for address, several in found.items()}

    def _sources(self) -> Iterator[tuple[Address, Address, Live]]:
        """Yield the campaigns that may give something away, with their old addresses."""
        for address, row in self.snapshot.carried.rows.items():
            entries = self.snapshot.carried.entries.get(row.old.package, ())
            live = self.snapshot.live(number_of(row.managed.object))
            if address.kind == "campaign" and live is not None and may_cross(entries):
                yield address, row.old, live


def may_cross(entries: Iterable[Entry]) -> bool:
    """Whether an entry moves anything from one campaign to another."""
    return any(
        isinstance(entry, Moved)
        and entry.source.kind == "campaign"
        and entry.source.resource != entry.target.resource
        for entry in entries
    )


def has_retired(snapshot: Snapshot, campaign: int) -> bool:
    """Whether contacts still finish on an earlier version of a campaign (M7)."""
    version = snapshot.versions.get(campaign)
    return any(each.version != version for each in snapshot.standing.get(campaign, ()))
