"""Moving: where nodes of campaigns and those who stand in them have gone by the new version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from package_format.campaign.model import NODE_GROUPS
from package_format.campaign.places import Place
from package_format.compatibility.meaning import new_data, old_data
from package_format.compatibility.rule import Versions
from package_format.kinds.model import Json
from package_format.package import Resource
from package_format.references import Address
from package_format.upgrades.answers import Answer, answer


@dataclass(frozen=True)
class Across:
    """A node that is in another campaign now.

    Attributes:
        address: What it was.
        became: What it is.
        before: The data of its campaign, as the new version would write it.
        after: The data of the campaign that it is in.
        group: Where campaigns' data holds it.
    """

    address: Address
    became: Address
    before: dict[str, Json]
    after: dict[str, Json]
    group: str

    @property
    def old(self) -> Json:
        """Its data in the old version."""
        return self.before[self.group][self.address.inner[0]]

    @property
    def new(self) -> Json:
        """Its data in the new one; None if it is not there."""
        return self.after.get(self.group, {}).get(self.became.inner[0])


def across(versions: Versions) -> Iterator[Across]:
    """Yield the nodes that are in another campaign of the package than they were."""
    for resource in versions.old.campaigns:
        home = versions.counterpart(resource)
        before = old_data(versions, resource)
        for group in NODE_GROUPS:
            for key in sorted(before.get(group, {})):
                address = Address("", "campaign", resource.key, (key,))
                became = versions.became(address)
                there = versions.new.resources.get(became.resource) if became else None
                if became is None or there is None or there is home:
                    continue
                yield Across(address, became, before, new_data(versions, there), group)


def goes_on(versions: Versions, resource: Resource, place: Place) -> Answer | None:
    """Return where the contacts of a place of an old campaign go (M2)."""
    new = versions.counterpart(resource)
    elsewhere = {
        campaign.address: campaign.flow
        for campaign in versions.new.campaigns
        if new is None or campaign.address != new.address
    }
    return answer(
        resource.flow,
        None if new is None else new.flow,
        resource.address,
        versions.entries,
        place,
        elsewhere=elsewhere,
    )
