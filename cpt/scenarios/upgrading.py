"""Upgrading in the middle of a story: one contact comes from an older version's cast to the next.

The same answers and the same migration carry them that an account uses (`package_format.answers`,
`account_engine.migration`); here only the names are brought over, which are ids in an account and
addresses in a story.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count

from account_engine.contacts import Contact, ContactState
from account_engine.flows import LiveFlow
from account_engine.lineage import inherited, inner_addresses
from account_engine.migration import migrate
from account_engine.position import Instant, Position
from account_engine.story import Line
from cpt.scenarios.cast import Cast
from package_format.answers import answers, moves
from package_format.references import Address
from package_format.upgrades import Entry, added, carry


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
    targets = {Address("", "campaign", key): key for key in new.campaigns.values()}
    fresh = {new.campaigns[flow.campaign]: flow for flow in new.flows}
    elsewhere = {address: fresh[key].flow for address, key in targets.items()}
    numbers = count(1 + max((flow.campaign for flow in old.flows), default=0))
    flows: list[LiveFlow] = []
    campaigns: dict[int, str] = {}
    story: list[Line] = []
    stranded: list[Position] = []
    taken: set[str] = set()
    for before in old.flows:
        address = Address("", "campaign", old.campaigns[before.campaign])
        carried = carry(address, entries)
        after = fresh.get(carried.key) if isinstance(carried, Address) else None
        here: LiveFlow | None = None
        moved: tuple[tuple[str, str], ...] = ()
        target = carried if after is not None and isinstance(carried, Address) else None
        if after is not None and target is not None:
            taken.add(target.key)
            moved = moves(before.flow, after.flow, address, entries, target)
            here = _continued(before, after, moved)
            flows.append(here)
            campaigns[here.campaign] = target.key
        others = {a: flow for a, flow in elsewhere.items() if a != target}
        found = answers(
            before.flow, None if here is None else here.flow, address, entries, target, others
        )
        usable = {p: None if a is not None and a.campaign else a for p, a in found}
        migrated = migrate(before, here, usable, state, now=now, zone=zone, moves=moved)
        stranded += migrated.unanswered
        state = migrated.state
        story += migrated.story
        if any((p.campaign, p.version) == before.key for p in state.positions):
            flows.append(replace(before, retired=True))
            campaigns.setdefault(before.campaign, address.key)
    for key, flow in fresh.items():
        if key not in taken:
            number = next(numbers)
            flows.append(replace(flow, campaign=number, order=(flow.order[0], number)))
            campaigns[number] = key
    on = replace(new, flows=tuple(flows), campaigns=campaigns)
    return Upgraded(on, state, tuple(story), tuple(stranded), renamed)


def _continued(before: LiveFlow, after: LiveFlow, moved: Iterable[tuple[str, str]]) -> LiveFlow:
    """Return the new flow as the next version of the old: what goes on keeps its id (M1)."""
    ids = inherited(after.flow, before.ids, tuple(moved))
    numbers = count(1 + max(before.ids.values(), default=0))
    ids |= {inner: next(numbers) for inner in inner_addresses(after.flow) if inner not in ids}
    order = (after.order[0], before.campaign)
    return replace(
        after, campaign=before.campaign, version=before.version + 1, ids=ids, order=order
    )


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
