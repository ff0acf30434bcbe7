"""The lists of a folder: they keep its shelf, and read what has changed alone. An edge.

A writer brings an index file into place by renaming it, which changes its folder's time. So one
look at each publisher's folder tells whose packages have to be read again. Lists may be a second
behind what was published; a package's own page never is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from package_format.index import IndexLine
from registry_server.catalog.listing import Facts, Listed, facts, found_by
from registry_server.catalog.shelf import Shelf, latest_of
from registry_server.errors import DamagedTreeError, NotFoundError, WithheldError
from registry_server.search.query import Wanted
from registry_server.trees.folder_tree import FolderTree
from registry_server.trees.lists import Found

_LOOK_AGAIN = 1.0
_LOOKED_THROUGH = 2_000
"""How many packages' archives are read to say which are of a category."""

_SETTLED = 2 * 10**9
"""How many nanoseconds a folder's time must lie back to be believed: within one tick of the disk's
clock it may change twice."""


@dataclass(frozen=True)
class _Read:
    """One publisher's packages, and the folder's time when they were read."""

    time: int
    lines: Mapping[str, tuple[IndexLine, ...]]
    damaged: Mapping[str, str]


class FolderLists:
    """The shelf of one tree, kept as it is now; see `registry_server.trees.lists.Lists`."""

    def __init__(self, tree: FolderTree) -> None:
        """Take the tree; nothing is read yet."""
        self._tree = tree
        self._lock = Lock()
        self._read: dict[str, _Read] = {}
        self._deprecated: frozenset[str] = frozenset()
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

    def total(self) -> tuple[int, int]:
        """See `Lists.total`."""
        shelf = self.shelf()
        return len(shelf.packages), len(shelf.publishers)

    def found(self, wanted: Wanted) -> Found:
        """See `Lists.found`; of a category, only the first packages are looked at."""
        shelf = self.shelf()
        found: Sequence[Listed]
        if wanted.publisher:
            found = found_by(wanted.text, shelf.of_publisher(wanted.publisher))
        elif wanted.text or not wanted.category:
            found = found_by(wanted.text, shelf.packages.values())
        else:
            found = shelf.new
        if wanted.feature:
            found = [listed for listed in found if wanted.feature in listed.newest.features]
        if wanted.category is None:
            return Found(found)
        looked_at = found[:_LOOKED_THROUGH]
        of_category = [listed for listed in looked_at if self._is_of(listed, wanted.category)]
        return Found(
            of_category,
            looked_through=_LOOKED_THROUGH if len(found) > _LOOKED_THROUGH else None,
        )

    def new(self) -> Sequence[Listed]:
        """See `Lists.new`."""
        return self.shelf().new

    def popular(self) -> Sequence[Listed]:
        """See `Lists.popular`; nobody counts who reads a tree."""
        return ()

    def of_publisher(self, publisher: str) -> Sequence[Listed]:
        """See `Lists.of_publisher`."""
        return self.shelf().of_publisher(publisher)

    def sums_of(self, publisher: str) -> tuple[int, str]:
        """See `Lists.sums_of`."""
        own = self.shelf().of_publisher(publisher)
        last = max((listed.newest.published for listed in own), default="")
        return sum(listed.versions for listed in own), last

    def publishers(self) -> Sequence[tuple[str, int]]:
        """See `Lists.publishers`."""
        shelf = self.shelf()
        return [(one, len(shelf.of_publisher(one))) for one in shelf.publishers]

    def names(self) -> Sequence[tuple[str, str]]:
        """See `Lists.names`."""
        packages = self.shelf().packages
        return [(name, listed.newest.published) for name, listed in packages.items()]

    def latest(self, count: int, publisher: str | None = None) -> Sequence[IndexLine]:
        """See `Lists.latest`."""
        shelf = self.shelf()
        if publisher is None:
            return shelf.latest[:count]
        own = shelf.of_publisher(publisher)
        lines = (line for listed in own for line in self._tree.lines(listed.newest.name))
        return latest_of(lines)[:count]

    def used_by(self, name: str) -> Sequence[str]:
        """See `Lists.used_by`."""
        return self.shelf().used_by(name)

    def sums(self) -> tuple[int, int]:
        """See `Lists.sums`."""
        packages = self.shelf().packages
        return len(packages), sum(listed.versions for listed in packages.values())

    def damaged(self) -> Mapping[str, str]:
        """See `Lists.damaged`."""
        return self.shelf().damaged

    def to_be_looked_for(self) -> Iterator[IndexLine]:
        """See `Lists.to_be_looked_for`: all, for files are looked for quickly."""
        for name in self.shelf().packages:
            # What cannot be read any more is damaged when somebody looks again.
            with suppress(DamagedTreeError, NotFoundError):
                yield from self._tree.lines(name)

    def has(self, name: str) -> bool:
        """See `Lists.has`."""
        return name in self.shelf().packages

    def begun_with(self, beginning: str, count: int) -> Sequence[str]:
        """See `Lists.begun_with`."""
        names = self.shelf().packages
        return [name for name in names if name.partition("/")[2].startswith(beginning)][:count]

    def publishers_begun_with(self, beginning: str, count: int) -> Sequence[str]:
        """See `Lists.publishers_begun_with`."""
        return [one for one in self.shelf().publishers if one.startswith(beginning)][:count]

    def _is_of(self, listed: Listed, category: str) -> bool:
        found = self.facts(listed)
        return found is not None and category in found.categories

    def facts(self, listed: Listed) -> Facts | None:
        """See `Lists.facts`."""
        line = listed.newest
        if line.digest not in self._facts:
            try:
                self._facts[line.digest] = facts(self._tree.shown(line))
            except (DamagedTreeError, WithheldError):
                return None  # somebody may restore it, or set it free
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
        deprecated = self._known_deprecated()
        if self._shelf is not None and not stale and not gone and deprecated == self._deprecated:
            return
        self._deprecated = deprecated
        for publisher in gone:
            del self._read[publisher]
        for publisher in stale:
            changed = times[publisher] if now - times[publisher] > _SETTLED else 0
            self._read[publisher] = self._of(publisher, changed)
        self._shelf = Shelf.of(
            {name: own for read in self._read.values() for name, own in read.lines.items()},
            {name: why for read in self._read.values() for name, why in read.damaged.items()},
            deprecated,
        )

    def _known_deprecated(self) -> frozenset[str]:
        """What is deprecated; nothing where that cannot be read, which the packages' pages say."""
        with suppress(DamagedTreeError):
            said = self._tree.notices().items()
            return frozenset(name for name, notices in said if notices.deprecated is not None)
        return frozenset()

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
