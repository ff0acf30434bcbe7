"""Destinations: where upgrade entries take somebody who stands at an address.

`package_format.upgrades.entries.carry` says what has become of a thing; here is what becomes of a
contact, who may be sent elsewhere, and who stays in a sequence when the step under them is removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from package_format.references import Address
from package_format.upgrades.entries import (
    ContinueAt,
    Entry,
    Leading,
    Leave,
    Moved,
    contains,
    leading,
    rebased,
)

_SOME_STEP = ""
"""Stands for the key of a step that is gone while its sequence may have stayed; no key is empty."""


@dataclass(frozen=True)
class Destination:
    """Where entries take somebody: an address, and whether they were sent there by continue-at."""

    address: Address
    sent: bool = False


def _with_siblings(
    here: Mapping[tuple[Address, bool], None], entry: Leading
) -> Iterator[tuple[Address, bool]]:
    """Yield everywhere, and then the step an entry names where somebody stands in its sequence.

    The sequence itself stays too, as ``_SOME_STEP``, for those who were set down elsewhere in it.
    """
    yield from here
    source = entry.source
    if len(source.inner) > 1:
        sequence = replace(source, inner=source.inner[:1])
        if any(stepping and contains(sequence, address) for address, stepping in here):
            yield source, True
            yield replace(source, inner=(source.inner[0], _SOME_STEP)), True


def conceivable(
    start: Address, steps: Iterable[Address], entries: Iterable[Entry]
) -> list[Destination | Leave]:
    """Return where somebody may have come to by several hops instead of one.

    Between any two entries a hop may have ended, and have set them down at another step of the
    sequence or at its end; only entries that name such a step make a difference.

    Args:
        start: Where they stood.
        steps: Where the first hop may have set them down, `start` among them; nothing for one who
            is at no step.
        entries: What was moved and removed, in order.
    """
    here: dict[tuple[Address, bool], None] = dict.fromkeys((step, True) for step in steps)
    here = here or {(start, False): None}
    left: dict[Leave, None] = {}
    for entry in leading(entries):
        reached: dict[tuple[Address, bool], None] = {}
        for address, stepping in _with_siblings(here, entry):
            match _applied(address, entry):
                case Leave() as leave:
                    left[leave] = None
                case Address() as moved:
                    sent = contains(entry.source, address) and _sends(entry)
                    reached[moved, stepping or sent] = None
                case None:
                    pass
        here = reached
    arrived = [Destination(address, sent=stepping) for address, stepping in here]
    return [*arrived, *left]


def follow(address: Address, entries: Iterable[Entry]) -> Destination | Leave | None:
    """Return where the entries take somebody at an address; None when it is gone."""
    sent = False
    for entry in leading(entries):
        inside = contains(entry.source, address)
        match _applied(address, entry):
            case Address() as moved:
                sent = sent or (inside and _sends(entry))
                address = moved
            case other:
                return other
    return Destination(address, sent)


def _sends(entry: Leading) -> bool:
    return not isinstance(entry, Moved) and isinstance(entry.contacts, ContinueAt)


def _applied(address: Address, entry: Leading) -> Address | Leave | None:
    """Return what one entry makes of somebody at an address."""
    if not contains(entry.source, address):
        return address
    if isinstance(entry, Moved):
        return rebased(address, entry)
    match entry.contacts:
        case ContinueAt(target):
            return target
        case Leave() as leave:
            return leave
        case None if len(entry.source.inner) > 1:
            return replace(address, inner=(address.inner[0], _SOME_STEP))
        case None:
            return None
