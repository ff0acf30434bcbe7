"""The lists of a store: each asks the database for the part that is shown. An edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from package_format.index import IndexLine
from registry_server.catalog.listing import Facts, Listed
from registry_server.database.database import Database
from registry_server.database.listed import ListedPackages
from registry_server.search.port import AHEAD
from registry_server.search.query import Wanted
from registry_server.search.searching import search
from registry_server.trees.lists import Found, Rows

_LOOKED_FOR = 100

_Item = TypeVar("_Item")


class StoredLists:
    """See `registry_server.trees.lists.Lists`."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def total(self) -> tuple[int, int]:
        """See `Lists.total`."""
        return self._ask(ListedPackages.total)

    def found(self, wanted: Wanted) -> Found:
        """See `Lists.found`."""
        if wanted == Wanted():
            return Found(self._rows(ListedPackages.how_many_found, ListedPackages.everything))
        with self._database.searching() as records:
            places = search(records.index, records.spellings, wanted)
            first = records.listed.at(places.places[:AHEAD], places.rows)

        def some(start: int, count: int) -> Sequence[Listed]:
            if start + count <= AHEAD or len(places.places) <= AHEAD:
                return first[start : start + count]
            return self._ask(lambda of: of.at(places.places[start : start + count]))

        found = Rows(lambda: len(places.places), some)
        return Found(found, places.more, places.instead)

    def new(self) -> Sequence[Listed]:
        """See `Lists.new`."""
        return self._rows(ListedPackages.how_many_found, ListedPackages.new)

    def popular(self) -> Sequence[Listed]:
        """See `Lists.popular`."""
        return self._rows(ListedPackages.how_many_found, ListedPackages.popular)

    def of_publisher(self, publisher: str) -> Sequence[Listed]:
        """See `Lists.of_publisher`."""
        return self._rows(
            lambda of: of.sums_of(publisher)[0],
            lambda of, start, count: of.of_publisher(publisher, start, count),
        )

    def sums_of(self, publisher: str) -> tuple[int, str]:
        """See `Lists.sums_of`."""
        _, versions, last = self._ask(lambda of: of.sums_of(publisher))
        return versions, last

    def publishers(self) -> Sequence[tuple[str, int]]:
        """See `Lists.publishers`."""
        return self._rows(ListedPackages.how_many_publishers, ListedPackages.publishers)

    def names(self) -> Sequence[tuple[str, str]]:
        """See `Lists.names`."""
        return self._rows(lambda of: of.how_many()[0], ListedPackages.names)

    def latest(self, count: int, publisher: str | None = None) -> Sequence[IndexLine]:
        """See `Lists.latest`."""
        return self._ask(lambda of: of.latest(count, publisher=publisher))

    def used_by(self, name: str) -> Sequence[str]:
        """See `Lists.used_by`."""
        return self._rows(
            lambda of: of.how_many_users_of(name),
            lambda of, start, count: of.users_of(name, start, count),
        )

    def facts(self, listed: Listed) -> Facts | None:
        """See `Lists.facts`."""
        return listed.facts

    def sums(self) -> tuple[int, int]:
        """See `Lists.sums`."""
        return self._ask(ListedPackages.how_many)

    def damaged(self) -> Mapping[str, str]:
        """See `Lists.damaged`; a database lists all or nothing."""
        return {}

    def to_be_looked_for(self) -> Sequence[IndexLine]:
        """See `Lists.to_be_looked_for`: some, for each may be a question to a far storage."""
        return self.latest(_LOOKED_FOR)

    def has(self, name: str) -> bool:
        """See `Lists.has`."""
        return self._ask(lambda of: of.has(name))

    def begun_with(self, beginning: str, count: int) -> Sequence[str]:
        """See `Lists.begun_with`."""
        return self._ask(lambda of: of.begun_with(beginning, count))

    def publishers_begun_with(self, beginning: str, count: int) -> Sequence[str]:
        """See `Lists.publishers_begun_with`."""
        return self._ask(lambda of: of.publishers_begun_with(beginning, count))

    def _ask(self, question: Callable[[ListedPackages], _Item]) -> _Item:
        with self._database.reading() as records:
            return question(records.listed)

    def _rows(
        self,
        count: Callable[[ListedPackages], int],
        some: Callable[[ListedPackages, int, int], Sequence[_Item]],
    ) -> Rows[_Item]:
        return Rows(
            lambda: self._ask(count),
            lambda start, most: self._ask(lambda of: some(of, start, most)),
        )
