"""Lists: what pages and programs ask of all packages together, whoever answers.

There are two who do: `folder_lists` reads a tree of files, and has all of it in memory;
`stored_lists` asks a database, and has no more of a list than is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, overload

from package_format.index import IndexLine
from registry_server.catalog.listing import Facts, Listed
from registry_server.search.query import Wanted
from registry_server.search.searching import Instead

_Item_co = TypeVar("_Item_co", covariant=True)


@dataclass(frozen=True)
class Found:
    """The packages that somebody looked for.

    Attributes:
        packages: The packages, the best first.
        more: Whether there are more than these.
        instead: What was looked for instead of what was asked.
        looked_through: Among how many packages they are, if it is not all of them.
    """

    packages: Sequence[Listed]
    more: bool = False
    instead: tuple[Instead, ...] = ()
    looked_through: int | None = None


class Lists(Protocol):
    """All packages of a registry; sequences are asked for a part, and for how long they are."""

    def total(self) -> tuple[int, int]:
        """Return how many packages there are, and how many publishers."""
        ...

    def found(self, wanted: Wanted) -> Found:
        """Return what somebody looks for; everything if they say nothing."""
        ...

    def new(self) -> Sequence[Listed]:
        """Return the packages by when their newest version was published, the latest first."""
        ...

    def popular(self) -> Sequence[Listed]:
        """Return what was ever fetched, the most first; nothing where nobody counts.

        What is deprecated is left out.
        """
        ...

    def of_publisher(self, publisher: str) -> Sequence[Listed]:
        """Return a publisher's packages, sorted by name; none if there is no such publisher."""
        ...

    def sums_of(self, publisher: str) -> tuple[int, str]:
        """Return how many versions a publisher has, and when the last one was published."""
        ...

    def publishers(self) -> Sequence[tuple[str, int]]:
        """Return everybody who has published something, sorted, and how many packages it is."""
        ...

    def names(self) -> Sequence[tuple[str, str]]:
        """Return the name of every package, sorted, and when its newest version was published."""
        ...

    def latest(self, count: int, publisher: str | None = None) -> Sequence[IndexLine]:
        """Return the versions that were published last, by anybody or by one publisher."""
        ...

    def used_by(self, name: str) -> Sequence[str]:
        """Return the packages whose newest version depends on one, sorted."""
        ...

    def facts(self, listed: Listed) -> Facts | None:
        """Return what lists show of a package; None if its archive cannot be read."""
        ...

    def sums(self) -> tuple[int, int]:
        """Return how many packages stand in lists, withdrawn ones too, and their versions."""
        ...

    def damaged(self) -> Mapping[str, str]:
        """Return the packages that cannot be listed, and why."""
        ...

    def to_be_looked_for(self) -> Iterable[IndexLine]:
        """Return the versions whose archives are looked for: as many as can be in short time."""
        ...

    def has(self, name: str) -> bool:
        """Say whether a package stands in a list."""
        ...

    def begun_with(self, beginning: str, count: int) -> Sequence[str]:
        """Return packages, by whomever, whose own name begins so."""
        ...

    def publishers_begun_with(self, beginning: str, count: int) -> Sequence[str]:
        """Return publishers whose name begins so."""
        ...


class Rows(Sequence[_Item_co]):
    """A sequence of which only what somebody looks at is ever read."""

    def __init__(
        self, count: Callable[[], int], some: Callable[[int, int], Sequence[_Item_co]]
    ) -> None:
        """Say how it is read.

        Args:
            count: Says how many items there are.
            some: Reads items: from which one on, and how many at most.
        """
        self._count = count
        self._some = some
        self._length: int | None = None

    def __len__(self) -> int:
        if self._length is None:
            self._length = self._count()
        return self._length

    @overload
    def __getitem__(self, index: int) -> _Item_co: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_Item_co]: ...

    def __getitem__(self, index: int | slice) -> _Item_co | Sequence[_Item_co]:
        match index:
            case slice(start=None | int(), stop=int(stop), step=None) if stop >= 0:
                start = index.start or 0
                if start >= 0:  # how many there are makes no difference
                    return self._some(start, max(0, stop - start))
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return self._some(start, max(0, stop - start))[::step]
        (item,) = self._some(range(len(self))[index], 1)
        return item
