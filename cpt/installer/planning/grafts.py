"""Grafts: what an owner changed in a part of a campaign that moves to another one, moves with it.

Before the merge, base and live of the campaign that it comes to get it under its new keys, and
those of the campaign that it leaves have it no more; so it is compared with what the package has
there. Going back is the same the other way round, where the campaign that it leaves is to be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from account_engine.objects import number_of
from cpt.installer.merging.parts import canonical, only, without
from cpt.installer.merging.renames import edited, renamed, renamed_path
from cpt.installer.planning.carried import Row
from cpt.installer.planning.crossings import may_cross
from cpt.installer.planning.wanted import Wanted
from cpt.installer.record.names import Names
from cpt.installer.record.record import Managed, Origin
from cpt.installer.record.snapshot import Snapshot
from package_format.campaign.model import NODE_GROUPS
from package_format.kinds.model import Json
from package_format.references import Address
from package_format.upgrades.entries import Entry, carry

_Mark = TypeVar("_Mark")


@dataclass(frozen=True)
class _Source:
    """A campaign that may give something away.

    Attributes:
        row: Its row in the record.
        entries: What its package's new version says of addresses.
        base: What was wanted last.
        live: What the account holds.
    """

    row: Row
    entries: Sequence[Entry]
    base: Json
    live: Json

    @property
    def nodes(self) -> Iterator[tuple[str, str]]:
        """Yield every node that base or live has: its group and its key."""
        for group in NODE_GROUPS:
            for key in dict.fromkeys((*self.base.get(group, ()), *self.live.get(group, ()))):
                yield group, key

    def became(self, *inner: str) -> Address | None:
        """Return the full address that a node or a step has in the new version."""
        found = carry(Address("", "campaign", self.row.old.key, inner), self.entries)
        return found.within(self.row.old.package) if isinstance(found, Address) else None


@dataclass(frozen=True)
class _Graft:
    """What moves from one campaign to another.

    Attributes:
        nodes: Where nodes go: group and key, and the key there.
        base: They alone, as they were wanted last, under their new keys.
        live: They alone, as the account holds them.
        managed: The row of the campaign that they leave.
    """

    nodes: Mapping[tuple[str, str], str]
    base: Json
    live: Json
    managed: Managed

    def put(self, data: Json, part: Json) -> Json:
        """Return a campaign's data with what moves as a part has it, or without what it lacks."""
        result = dict(data)
        for (group, _), key in self.nodes.items():
            rest = {k: node for k, node in result.get(group, {}).items() if k != key}
            found = {key: part[group][key]} if key in part.get(group, {}) else {}
            result[group] = {**rest, **found}
        return canonical(result)

    def brings(self, marks: Mapping[str, _Mark]) -> dict[str, _Mark]:
        """Return what is recorded of paths in what moves, by the paths there."""
        found = {}
        for (group, source), key in self.nodes.items():
            here = f"{group}.{source}"
            for text, value in marks.items():
                if f"{here}.".startswith(f"{text}.") or not text:
                    found[f"{group}.{key}"] = value
                elif text.startswith(f"{here}."):
                    found[renamed_path(text, {source: key})] = value
        return found


@dataclass(frozen=True)
class Grafts:
    """What moves between campaigns.

    Attributes:
        snapshot: The account.
        names: What resources are called there.
        wanted: What is wanted, by full address.
    """

    snapshot: Snapshot
    names: Names
    wanted: Mapping[str, Wanted]

    def onto(self, address: Address, base: Json, live: Json) -> tuple[Json, Json]:
        """Return a campaign's base and live data with what comes to it."""
        for graft in self._onto(address):
            base, live = graft.put(base, graft.base), graft.put(live, graft.live)
        return base, live

    def without(self, address: Address, data: Json) -> Json:
        """Return a campaign's data without what it gives away."""
        gone = {node for graft in self._grafts.get(address, {}).values() for node in graft.nodes}
        return without(data, gone)

    def given(self, address: Address) -> tuple[tuple[str, str], ...]:
        """Return what a campaign gives away, and where that is now."""
        return tuple(
            (source, f"{target.local}.{key}")
            for target, graft in self._grafts.get(address, {}).items()
            for (_, source), key in graft.nodes.items()
        )

    def got(self, address: Address) -> tuple[tuple[str, str], ...]:
        """Return what comes to a campaign from one that goes, and what it is here."""
        return tuple(
            (f"{origin.local}.{source}", key)
            for origin, there in self._grafts.items()
            if address in there and str(origin) not in self.wanted
            for (_, source), key in there[address].nodes.items()
        )

    def outside(self, address: Address, managed: Managed) -> Managed:
        """Return a campaign's row without what is recorded of what it gives away."""
        for graft in self._grafts.get(address, {}).values():
            gone = tuple(f"{group}.{key}." for group, key in graft.nodes)
            accepted = {k: v for k, v in managed.accepted.items() if not f"{k}.".startswith(gone)}
            owned = tuple(text for text in managed.owned if not f"{text}.".startswith(gone))
            managed = managed.model_copy(update={"accepted": accepted, "owned": owned})
        return managed

    def recorded(self, address: Address, managed: Managed | None) -> Managed | None:
        """Return a campaign's row with what is recorded of what comes to it: what is the owner's.

        Args:
            address: The campaign's full address.
            managed: Its row; None if it is new.
        """
        for graft in self._onto(address):
            owned = dict.fromkeys(graft.managed.owned, "")
            managed = managed or Managed(object=f"@{address}", origin=Origin.CREATED, base=None)
            accepted = {**managed.accepted, **graft.brings(graft.managed.accepted)}
            both = dict.fromkeys((*managed.owned, *graft.brings(owned)))
            orders = {**managed.orders, **graft.brings(graft.managed.orders)}
            update = {"accepted": accepted, "owned": tuple(both), "orders": orders}
            managed = managed.model_copy(update=update)
        return managed

    def _onto(self, address: Address) -> Iterator[_Graft]:
        return (there[address] for there in self._grafts.values() if address in there)

    @cached_property
    def _grafts(self) -> Mapping[Address, Mapping[Address, _Graft]]:
        """What moves, by the campaign that it leaves and the one that it comes to."""
        sources = self._sources
        taken = {
            became
            for address, source in sources.items()
            for _, key in source.nodes
            if (became := source.became(key)) is not None and became.resource == address
        }  # where a campaign has something of that key already, that stays as it is
        found: dict[Address, Mapping[Address, _Graft]] = {}
        for address, source in sources.items():
            going: dict[Address, dict[tuple[str, str], str]] = {}
            for group, key in source.nodes:
                target = source.became(key)
                if target is None or target in taken or not self._has_room(target.resource):
                    continue
                taken.add(target)
                going.setdefault(target.resource, {})[group, key] = target.inner[0]
            found[address] = {there: self._graft(source, there, n) for there, n in going.items()}
        return found

    @cached_property
    def _sources(self) -> Mapping[Address, _Source]:
        """The campaigns that are the packages' and are there, if anything may cross at all."""
        carried = self.snapshot.carried
        crosses = any(may_cross(entries) for entries in carried.entries.values())
        if not crosses or not self.snapshot.carries_across:
            return {}
        found = {}
        for address, row in carried.rows.items():
            live = self.snapshot.live(number_of(row.managed.object))
            let_go = row.managed.released and str(address) not in self.wanted
            if address.kind == "campaign" and live is not None and not let_go:
                entries = carried.entries.get(row.old.package, ())
                mine = self.names.symbolic(live.kind, live.data)
                found[address] = _Source(row, entries, row.managed.base, mine)
        return found

    def _has_room(self, campaign: Address) -> bool:
        """Whether a campaign is wanted, and not one that its owner has deleted."""
        row = self.snapshot.carried.rows.get(campaign)
        return str(campaign) in self.wanted and (
            row is None or row.managed.released or campaign in self._sources
        )

    def _graft(
        self, source: _Source, campaign: Address, nodes: Mapping[tuple[str, str], str]
    ) -> _Graft:
        pattern = self.wanted[str(campaign)].data
        base, live = (only(data, nodes) for data in (source.base, source.live))
        of_base, of_live = (_moves(source, campaign, part, nodes) for part in (base, live))
        mine = edited(base, live, of_live)
        return _Graft(
            nodes,
            renamed(base, of_base, pattern, mine),
            renamed(live, of_live, pattern, mine),
            source.row.managed,
        )


def _moves(
    source: _Source, campaign: Address, part: Json, nodes: Mapping[tuple[str, str], str]
) -> list[tuple[str, str]]:
    """Return the old and new inner addresses of nodes, and of steps that stay in them."""
    pairs = []
    for (group, key), there in nodes.items():
        pairs.append((key, there))
        for step in part.get(group, {}).get(key, {}).get("steps", ()):
            became = source.became(key, step["key"])
            if became is not None and (became.resource, became.inner[0]) == (campaign, there):
                pairs.append((f"{key}.{step['key']}", ".".join(became.inner)))
    return pairs
