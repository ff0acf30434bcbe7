"""Carrying what is recorded to the addresses that new versions use.

What an upgrade entry moved keeps its row in the record and its object in the account, in another
package too; every base that refers to it follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cpt.errors import BrokenPackageError
from cpt.installer.planning.going_back import Begun, begun_anew, no_way_back
from cpt.installer.planning.wanted import Wanted
from cpt.installer.record.record import InstalledPackage, Managed, Record
from cpt.installer.request import Request
from package_format.campaign.model import Campaign, Sequence
from package_format.kinds.model import Json, may_refer, references, replaced
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.upgrades.entries import (
    Entry,
    RewrittenHistoryError,
    added,
    backwards,
    carry,
    one_way,
)
from package_format.upgrades.entry_data import read_entries


@dataclass(frozen=True)
class Row:
    """One row of the record, carried.

    Attributes:
        old: The address it is recorded under.
        managed: The row; the references in its base are carried too.
    """

    old: Address
    managed: Managed


@dataclass(frozen=True)
class Carried:
    """The record as the new versions name it.

    Attributes:
        rows: By full address.
        entries: By package, what the installed version lacks, in order (or, going back, has too
            much of, backwards).
        lost: Going back, what has no way back, one sentence each.
        begun: Going back, the waits that were begun anew.
    """

    rows: Mapping[Address, Row]
    entries: Mapping[str, tuple[Entry, ...]]
    lost: tuple[str, ...] = ()
    begun: tuple[Begun, ...] = ()


def carried(record: Record, request: Request) -> Carried:
    """Carry a record to the addresses of a request's packages.

    Raises:
        BrokenPackageError: A version's upgrade entries do not go on from the installed version's.
    """
    lost: list[str] = []
    begun: list[Begun] = []
    entries = {
        name: _entries(name, record.packages.get(name), package, request.wanted, (lost, begun))
        for name, package in request.packages.items()
    }
    old = [Address.parse(text) for text in record.objects]
    moving = {name: several for name, several in entries.items() if several}
    becomes = {address: _becomes(address, moving) for address in old}
    taken = {address for address in old if becomes[address] == address}
    for address in old:
        if becomes[address] != address and becomes[address] in taken:
            becomes[address] = address  # two into one: the second is what its package leaves behind
        taken.add(becomes[address])
    renamed = {str(a): str(b) for a, b in becomes.items() if a != b}
    rows = {
        becomes[address]: Row(address, _following(record.objects[str(address)], address, renamed))
        for address in old
    }
    return Carried(rows, entries, tuple(lost), tuple(begun))


def _entries(
    name: str,
    installed: InstalledPackage | None,
    package: InstalledPackage,
    wanted: Mapping[str, Wanted],
    back: tuple[list[str], list[Begun]],
) -> tuple[Entry, ...]:
    """Return what leads from the installed version to another; add to `back` what is lost."""
    lost, begun = back

    def existed(address: Address) -> bool:
        return _has(wanted, address.within(name))

    old = read_entries(installed.upgrades if installed else ())
    new = read_entries(package.upgrades)
    try:
        return added(old, new)
    except RewrittenHistoryError as error:
        try:
            undone = added(new, old)
        except RewrittenHistoryError:
            raise BrokenPackageError(
                f"{name} {package.version} does not go on from the installed version "
                f"{installed.version if installed else ''}: {error}",
                "ask its author to restore the entries that were dropped or edited",
            ) from error
    version = installed.version if installed else ""
    lost += no_way_back(version, one_way(undone, existed))
    begun += begun_anew(name, version, undone)
    return backwards(undone, existed)


def _becomes(address: Address, entries: Mapping[str, tuple[Entry, ...]]) -> Address:
    """Follow a resource through its package's entries, and on through another's.

    Going back, the entry that returns what was handed over stands in the list of the package that
    gets it, so every package's entries are asked; but none twice.
    """
    followed: set[str] = set()
    while True:
        for name in entries.keys() - followed:
            local = replace(address, package="") if address.package == name else address
            result = carry(local, entries[name])
            if isinstance(result, Address) and not result.inner and result != local:
                followed.add(name)
                address = result.within(name)
                break
        else:
            return address


def _following(managed: Managed, address: Address, renamed: Mapping[str, str]) -> Managed:
    """Let the references in a base follow what they name."""
    base: Json = managed.base
    model = KINDS[address.kind].model
    if not renamed or not may_refer(model):
        return managed
    for path, _, text in references(model.model_validate(base)):
        if text in renamed:
            base = replaced(base, path, renamed[text])
    return managed if base is managed.base else managed.model_copy(update={"base": base})


def _has(wanted: Mapping[str, Wanted], address: Address) -> bool:
    """Whether what is wanted has a resource, a node or a step."""
    found = wanted.get(str(address.resource))
    if found is None or not address.inner:
        return found is not None
    model = found.model
    node = model.nodes.get(address.inner[0]) if isinstance(model, Campaign) else None
    if node is None or len(address.inner) == 1:
        return node is not None
    key = address.inner[1]
    return isinstance(node, Sequence) and any(step.key == key for step in node.steps)
