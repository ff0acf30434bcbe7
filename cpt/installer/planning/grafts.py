"""Grafts: what an owner changed in a part of a campaign that moves to another one, moves with it.

Before the merge, base and live of the campaign that it comes to get it under its new key, and those
of the campaign that it leaves have it no more; so it is compared with what the package has there.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property

from account_engine.objects import number_of
from cpt.installer.merging.renames import SECTIONS
from cpt.installer.planning.crossings import may_cross
from cpt.installer.record.names import Names
from cpt.installer.record.snapshot import Snapshot
from package_format.answers import departures
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign
from package_format.kinds.model import Json
from package_format.references import Address


@dataclass(frozen=True)
class _Graft:
    """One node that moves whole: in which section, to which key, as it was and as it is."""

    section: str
    key: str
    base: Json
    live: Json


@dataclass(frozen=True)
class Grafts:
    """What moves between campaigns that both are wanted.

    Attributes:
        snapshot: The account.
        names: What resources are called there.
        wanted: The full addresses of what is wanted.
    """

    snapshot: Snapshot
    names: Names
    wanted: Container[str]

    def onto(self, address: Address, base: Json, live: Json) -> tuple[Json, Json]:
        """Return a campaign's base and live data with what comes to it.

        Where the campaign has something of that key already, it stays as it is.
        """
        for graft in self._grafts.get(address, ()):
            if not _has(base, graft) and not _has(live, graft):
                base, live = _put(base, graft, graft.base), _put(live, graft, graft.live)
        return base, live

    def without(self, address: Address, data: Json) -> Json:
        """Return a campaign's data without what it gives away."""
        gone = self._given.get(address, frozenset())
        return {
            name: {key: node for key, node in section.items() if (name, key) not in gone}
            if name in SECTIONS
            else section
            for name, section in data.items()
        }

    def given(self, address: Address) -> tuple[tuple[str, str], ...]:
        """Return what a campaign gives away, and where that is now."""
        return tuple((source, target.local) for _, source, target in self._moved.get(address, ()))

    def over(self, address: Address, data: Json) -> tuple[Json, Json]:
        """Return base and live data for a campaign that is new, from what the package has."""
        base = live = data
        for graft in self._grafts.get(address, ()):
            base, live = _put(base, graft, graft.base), _put(live, graft, graft.live)
        return base, live

    @cached_property
    def _given(self) -> Mapping[Address, frozenset[tuple[str, str]]]:
        return {
            address: frozenset((section, source) for section, source, _ in moved)
            for address, moved in self._moved.items()
        }

    @cached_property
    def _grafts(self) -> Mapping[Address, tuple[_Graft, ...]]:
        found: dict[Address, list[_Graft]] = {}
        for address, moved in self._moved.items():
            row = self.snapshot.carried.rows[address]
            stored = self.snapshot.live(number_of(row.managed.object))
            assert stored is not None  # noqa: S101  `_moved` looked
            live = self.names.symbolic(stored.kind, stored.data)
            for section, source, target in moved:
                graft = _Graft(
                    section, target.inner[0],
                    row.managed.base[section][source], live[section][source],
                )  # fmt: skip
                found.setdefault(target.resource, []).append(graft)
        return {address: tuple(several) for address, several in found.items()}

    @cached_property
    def _moved(self) -> Mapping[Address, list[tuple[str, str, Address]]]:
        """Whole nodes that both base and live have, and where they go."""
        found: dict[Address, list[tuple[str, str, Address]]] = {}
        for address, row in self.snapshot.carried.rows.items():
            entries = self.snapshot.carried.entries.get(row.old.package, ())
            stored = self.snapshot.live(number_of(row.managed.object))
            if address.kind != "campaign" or str(address) not in self.wanted:
                continue
            if stored is None or not self.snapshot.carries_across or not may_cross(entries):
                continue
            flow = Flow(Campaign.model_validate(stored.data))
            for source, target in departures(flow, row.old, entries, address):
                section = _section(stored.data, source)
                if section is None or str(target.resource) not in self.wanted:
                    continue
                if source in row.managed.base.get(section, {}):
                    found.setdefault(address, []).append((section, source, target))
        return found


def _section(data: Json, key: str) -> str | None:
    return next((name for name in SECTIONS if key in data.get(name, {})), None)


def _has(data: Json, graft: _Graft) -> bool:
    return _section(data, graft.key) is not None


def _put(data: Json, graft: _Graft, node: Json) -> Json:
    return {**data, graft.section: {**data.get(graft.section, {}), graft.key: node}}
