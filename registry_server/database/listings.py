"""Listings: keeps a row for each package that lists show, and the index that search asks.

A row says what its package is known by at the moment. It is made anew of what is written elsewhere
(versions, notices, descriptions, downloads) in the transaction that changes any of it, so that a
list is never behind. A package in quarantine has no row; one of which no version may be chosen has
one without a place, and is found by nobody who does not know its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from package_format.index import IndexLine, Status, parse_index
from registry_server.catalog.description import Description, facts_text
from registry_server.catalog.versions import newest
from registry_server.database.listed import FOUND, line_of
from registry_server.database.schema import (
    descriptions,
    downloads,
    listings,
    needs,
    packages,
    versions,
)
from registry_server.database.spellings import Spellings
from registry_server.search.document import FORMAT
from registry_server.search.port import Index

_STANDING = 32
"""How many bits of a place are a package's number; what stands above them orders packages."""


def place_of(package: int, fetched: int, *, deprecated: bool) -> int:
    """Return where a package stands among those that somebody's words find equally well.

    What is deprecated comes last. Otherwise what was fetched twice as often comes first, and among
    equals what came last; so that a place changes seldom, however often something is fetched.
    """
    return (0 if deprecated else 1 + fetched.bit_length()) << _STANDING | package


class Listings:
    """The rows and the index, in one transaction."""

    def __init__(self, connection: Connection, index: Index, spellings: Spellings) -> None:
        """Take a connection on which a transaction has begun, and what keeps the index in it."""
        self._connection = connection
        self._index = index
        self._spellings = spellings

    def describe(self, version: int, line: IndexLine, description: Description) -> None:
        """Keep what a version says of itself, and list its package by what is known now.

        Args:
            version: Its number.
            line: Its line in the index.
            description: What it says.
        """
        postgres = self._connection.dialect.name == "postgresql"
        self._connection.execute(
            _DESCRIBE_IN_POSTGRESQL if postgres else _DESCRIBE_IN_SQLITE,
            {
                "which": version,
                "published": line.published,
                "format": FORMAT,
                "facts": facts_text(description.facts),
                "terms": " ".join(sorted(description.document.terms)),
            },
        )
        self._spellings.add(description.document.words)
        self.refresh(line.name)

    def undescribed(self, limit: int, *, after: int = 0) -> Mapping[int, IndexLine]:
        """Return versions that say nothing of themselves yet, or in an older form, by number.

        Args:
            limit: How many at most.
            after: Those with greater numbers only.
        """
        rows = self._connection.execute(
            select(versions.c.id, versions.c.line)
            .outerjoin(descriptions, descriptions.c.version == versions.c.id)
            .where(descriptions.c.format.is_distinct_from(FORMAT), versions.c.id > after)
            .order_by(versions.c.id)
            .limit(limit)
        )
        return {number: line for number, text in rows for line in parse_index(text)}

    def is_indexed(self) -> bool:
        """Whether the index has as many documents as there are packages to be found."""
        return self._index.size() == self._connection.scalar(_HOW_MANY)

    def index_anew(self) -> None:
        """Make the index anew of what versions say of themselves."""
        self._index.clear()
        rows = self._connection.execute(
            select(listings.c.place, descriptions.c.terms)
            .outerjoin(descriptions, descriptions.c.version == listings.c.version)
            .where(FOUND)
        )
        for place, terms in rows:
            self._index.put(place, (terms or "").split())

    def refresh(self, name: str) -> None:
        """Make a package's row, and what the index has of it, anew; nothing if it is unknown."""
        package = self._connection.execute(_PACKAGE, {"which": name}).first()
        if package is None:
            return
        fetched = self._unlist(package.id)
        rows = self._connection.execute(_VERSIONS, {"which": package.id}).all()
        if package.quarantined is not None or not rows:
            return
        lines = [line_of(row.line) for row in rows]
        best = newest(lines)
        number, text = rows[lines.index(best)]
        told = self._connection.execute(_TOLD, {"which": number}).first()
        deprecated = package.deprecated is not None
        place = None
        if best.status is Status.ACTIVE:
            place = place_of(package.id, fetched, deprecated=deprecated)
            self._index.put(place, () if told is None else told.terms.split())
        publisher, short = name.split("/")
        self._connection.execute(
            _LIST,
            {
                "package": package.id,
                "publisher": publisher,
                "name": name,
                "short": short,
                "version": number,
                "line": text,
                "facts": None if told is None else told.facts,
                "versions": len(lines),
                "published": best.published,
                "last": max(line.published for line in lines),
                "downloads": fetched,
                "deprecated": deprecated,
                "place": place,
            },
        )
        if best.dependencies:
            self._connection.execute(
                _NEED, [{"needed": other, "package": package.id} for other in best.dependencies]
            )

    def _unlist(self, package: int) -> int:
        """Remove a package's row, if there is one; return how often it was fetched."""
        row = self._connection.execute(_STANDS, {"which": package}).first()
        if row is None:
            return int(self._connection.scalar(_FETCHED, {"which": package}) or 0)
        if row.place is not None:
            self._index.remove(row.place)
        for removal in _UNLIST:
            self._connection.execute(removal, {"which": package})
        return int(row.downloads)

    def count(self, fetched: Mapping[int, int]) -> None:
        """Say that packages were fetched so many times more, by their numbers."""
        for package, times in sorted(fetched.items()):
            row = self._connection.execute(
                select(listings.c.place, listings.c.downloads, listings.c.deprecated)
                .where(listings.c.package == package)
                .with_for_update()
            ).first()
            if row is None:
                continue
            total, place = row.downloads + times, row.place
            if place is not None:
                place = place_of(package, total, deprecated=row.deprecated)
                if place != row.place:
                    self._index.move(row.place, place)
            self._connection.execute(
                update(listings)
                .where(listings.c.package == package)
                .values(downloads=total, place=place)
            )


_WHICH: BindParameter[int] = bindparam("which")
_ABOUT = {
    "version": _WHICH,
    "package": select(versions.c.package).where(versions.c.id == _WHICH).scalar_subquery(),
    **{name: bindparam(name) for name in ("published", "format", "facts", "terms")},
}
_ANEW = ("format", "facts", "terms")
_IN_SQLITE = sqlite.insert(descriptions).values(_ABOUT)
_DESCRIBE_IN_SQLITE = _IN_SQLITE.on_conflict_do_update(
    index_elements=["version"], set_={name: _IN_SQLITE.excluded[name] for name in _ANEW}
)
_IN_POSTGRESQL = postgresql.insert(descriptions).values(_ABOUT)
_DESCRIBE_IN_POSTGRESQL = _IN_POSTGRESQL.on_conflict_do_update(
    index_elements=["version"], set_={name: _IN_POSTGRESQL.excluded[name] for name in _ANEW}
)
_PACKAGE = select(packages.c.id, packages.c.deprecated, packages.c.quarantined).where(
    packages.c.name == _WHICH
)
_VERSIONS = (
    select(versions.c.id, versions.c.line)
    .where(versions.c.package == _WHICH)
    .order_by(versions.c.id)
)
_TOLD = select(descriptions.c.facts, descriptions.c.terms).where(descriptions.c.version == _WHICH)
_STANDS = (
    select(listings.c.place, listings.c.downloads)
    .where(listings.c.package == _WHICH)
    .with_for_update()
)
_FETCHED = (
    select(func.coalesce(func.sum(downloads.c.count), 0))
    .join(versions, versions.c.id == downloads.c.version)
    .where(versions.c.package == _WHICH)
)
_LIST, _NEED = insert(listings), insert(needs)
_UNLIST = (
    delete(listings).where(listings.c.package == _WHICH),
    delete(needs).where(needs.c.package == _WHICH),
)
_HOW_MANY = select(func.count()).where(FOUND)
