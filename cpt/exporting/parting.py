"""Parting: what an export brings itself, and what it takes from packages that are installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from account_engine.objects import natural_key, number_of
from cpt.exporting.gathering import Gathered
from cpt.installer.record.record import Managed, Record
from package_format.references import Address


@dataclass(frozen=True)
class Parted:
    """How the gathered objects are parted.

    Attributes:
        copied: The ids of those that the new package brings, in order.
        taken: Those that an installed package exports, by id.
        managers: By which package an object is managed, for all that are.
    """

    copied: tuple[int, ...]
    taken: Mapping[int, Address]
    managers: Mapping[int, Address]

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that the new one depends on."""
        return tuple(sorted({address.package for address in self.taken.values()}))


def part(gathered: Gathered, name: str) -> Parted:
    """Say for each object whether it is copied or taken from an installed package.

    A package is depended on where it exports what is needed. It is not where that would bring
    something twice: the campaign that is exported, or (since two packages cannot bring one name)
    something of it that has to be copied because it is not exported.

    Args:
        gathered: What was read.
        name: What the new package is called.
    """
    managers = _managers(gathered.record)
    refused = {managers[number].package for number in gathered.campaigns if number in managers}
    refused.add(name)
    while True:
        parted = _parted(gathered, managers, refused)
        clashing = _clashing(gathered, parted)
        if not clashing:
            return parted
        refused |= clashing


def _managers(record: Record) -> dict[int, Address]:
    return {
        number: Address.parse(text)
        for text, row in record.objects.items()
        if not row.released and (number := number_of(row.object)) is not None
    }


def _parted(gathered: Gathered, managers: Mapping[int, Address], refused: Iterable[str]) -> Parted:
    refusing = frozenset(refused)
    copied: dict[int, None] = {}
    taken: dict[int, Address] = {}
    pending = list(reversed(gathered.campaigns))
    while pending:
        number = pending.pop()
        if number in copied or number in taken or number not in gathered.things:
            continue
        address = managers.get(number)
        if address is not None and _may_be_taken(gathered.record, address, refusing):
            taken[number] = address
            continue
        copied[number] = None
        pending += reversed(gathered.things[number].needs)
    used = {n: managers[n] for n in (*copied, *taken) if n in managers}
    return Parted(tuple(sorted(copied)), taken, used)


def _may_be_taken(record: Record, address: Address, refused: frozenset[str]) -> bool:
    package = record.packages.get(address.package)
    return (
        package is not None
        and address.local in package.exports
        and not _closure(record, address.package) & refused
    )


def _clashing(gathered: Gathered, parted: Parted) -> set[str]:
    """Return the packages that would bring what is copied too, by the same name."""
    copied = {
        (thing.kind, natural)
        for number in parted.copied
        if (natural := natural_key((thing := gathered.things[number]).kind, thing.data))
    }
    brings: dict[str, set[tuple[str, str]]] = {}
    for text, row in gathered.record.objects.items():
        named = _named(text, row)
        if named is not None:
            brings.setdefault(Address.parse(text).package, set()).add(named)
    return {
        package
        for package in parted.packages
        if any(brings.get(n, set()) & copied for n in _closure(gathered.record, package))
    }


def _named(text: str, row: Managed) -> tuple[str, str] | None:
    kind = Address.parse(text).kind
    natural = natural_key(kind, row.base)
    return None if row.released or natural is None else (kind, natural)


def _closure(record: Record, name: str) -> set[str]:
    """Return a package and all that it depends on."""
    found: set[str] = set()
    pending = [name]
    while pending:
        package = pending.pop()
        if package not in found:
            found.add(package)
            known = record.packages.get(package)
            pending += known.dependencies if known else ()
    return found
