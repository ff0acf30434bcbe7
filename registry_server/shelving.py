"""Keeps the shelf of a tree: reads what has changed, and nothing else. An edge.

A writer brings an index file into place by renaming it, which changes its folder's time. So one
look at each publisher's folder tells whose packages have to be read again. Lists may be a second
behind what was published; a package's own page never is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from package_format.index import IndexLine
from registry_server.catalog.shelf import Facts, Shelf, facts
from registry_server.errors import DamagedTreeError, NotFoundError
from registry_server.tree import Tree

_LOOK_AGAIN = 1.0
_SETTLED = 2 * 10**9
"""How many nanoseconds a folder's time must lie back to be believed: within one tick of the disk's
clock it may change twice."""


@dataclass(frozen=True)
class _Read:
    """One publisher's packages, and the folder's time when they were read."""

    time: int
    lines: Mapping[str, tuple[IndexLine, ...]]
    damaged: Mapping[str, str]


class Shelving:
    """The shelf of one tree, kept as it is now."""

    def __init__(self, tree: Tree) -> None:
        """Take the tree; nothing is read yet."""
        self._tree = tree
        self._lock = Lock()
        self._read: dict[str, _Read] = {}
        self._shelf: Shelf | None = None
        self._looked = 0.0
        self._facts: dict[str, Facts | None] = {}

    def shelf(self) -> Shelf:
        """Return every package of the tree."""
        shelf = self._shelf
        if shelf is not None and time.monotonic() - self._looked < _LOOK_AGAIN:
            return shelf
        # Whoever finds it too old looks; meanwhile the others take the one that there is.
        if not self._lock.acquire(blocking=shelf is None):
            assert shelf is not None  # noqa: S101  otherwise the lock was waited for
            return shelf
        try:
            self._look()
            self._looked = time.monotonic()
            assert self._shelf is not None  # noqa: S101  looking makes one
            return self._shelf
        finally:
            self._lock.release()

    def facts(self, line: IndexLine) -> Facts | None:
        """Return what lists show of a version; None if its archive cannot be read."""
        if line.digest not in self._facts:
            try:
                self._facts[line.digest] = facts(self._tree.package_of(line))
            except DamagedTreeError:
                return None  # somebody may restore it
        return self._facts[line.digest]

    def _look(self) -> None:
        now = time.time_ns()
        times = dict(self._tree.publishers())
        stale = [
            publisher
            for publisher, changed in times.items()
            if publisher not in self._read or self._read[publisher].time != changed
        ]
        gone = self._read.keys() - times.keys()
        if self._shelf is not None and not stale and not gone:
            return
        for publisher in gone:
            del self._read[publisher]
        for publisher in stale:
            changed = times[publisher] if now - times[publisher] > _SETTLED else 0
            self._read[publisher] = self._of(publisher, changed)
        self._shelf = Shelf.of(
            {name: own for read in self._read.values() for name, own in read.lines.items()},
            {name: why for read in self._read.values() for name, why in read.damaged.items()},
        )

    def _of(self, publisher: str, changed: int) -> _Read:
        lines: dict[str, tuple[IndexLine, ...]] = {}
        damaged: dict[str, str] = {}
        for name in self._tree.names_of(publisher):
            try:
                lines[name] = self._tree.lines(name)
            except NotFoundError:
                continue  # it went away while we looked
            except DamagedTreeError as error:
                damaged[name] = str(error)
        return _Read(changed, lines, damaged)
