"""Entries as plain data: how ``upgrades.yaml``, and an archive, write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized

from package_format.campaign.timers import Duration
from package_format.kinds.model import Json
from package_format.kinds.table import KINDS
from package_format.references import Address
from package_format.upgrades.entries import (
    PARAMETER,
    ContinueAt,
    Entry,
    Leave,
    Moved,
    Removed,
    contains,
)
from package_format.upgrades.terms import Added, Changed, Timer

ENTRIES_LIMIT = 2_000
"""How many entries a package may have: each is followed through all that come after it."""


class InvalidEntryError(ValueError):
    """An entry does not follow the form; the message says which one and why.

    Attributes:
        index: Which entry of the list, from 0; None when there is no list at all.
    """

    def __init__(self, reason: str, index: int | None = None) -> None:
        """Say which entry is wrong, counting as people do, and why."""
        super().__init__(reason if index is None else f"entry {index + 1}: {reason}")
        self.index = index


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
