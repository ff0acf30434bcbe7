"""Needs: which installed package is there because of which, as trees and as chains; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cpt.installer.record.record import Record


@dataclass(frozen=True)
class Branch:
    """One package in the tree of what needs what.

    Attributes:
        name: ``publisher/name``.
        version: The installed version.
        range: What it was asked for as, or is needed as.
        branches: What it needs itself, by name; left out where it stands in the tree already.
        again: Whether it stands in the tree already, with all that it needs.
    """

    name: str
    version: str
    range: str
    branches: tuple[Branch, ...] = ()
    again: bool = False


def trees(record: Record) -> tuple[Branch, ...]:
    """Return a tree for each package that was asked for, by name."""
    seen: set[str] = set()
    return tuple(
        _branch(record, name, package.asked, seen)
        for name, package in sorted(record.packages.items())
        if package.asked is not None
    )


def _branch(record: Record, name: str, range_: str, seen: set[str]) -> Branch:
    package = record.packages[name]
    needed = sorted(package.dependencies.items())
    if name in seen:
        return Branch(name, package.version, range_, again=bool(needed))
    seen.add(name)
    return Branch(
        name,
        package.version,
        range_,
        tuple(_branch(record, x, text, seen) for x, text in needed if x in record.packages),
    )


@dataclass(frozen=True)
class Link:
    """One link of a chain: a package, and as what the one before it needs it.

    Attributes:
        name: ``publisher/name``.
        version: The installed version.
        range: What it was asked for as, or is needed as by the link before it.
    """

    name: str
    version: str
    range: str


def chains(record: Record, name: str) -> tuple[tuple[Link, ...], ...]:
    """Return why a package is there: chains from what was asked for down to it, shortest first.

    Of the chains that begin alike and go through the same package, the shortest is enough; there
    is one for each package that needs it directly, and one if it was asked for itself.
    """
    package = record.packages[name]
    found: list[tuple[Link, ...]] = []
    if package.asked is not None:
        found.append((Link(name, package.version, package.asked),))
    for other, needing in sorted(record.packages.items()):
        if name in needing.dependencies:
            last = Link(name, package.version, needing.dependencies[name])
            above = next(_upward(record, other), None)
            if above is not None:
                found.append((*above, last))
    return tuple(sorted(found, key=len))


def _upward(record: Record, name: str) -> Iterator[tuple[Link, ...]]:
    """Yield chains from what was asked for down to a package, the shortest first."""
    pending: list[tuple[str, tuple[Link, ...]]] = [(name, ())]
    seen = {name}
    while pending:
        at, below = pending.pop(0)
        package = record.packages[at]
        if package.asked is not None:
            yield (Link(at, package.version, package.asked), *below)
        for other, needing in sorted(record.packages.items()):
            if at in needing.dependencies and other not in seen:
                seen.add(other)
                link = Link(at, package.version, needing.dependencies[at])
                pending.append((other, (link, *below)))
