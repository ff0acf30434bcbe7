"""Upgrade entries: what was moved or removed, so that addresses can be carried across versions.

``upgrades.yaml`` is one append-only list. An upgrade applies, in order, the entries that the
installed version lacks. What they mean for a contact who stands somewhere is said in
`package_format.upgrades.answers`; what some of them say of a step that was added or changed, and
nothing of addresses, in `package_format.upgrades.staying`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from package_format.references import Address
from package_format.upgrades.terms import Added, Changed

PARAMETER = "parameter"
"""The kind of address that names a parameter, which is no resource."""


class RewrittenHistoryError(ValueError):
    """Neither list of entries goes on from the other: an entry was edited or dropped.

    Attributes:
        index: The first entry that differs, from 0.
    """

    def __init__(self, index: int) -> None:
        """Name the first entry that differs, counting as people do."""
        super().__init__(
            f"entry {index + 1} of upgrades.yaml was edited or dropped; "
            "entries are only ever added at the end"
        )
        self.index = index


class Leave(StrEnum):
    """What becomes of contacts at a removed place when they are not sent elsewhere."""

    FINISH_ON_OLD = "finish-on-old"
    EXIT = "exit"


@dataclass(frozen=True)
class ContinueAt:
    """Contacts go on from this node or step."""

    target: Address


Contacts: TypeAlias = ContinueAt | Leave | None
"""What an entry says about contacts; None leaves it to M2."""


@dataclass(frozen=True)
class Moved:
    """A thing has a new address; everything inside it comes along."""

    source: Address
    target: Address

    def __str__(self) -> str:
        """Return the entry as an author writes it."""
        return f"{{moved: {self.source}, to: {_quoted(self.target)}}}"


@dataclass(frozen=True)
class Removed:
    """A thing is gone, with everything inside it."""

    source: Address
    contacts: Contacts = None

    def __str__(self) -> str:
        """Return the entry as an author writes it."""
        match self.contacts:
            case None:
                return f"{{removed: {self.source}}}"
            case ContinueAt(target):
                policy = f"{{continue-at: {_quoted(target)}}}"
                return f"{{removed: {self.source}, contacts: {policy}}}"
            case Leave() as leave:
                return f"{{removed: {self.source}, contacts: {leave}}}"


Leading: TypeAlias = Moved | Removed
"""An entry that leads somewhere: what its source names is at that address no longer."""

Entry: TypeAlias = Leading | Added | Changed


@dataclass(frozen=True)
class Gone:
    """What `carry` says of a thing that was removed.

    Attributes:
        contacts: What becomes of contacts who stand in it: the address at which they go on,
            carried through the later entries; or how they leave; None when no entry says.
    """

    contacts: Address | Leave | None = None


def added(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries that a newer version has and an older one lacks.

    Raises:
        RewrittenHistoryError: The older version's entries are not the beginning of the newer's.
    """
    for index, entry in enumerate(old):
        if index >= len(new) or new[index] != entry:
            raise RewrittenHistoryError(index)
    return tuple(new[len(old) :])


def backwards(entries: Sequence[Entry], existed: Callable[[Address], bool]) -> tuple[Entry, ...]:
    """Return the entries that lead back, for a rollback: one-to-one moves, last first (M8).

    A move is one-to-one when nothing else was moved to its target, and nothing stood there before.

    Args:
        entries: The entries that led from the earlier version to the later one, in order.
        existed: Whether the earlier version has an address.
    """
    targets = Counter(entry.target for entry in entries if isinstance(entry, Moved))
    back: list[Entry] = []
    for index, entry in enumerate(entries):
        if not isinstance(entry, Moved) or targets[entry.target] > 1:
            continue
        vacated = any(contains(e.source, entry.target) for e in leading(entries[:index]))
        if vacated or not existed(entry.target):
            back.append(Moved(entry.target, entry.source))
    return tuple(reversed(back))


def one_way(
    entries: Sequence[Entry], existed: Callable[[Address], bool]
) -> tuple[tuple[Leading, Address | Gone], ...]:
    """Return the entries that have no inverse, with what all of them made of each one's source.

    Args:
        entries: The entries that led from the earlier version to the later one, in order.
        existed: Whether the earlier version has an address.
    """
    back = frozenset(backwards(entries, existed))
    return tuple(
        (entry, carry(entry.source, entries[index:]))
        for index, entry in enumerate(entries)
        if isinstance(entry, Leading)
        and not (isinstance(entry, Moved) and Moved(entry.target, entry.source) in back)
    )


def leading(entries: Iterable[Entry]) -> Iterator[Leading]:
    """Yield the entries that lead somewhere."""
    return (entry for entry in entries if isinstance(entry, Leading))


def carry(address: Address, entries: Sequence[Entry]) -> Address | Gone:
    """Say what has become of a thing's address.

    Args:
        address: The address in the older version, written as the entries write theirs: without
            the package.
        entries: Applied in order; moving or removing a thing does so to everything inside it.
    """
    for index, entry in enumerate(entries):
        if not isinstance(entry, Leading) or not contains(entry.source, address):
            continue
        if isinstance(entry, Removed):
            return Gone(_contacts_of(entry, entries[index + 1 :]))
        address = rebased(address, entry)
    return address


def contains(container: Address, address: Address) -> bool:
    """Whether an address is the container's own, or that of something inside it."""
    return (
        container.key == address.key
        and container.kind == address.kind
        and container.package == address.package
        and address.inner[: len(container.inner)] == container.inner
    )


def rebased(address: Address, move: Moved) -> Address:
    """Return where a move takes an address that its source contains."""
    to = move.target
    inner = (*to.inner, *address.inner[len(move.source.inner) :])
    return Address(to.package, to.kind, to.key, inner)


def _contacts_of(entry: Removed, later: Sequence[Entry]) -> Address | Leave | None:
    match entry.contacts:
        case ContinueAt(target):
            carried = carry(target, later)
            return carried.contacts if isinstance(carried, Gone) else carried
        case contacts:
            return contacts


def _quoted(address: Address) -> str:
    """YAML needs quotes around a colon and what follows it, as a full address has."""
    return f'"{address}"' if address.package else str(address)
