"""Upgrade entries: what was moved or removed, so that addresses can be carried across versions.

``upgrades.yaml`` is one append-only list. An upgrade applies, in order, the entries that the
installed version lacks. What they mean for a contact who stands somewhere is said in
`package_format.upgrades.answers`; what some of them say of a step that was added or changed, and
nothing of addresses, in `package_format.upgrades.staying`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from package_format.campaign.timers import Duration
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.upgrades.terms import Added, Changed, Timer

ENTRIES_LIMIT = 2_000
"""How many entries a package may have: each is followed through all that come after it."""

PARAMETER = "parameter"
"""The kind of address that names a parameter, which is no resource."""


class InvalidEntryError(ValueError):
    """An entry does not follow the form; the message says which one and why.

    Attributes:
        index: Which entry of the list, from 0; None when there is no list at all.
    """

    def __init__(self, reason: str, index: int | None = None) -> None:
        """Say which entry is wrong, counting as people do, and why."""
        super().__init__(reason if index is None else f"entry {index + 1}: {reason}")
        self.index = index


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


def catch_up(text: Json) -> Duration:
    """Read for how long before an upgrade one may have come who is caught up.

    Raises:
        ValueError: It is no duration, or one within which nobody comes.
    """
    found = Duration.parse(text)
    if found.count < 1:
        raise ValueError(f"nobody came within {found}; it takes at least 1 {found.unit}")
    return found


def read_entries(data: Json) -> tuple[Entry, ...]:
    """Read the entries of ``upgrades.yaml``, or of an archive, from plain data.

    Raises:
        InvalidEntryError: An entry does not follow the form.
    """
    if data is None:
        return ()
    if not isinstance(data, list | tuple):
        raise InvalidEntryError("upgrades are a list of entries")
    return tuple(read_entry(index, item) for index, item in enumerate(data))


def verify_number(entries: Sized) -> None:
    """Demand that a package has no more entries than it may have.

    Raises:
        InvalidEntryError: It has.
    """
    if len(entries) > ENTRIES_LIMIT:
        raise InvalidEntryError(
            f"there are {len(entries):,} entries, and a package may have {ENTRIES_LIMIT:,}"
        )


def entries_data(entries: Sequence[Entry]) -> list[Json]:
    """Return plain data from which `read_entries` reads the same entries."""
    return [_entry_data(entry) for entry in entries]


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


def _entry_data(entry: Entry) -> Json:
    match entry:
        case Moved(source, target):
            return {"moved": str(source), "to": str(target)}
        case Removed(source, None):
            return {"removed": str(source)}
        case Removed(source, ContinueAt(target)):
            return {"removed": str(source), "contacts": {"continue-at": str(target)}}
        case Removed(source, contacts):
            return {"removed": str(source), "contacts": str(contacts)}
        case Added(step, catch_up):
            return {"added": str(step), "catch-up": str(catch_up)}
        case Changed(step, timer):
            return {"changed": str(step), "timer": str(timer)}


def read_entry(index: int, data: Json) -> Entry:
    """Read one entry of ``upgrades.yaml``, which is that many in, from plain data.

    Raises:
        InvalidEntryError: It does not follow the form.
    """
    try:
        match _word(data):
            case "moved":
                return _read_moved(data["moved"], data["to"])
            case "removed":
                return _read_removed(data["removed"], data.get("contacts"))
            case "added":
                return Added(_step(data["added"]), catch_up(data["catch-up"]))
            case _:
                return Changed(_step(data["changed"]), _timer(data["timer"]))
    except ValueError as error:
        raise InvalidEntryError(str(error), index) from None


_FORMS: Mapping[str, tuple[str, str]] = {
    "moved": ("to", "where to"),
    "removed": ("contacts", ""),
    "added": ("catch-up", "who gets it after all"),
    "changed": ("timer", "what becomes of the time of those who wait there"),
}
"""What each entry begins with, what else it may say, and of what that tells if it has to."""

_WRITTEN = "an entry is " + " or ".join(
    f"{{{word}: …, {other}: …}}" for word, (other, _) in _FORMS.items()
)


def _word(data: Json) -> str:
    """Return what an entry begins with.

    Raises:
        ValueError: Its keys are not those of one; says why.
    """
    keys = {str(key) for key in data} if isinstance(data, Mapping) else set()
    words = sorted(keys & _FORMS.keys())
    if len(words) != 1:
        raise ValueError(_WRITTEN)
    other, what = _FORMS[words[0]]
    unknown = sorted(keys - {words[0], other})
    if unknown:
        raise ValueError(f"{unknown[0]!r} does not belong here; {_WRITTEN}")
    if what and other not in keys:
        raise ValueError(f"an entry with {words[0]} says {what}, with `{other}`")
    return words[0]


def _step(text: Json) -> Address:
    step = _source(text)
    if step.kind != "campaign" or len(step.inner) != len(("node", "step")):
        raise ValueError(f"{step} is no step; one looks like campaign/follow-up.remind.nudge")
    return step


def _timer(text: Json) -> Timer:
    if not isinstance(text, str) or text not in set(Timer):
        said = text if isinstance(text, str) else "this"
        raise ValueError(f"timer is {', '.join(list(Timer)[:-1])} or {list(Timer)[-1]}, not {said}")
    return Timer(text)


def _read_moved(source_text: Json, target_text: Json) -> Moved:
    source, target = _source(source_text), _address(target_text)
    if source == target:
        raise ValueError(f"{source} is moved to where it is")
    if source.kind != target.kind:
        raise ValueError(f"{source} cannot become a {target.kind}; a move keeps the kind")
    if len(source.inner) != len(target.inner):
        sorts = ("resource", "node", "step")
        raise ValueError(
            f"{source} is a {sorts[len(source.inner)]} and {target} is a "
            f"{sorts[len(target.inner)]}; a move keeps the sort"
        )
    return Moved(source, target)


def _read_removed(source_text: Json, contacts: Json) -> Removed:
    source = _source(source_text)
    if contacts is None:
        return Removed(source)
    if source.kind != "campaign":
        raise ValueError(f"no contacts stand in {source}; only a campaign's entries have contacts")
    if isinstance(contacts, Mapping) and set(contacts) == {"continue-at"}:
        target = _address(contacts["continue-at"])
        if target.kind != "campaign" or not target.inner:
            raise ValueError(f"contacts cannot go on at {target}; name a node or a step")
        if contains(source, target):
            raise ValueError(f"contacts cannot go on at {target}; that is removed")
        return Removed(source, ContinueAt(target))
    if isinstance(contacts, str) and contacts in set(Leave):
        return Removed(source, Leave(contacts))
    raise ValueError(
        "contacts is {continue-at: …}, finish-on-old or exit, "
        f"not {contacts if isinstance(contacts, str) else 'this'}"
    )


def _source(text: Json) -> Address:
    source = _address(text)
    if source.package:
        raise ValueError(f"{source} is another package's; a package moves only what is its own")
    return source


def _address(text: Json) -> Address:
    if not isinstance(text, str):
        raise ValueError("an address is a text such as campaign/follow-up.remind.nudge")  # noqa: TRY004  read as a wrong entry, like the rest
    address = Address.parse(text)
    if address.kind not in KINDS and address.kind != PARAMETER:
        raise ValueError(f"{address.kind!r} in {address} is not a kind of resource")
    if address.inner and address.kind != "campaign":
        raise ValueError(f"{address} has nodes in it, and only a campaign has those")
    return address
