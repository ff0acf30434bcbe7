"""Upgrading in the middle of a story: one contact comes from an older version's cast to the next.

The same answers and the same migration carry them that an account uses
(`package_format.upgrades.answers`, `account_engine.upgrading.migration`); here only the names are
brought over, which are ids in an account and addresses in a story.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from account_engine.contacts import Contact, ContactState
from account_engine.entries import brought_along
from account_engine.flows import LiveFlow
from account_engine.position import Instant, Position
from account_engine.story import Line
from account_engine.upgrading.lineage import inherited, inner_addresses
from account_engine.upgrading.migration import migrate
from account_engine.upgrading.travelled import Elsewhere, Migrated
from cpt.scenarios.cast import Cast
from package_format.campaign.places import Place
from package_format.references import Address
from package_format.upgrades.answers import Answer, answers
from package_format.upgrades.entries import Entry, added, carry
from package_format.upgrades.lineage import departures, moves


@dataclass(frozen=True)
class Upgraded:
    """What an upgrade made of a story.

    Attributes:
        on: The cast that goes on: the new version, with the flows in which the contact may stand.
        state: The contact on it.
        story: A line for each position that travelled.
        stranded: The positions that have nowhere to go; if there are any, nothing was changed.
        addresses: What each resource that has another address by now is called.
    """

    on: Cast
    state: ContactState
    story: tuple[Line, ...]
    stranded: tuple[Position, ...]
    addresses: Mapping[str, str]


def upgrade(old: Cast, new: Cast, state: ContactState, now: Instant, zone: str) -> Upgraded:
    """Carry a contact from one version of a package to the next.

    Args:
        old: The version on which they stand.
        new: The version to which they go.
        state: How they stand.
        now: The moment.
        zone: The time zone of contacts who have none of their own.
    """
    entries = added(old.package.upgrades, new.package.upgrades)
    renamed = _renamed(old, entries)
    state = replace(state, contact=_called_anew(state.contact, renamed))
    ways = _Ways.of(old, new, entries)
    for (source, target), moved in ways.crossings.items():
        there, here = ways.living[source], ways.flows[target]
        ids = [(there.ids[inner], here.ids[arrived]) for inner, arrived in moved]
        state = brought_along(state, source, here.campaign, ids)
    story: list[Line] = []
    stranded: list[Position] = []
    waiting = set(ways.living)
    for before in ways.in_order():
        waiting.remove(before.campaign)
        migrated = ways.migrated(before, state, now, zone, waiting)
        stranded += migrated.unanswered
        state = migrated.state
        story += migrated.story
    standing = {(position.campaign, position.version) for position in state.positions}
    finishing = [replace(f, retired=True) for f in old.flows if f.key in standing]
    campaigns = {**old.campaigns, **{flow.campaign: key for key, flow in ways.flows.items()}}
    flows = tuple(sorted((*ways.flows.values(), *finishing), key=lambda flow: flow.key))
    on = replace(new, flows=flows, campaigns=campaigns)
    return Upgraded(on, state, tuple(story), tuple(stranded), renamed)


@dataclass(frozen=True)
class _Ways:
    """The ways from an older version's campaigns to a newer one's.

    Attributes:
        old: The older version's cast.
        entries: What was moved and removed, in order.
        living: Its campaigns, by id; on retired flows one finishes, and is left alone (M7).
        flows: The newer version's campaigns, by key.
        becomes: The keys of the campaigns that carry on, by the ids of the older ones.
        crossings: The nodes and steps that come from one campaign, by its id, to another, by key.
    """

    old: Cast
    entries: tuple[Entry, ...]
    living: Mapping[int, LiveFlow]
    flows: Mapping[str, LiveFlow]
    becomes: Mapping[int, str]
    crossings: Mapping[tuple[int, str], list[tuple[str, str]]]

    @classmethod
    def of(cls, old: Cast, new: Cast, entries: tuple[Entry, ...]) -> _Ways:
        """Find the ways."""
        living = {flow.campaign: flow for flow in old.flows if not flow.retired}
        fresh = {new.campaigns[flow.campaign]: flow for flow in new.flows}
        becomes = _becomes({number: old.campaigns[number] for number in living}, fresh, entries)
        crossings: dict[tuple[int, str], list[tuple[str, str]]] = {}
        for number, before in living.items():
            address = Address("", "campaign", old.campaigns[number])
            here = replace(address, key=becomes.get(number, address.key))
            for source, target in departures(before.flow, address, entries, here):
                there, inner = fresh.get(target.key), ".".join(target.inner)
                if there is not None and not target.package and inner in there.ids:
                    crossings.setdefault((number, target.key), []).append((source, inner))
        ways = cls(old, entries, living, {}, becomes, crossings)
        numbers = count(1 + max((flow.campaign for flow in old.flows), default=0))
        ids = count(1 + max((i for flow in old.flows for i in flow.ids.values()), default=0))
        carrying_on = {key: living[number] for number, key in becomes.items()}
        flows = {}
        for key, after in fresh.items():
            before = carrying_on.get(key) or replace(
                after, campaign=next(numbers), version=0, ids={}
            )
            flows[key] = ways.continued(before, after, key, ids)
        return replace(ways, flows=flows)

    def continued(
        self, before: LiveFlow, after: LiveFlow, key: str, ids: Iterator[int]
    ) -> LiveFlow:
        """Return a new flow as the next version of the old: what goes on keeps its id (M1)."""
        foreign = {
            inner: self.living[source].ids[there]
            for (source, target), moved in self.crossings.items()
            if target == key
            for there, inner in moved
        }
        kept = inherited(after.flow, before.ids, self.moves(before, after, key), None, foreign)
        return replace(
            after,
            campaign=before.campaign,
            version=before.version + 1,
            ids={i: kept[i] if i in kept else next(ids) for i in inner_addresses(after.flow)},
            order=(after.order[0], before.campaign),
        )

    def moves(self, before: LiveFlow, after: LiveFlow, key: str) -> tuple[tuple[str, str], ...]:
        """Return what has another address within a campaign that carries on."""
        if self.becomes.get(before.campaign) != key:
            return ()
        arriving = {
            inner
            for (_, target), moved in self.crossings.items()
            if target == key
            for _, inner in moved
        }
        address, target = self._address(before), Address("", "campaign", key)
        return moves(before.flow, after.flow, address, self.entries, target, arriving)

    def in_order(self) -> Iterator[LiveFlow]:
        """Yield the older flows, after those of the campaigns to which their contacts go (M6)."""
        goes_to = {
            number: {
                Address.parse(answer.campaign).key
                for answer in self.answers(flow).values()
                if answer is not None and answer.campaign
            }
            for number, flow in self.living.items()
        }
        waiting = dict(self.living)
        while waiting:
            keys = {self.becomes.get(number) for number in waiting}
            free = (n for n in waiting if not goes_to[n] & keys - {self.becomes.get(n)})
            yield waiting.pop(next(free, next(iter(waiting))))

    def answers(self, before: LiveFlow) -> dict[Place, Answer | None]:
        """Return where the contacts of each place of an older flow go."""
        key = self.becomes.get(before.campaign, "")
        here = self.flows.get(key)
        found = answers(
            before.flow,
            here.flow if here is not None else None,
            self._address(before),
            self.entries,
            Address("", "campaign", key) if key else None,
            {address: flow.flow for address, flow in self._others(key).items()},
        )
        return dict(found)

    def _others(self, key: str) -> dict[Address, LiveFlow]:
        flows = self.flows.items()
        return {Address("", "campaign", other): flow for other, flow in flows if other != key}

    def migrated(
        self,
        before: LiveFlow,
        state: ContactState,
        now: Instant,
        zone: str,
        waiting: Container[int],
    ) -> Migrated:
        """Carry a contact from one of the older flows to where its entries say.

        Args:
            before: The flow.
            state: The contact's state.
            now: The moment.
            zone: The time zone of contacts who have none of their own.
            waiting: The campaigns whose contacts are still to be carried.
        """
        key = self.becomes.get(before.campaign, "")
        here = self.flows.get(key)
        return migrate(
            before,
            here,
            self.answers(before),
            state,
            now=now,
            zone=zone,
            moves=self.moves(before, here, key) if here is not None else (),
            elsewhere={
                str(address): Elsewhere(
                    flow,
                    tuple(self.crossings.get((before.campaign, address.key), ())),
                    flow.version - 1 if flow.campaign in waiting else None,
                )
                for address, flow in self._others(key).items()
            },
        )

    def _address(self, flow: LiveFlow) -> Address:
        return Address("", "campaign", self.old.campaigns[flow.campaign])


def _becomes(
    keys: Mapping[int, str], fresh: Container[str], entries: tuple[Entry, ...]
) -> dict[int, str]:
    """Return which campaigns carry on, as what; of two that become one, that which stays."""
    found: dict[int, str] = {}
    for number, key in sorted(keys.items()):
        carried = carry(Address("", "campaign", key), entries)
        if isinstance(carried, Address) and not carried.package and carried.key in fresh:
            found[number] = carried.key
    staying = {key for number, key in found.items() if keys[number] == key}
    taken: set[str] = set()
    for number, key in sorted(found.items()):
        if key in taken or (key in staying and keys[number] != key):
            del found[number]
        taken.add(key)
    return found


def _renamed(old: Cast, entries: tuple[Entry, ...]) -> dict[str, str]:
    """Return the new full addresses of the package's resources that entries moved."""
    name = old.package.name
    found = {}
    for address in old.package.resources:
        carried = carry(address, entries)
        if isinstance(carried, Address) and carried != address:
            target = carried if carried.package else carried.within(name)
            found[str(address.within(name))] = str(target)
    return found


def _called_anew(contact: Contact, renamed: Mapping[str, str]) -> Contact:
    return replace(
        contact,
        tags=frozenset(renamed.get(tag, tag) for tag in contact.tags),
        values={renamed.get(name, name): value for name, value in contact.values.items()},
    )
