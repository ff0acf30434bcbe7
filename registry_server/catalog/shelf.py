"""The shelf: every package in one line, as lists of packages are made of it.

A value worked out from the index lines; what a list wants to know beyond them stands in archives,
and is read for those that are shown (`Facts`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest

from package_format.index import IndexLine
from registry_server.catalog.listing import Listed
from registry_server.catalog.versions import newest

LATEST = 100
"""How many of the latest publications a shelf keeps at hand."""


@dataclass(frozen=True)
class Shelf:
    """Every package of a registry.

    Attributes:
        packages: The packages by name, sorted.
        latest: What was published last, whichever package it is of; the newest first.
        damaged: The packages whose index cannot be read, and why.
    """

    packages: Mapping[str, Listed]
    latest: tuple[IndexLine, ...] = ()
    damaged: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lines: Mapping[str, tuple[IndexLine, ...]],
        damaged: Mapping[str, str] | None = None,
        deprecated: Collection[str] = (),
    ) -> Shelf:
        """Return the shelf of the packages with these lines, of which some are deprecated."""
        packages = {
            name: Listed(newest(own), len(own), deprecated=name in deprecated)
            for name, own in sorted(lines.items())
            if own
        }
        latest = latest_of(line for own in lines.values() for line in own)
        return cls(packages, latest, damaged or {})

    def used_by(self, name: str) -> tuple[str, ...]:
        """Return the packages whose newest version depends on one, sorted."""
        return self._dependents.get(name, ())

    def of_publisher(self, publisher: str) -> tuple[Listed, ...]:
        """Return a publisher's packages, sorted by name; none if there is no such publisher."""
        return self._published.get(publisher, ())

    @property
    def publishers(self) -> tuple[str, ...]:
        """Everybody who has published something, sorted."""
        return tuple(self._published)

    @cached_property
    def new(self) -> tuple[Listed, ...]:
        """The packages by when their newest version was published, the latest first."""
        return tuple(
            sorted(self.packages.values(), key=lambda one: _moment(one.newest), reverse=True)
        )

    @cached_property
    def _dependents(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, listed in self.packages.items():
            for dependency in listed.newest.dependencies:
                found[dependency].append(name)
        return {name: tuple(users) for name, users in found.items()}

    @cached_property
    def _published(self) -> Mapping[str, tuple[Listed, ...]]:
        found: dict[str, list[Listed]] = defaultdict(list)
        for name, listed in self.packages.items():
            found[name.partition("/")[0]].append(listed)
        return {publisher: tuple(own) for publisher, own in found.items()}


def latest_of(lines: Iterable[IndexLine]) -> tuple[IndexLine, ...]:
    """Return what was published last among some lines, the newest first."""
    return tuple(nlargest(LATEST, lines, key=_moment))


def _moment(line: IndexLine) -> tuple[str, str, str]:
    return line.published, line.name, line.version
