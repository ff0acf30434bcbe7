"""Going back: what no rollback can undo, said beforehand (M8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from package_format.references import Address
from package_format.upgrades.entries import PARAMETER, Entry, Gone, Leading, Leave, carry
from package_format.upgrades.terms import Changed, Timer


def no_way_back(version: str, entries: Iterable[tuple[Leading, Address | Gone]]) -> Iterator[str]:
    """Say of every entry without an inverse what it did, and what going back makes of that.

    Args:
        version: The version that is left.
        entries: The entries, with what has become of their sources by that version.
    """
    for entry, became in entries:
        if entry.source.kind == PARAMETER:
            continue
        what = _name(entry.source)
        if entry.source.kind != "campaign":
            yield _resource(version, what, became)
            continue
        match became:
            case Address():
                there = _name(became, entry.source)
                yield (
                    f"{version} made {what} part of {there}; going back cannot tell who came from "
                    f"{what}, and everybody there goes on as {there} does."
                )
            case Gone(Address() as target):
                there = _name(target, entry.source)
                yield (
                    f"{version} removed {what} and sent its contacts to {there}; going back cannot "
                    f"tell who they were, and they go where everybody at {there} goes."
                )
            case Gone(Leave.FINISH_ON_OLD):
                yield (
                    f"{version} removed {what} and let its contacts finish it as it was; whoever "
                    "still does goes on with that, and is not brought back."
                )
            case Gone(Leave.EXIT):
                yield f"{version} removed {what} and its contacts left; they are not brought back."
            case Gone() if not entry.source.inner:
                yield f"{version} removed {what}; going back brings nobody back who left it."
            case Gone():
                yield (
                    f"{version} removed {what}, and whoever was there went on to what comes next; "
                    "going back cannot tell who they were."
                )
            case _:
                assert_never(became)


@dataclass(frozen=True)
class Begun:
    """A wait that the version which is left let begin anew (M5).

    Attributes:
        version: That version.
        step: The full address that the step has in it.
    """

    version: str
    step: Address

    def __str__(self) -> str:
        """Say that nobody knows any more when the waits there began before."""
        return (
            f"{self.version} let the wait at {_name(self.step)} begin anew; going back cannot tell "
            "when it had begun, and counts from then."
        )


def begun_anew(package: str, version: str, entries: Sequence[Entry]) -> Iterator[Begun]:
    """Yield the waits that a version let begin anew, of steps that are there still.

    Args:
        package: The package's name.
        version: The version that is left.
        entries: The entries that it has too much of, in order.
    """
    for index, entry in enumerate(entries):
        if isinstance(entry, Changed) and entry.timer is Timer.RESTART:
            step = carry(entry.step, entries[index:])
            if isinstance(step, Address):
                yield Begun(version, step.within(package))


def _resource(version: str, what: str, became: Address | Gone) -> str:
    if isinstance(became, Address):
        return (
            f"{version} made {what} one with {_name(became)}; going back cannot tell which "
            "contacts had it before."
        )
    return f"{version} removed {what}; going back makes it again, unless this account has it still."


def _name(address: Address, beside: Address | None = None) -> str:
    """Return ``remind.nudge`` for a place in a campaign, and the address of anything else.

    Args:
        address: What is named.
        beside: What is named in the same sentence: a place in another campaign says in which.
    """
    elsewhere = beside is not None and beside.resource != address.resource
    return str(address) if elsewhere else ".".join(address.inner) or str(address)
