"""Listings: a row for each package that lists show, and the index that search asks.

A row says what its package is known by at the moment. It is made anew of what is written elsewhere
(versions, notices, descriptions, downloads) in the transaction that changes any of it, so that a
list is never behind. A package in quarantine has no row; one of which no version may be chosen has
one without a place, and is found by nobody who does not know its name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    any_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from package_format.index import IndexLine, Status, parse_index
from package_format.signature import Envelope
from registry_server.catalog.description import Description, facts_text, parse_facts
from registry_server.catalog.listing import Facts, Listed
from registry_server.catalog.versions import newest
from registry_server.database.asking import POSTGRESQL, SQLITE, array, ask, written
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
from registry_server.search.port import Index, Row

_NONE: Mapping[int, Row] = {}
_READ_KEPT = 2048
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
        return self._index.size() == self.how_many_found()

    def index_anew(self) -> None:
        """Make the index anew of what versions say of themselves."""
        self._index.clear()
        rows = self._connection.execute(
            select(listings.c.place, descriptions.c.terms)
            .outerjoin(descriptions, descriptions.c.version == listings.c.version)
            .where(_FOUND)
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
        lines = [_line(row.line) for row in rows]
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

    # --- what lists ask ---------------------------------------------------------------------------

    def total(self) -> tuple[int, int]:
        """Return how many packages are found, and how many publishers there are."""
        return self.how_many_found(), self.how_many_publishers()

    def how_many_found(self) -> int:
        """Return how many packages are found."""
        return int(self._connection.scalar(select(func.count()).where(_FOUND)) or 0)

    def new(self, start: int, count: int) -> tuple[Listed, ...]:
        """Return some packages by when their newest version was published, the latest first."""
        order = (listings.c.published.desc(), listings.c.name.desc())
        return self._listed(_LISTED.where(_FOUND).order_by(*order), start, count)

    def popular(self, start: int, count: int) -> tuple[Listed, ...]:
        """Return some of the packages that were ever fetched, what was fetched most often first.

        What is deprecated is not among them: nobody is led to what its author advises against.
        """
        order = (listings.c.downloads.desc(), listings.c.place.desc())
        fetched = and_(listings.c.downloads > 0, listings.c.deprecated.is_(False))
        return self._listed(_LISTED.where(_FOUND, fetched).order_by(*order), start, count)

    def everything(self, start: int, count: int) -> tuple[Listed, ...]:
        """Return some of the packages that are found, by their places."""
        return self._listed(_LISTED.where(_FOUND).order_by(listings.c.place.desc()), start, count)

    def at(self, places: Sequence[int], known: Mapping[int, Row] = _NONE) -> tuple[Listed, ...]:
        """Return the packages at some places, in the places' order.

        Args:
            places: The places.
            known: What came along with an answer, by places, and is not asked for again.
        """
        rows = [known[place] for place in places if place in known]
        missing = [place for place in places if place not in known]
        if missing and self._connection.dialect.name == "postgresql":
            rows += ask(self._connection, _AT_IN_POSTGRESQL, {"places": array(missing)})
        elif missing:
            rows += ask(self._connection, _AT_IN_SQLITE, (json.dumps(missing),))
        found = {row[-1]: _listed(row) for row in rows}
        return tuple(found[place] for place in places if place in found)

    def of_publisher(self, publisher: str, start: int, count: int) -> tuple[Listed, ...]:
        """Return some of a publisher's packages, withdrawn ones too, sorted by name."""
        found = _LISTED.where(listings.c.publisher == publisher).order_by(listings.c.name)
        return self._listed(found, start, count)

    def sums_of(self, publisher: str) -> tuple[int, int, str]:
        """Return how many packages and versions a publisher has, and when the last one came."""
        row = self._connection.execute(
            select(func.count(), func.sum(listings.c.versions), func.max(listings.c.last)).where(
                listings.c.publisher == publisher
            )
        ).one()
        return row[0], row[1] or 0, row[2] or ""

    def publishers(self, start: int, count: int) -> tuple[tuple[str, int], ...]:
        """Return some publishers and how many packages they have, sorted."""
        found = (
            select(listings.c.publisher, func.count())
            .group_by(listings.c.publisher)
            .order_by(listings.c.publisher)
        )
        rows = self._connection.execute(found.offset(start).limit(count))
        return tuple((row[0], row[1]) for row in rows)

    def how_many_publishers(self) -> int:
        """Return how many publishers have a package in a list."""
        each = select(listings.c.publisher).distinct().subquery()
        found = select(func.count()).select_from(each)
        return int(self._connection.scalar(found) or 0)

    def names(self, start: int, count: int) -> tuple[tuple[str, str], ...]:
        """Return the names of some packages and when they changed, sorted."""
        found = select(listings.c.name, listings.c.published).order_by(listings.c.name)
        return tuple(
            (row[0], row[1]) for row in self._connection.execute(found.offset(start).limit(count))
        )

    def how_many(self) -> tuple[int, int]:
        """Return how many packages are in lists, withdrawn ones too, and how many versions."""
        row = self._connection.execute(select(func.count(), func.sum(listings.c.versions))).one()
        return row[0], row[1] or 0

    def latest(self, count: int, *, publisher: str | None = None) -> tuple[IndexLine, ...]:
        """Return the versions that were published last, by anybody or by one publisher."""
        found = (
            select(versions.c.line)
            .join(descriptions, descriptions.c.version == versions.c.id)
            .join(listings, listings.c.package == descriptions.c.package)
            .order_by(descriptions.c.published.desc(), versions.c.id.desc())
            .limit(count)
        )
        if publisher is not None:
            found = found.where(listings.c.publisher == publisher)
        rows = self._connection.scalars(found)
        return tuple(map(_line, rows))

    def users_of(self, name: str, start: int, count: int) -> tuple[str, ...]:
        """Return some of the packages whose newest version depends on one, sorted."""
        found = _users(select(listings.c.name), name).order_by(listings.c.name)
        return tuple(self._connection.scalars(found.offset(start).limit(count)))

    def how_many_users_of(self, name: str) -> int:
        """Return how many packages have a newest version that depends on one."""
        return int(self._connection.scalar(_users(select(func.count()), name)) or 0)

    def has(self, name: str) -> bool:
        """Say whether a package stands in a list."""
        found = select(listings.c.package).where(listings.c.name == name)
        return self._connection.scalar(found) is not None

    def begun_with(self, beginning: str, count: int) -> tuple[str, ...]:
        """Return the names of packages whose own name begins so."""
        found = select(listings.c.name).where(_begins(listings.c.short, beginning))
        return tuple(self._connection.scalars(found.order_by(listings.c.short).limit(count)))

    def publishers_begun_with(self, beginning: str, count: int) -> tuple[str, ...]:
        """Return the publishers whose name begins so."""
        found = select(listings.c.publisher).where(_begins(listings.c.publisher, beginning))
        found = found.distinct().order_by(listings.c.publisher)
        return tuple(self._connection.scalars(found.limit(count)))

    def _listed(
        self, found: Select[str, str | None, int, int, bool], start: int, count: int
    ) -> tuple[Listed, ...]:
        rows = self._connection.execute(found.offset(start).limit(count)).all()
        return tuple(_listed(row) for row in rows)


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
_FOUND = listings.c.place.is_not(None)
_LISTED: Select[str, str | None, int, int, bool] = select(
    listings.c.line,
    listings.c.facts,
    listings.c.versions,
    listings.c.downloads,
    listings.c.deprecated,
)


# However many places are asked for, it is the same statement, written down once.
_PLACED = _LISTED.add_columns(listings.c.place)
_AT_IN_POSTGRESQL = written(
    _PLACED.where(
        listings.c.place == any_(bindparam("places", type_=postgresql.ARRAY(BigInteger)))
    ),
    POSTGRESQL,
)
_EACH = func.json_each(bindparam("places")).table_valued("value")
_AT_IN_SQLITE = written(_PLACED.where(listings.c.place.in_(select(_EACH.c.value))), SQLITE)


def _begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """Whether a text, which has no character beyond a tilde, begins with another."""
    return and_(column >= beginning, column < f"{beginning}\x7f")


def _users(found: Select[object], name: str) -> Select[object]:
    return (
        found.select_from(needs)
        .join(listings, listings.c.package == needs.c.package)
        .where(needs.c.needed == name)
    )


def _listed(row: Sequence[Any]) -> Listed:
    line, facts = _read(row[0], row[1])
    return Listed(line, row[2], facts=facts, downloads=row[3], deprecated=bool(row[4]))


@lru_cache(_READ_KEPT)
def _read(line: str, facts: str | None) -> tuple[IndexLine, Facts | None]:
    """What is shown often is shown again and again."""
    return _line(line), None if facts is None else parse_facts(facts)


# A line that is copied and filled is made in half of the time that a constructed one takes.
_BLANK = IndexLine.model_construct(**dict[str, Any]())


def _line(text: str) -> IndexLine:
    """Read a line that was read with all care before it was written down."""
    said = from_json(text)
    said["status"], said["features"] = Status(said["status"]), tuple(said["features"])
    said["signatures"] = tuple(map(Envelope.model_validate, said.get("signatures", ())))
    return _BLANK.model_copy(update=said)
