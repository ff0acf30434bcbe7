"""Listed packages: what lists ask for, a part at a time, of the rows that `listings` keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql

from package_format.index import IndexLine, Status
from package_format.signature import Envelope
from registry_server.catalog.description import parse_facts
from registry_server.catalog.listing import Facts, Listed
from registry_server.database.asking import POSTGRESQL, SQLITE, array, ask, written
from registry_server.database.schema import descriptions, listings, needs, versions
from registry_server.search.port import Row

_NONE: Mapping[int, Row] = {}
_READ_KEPT = 2048


class ListedPackages:
    """The packages that stand in lists, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def total(self) -> tuple[int, int]:
        """Return how many packages are found, and how many publishers there are."""
        return self.how_many_found(), self.how_many_publishers()

    def how_many_found(self) -> int:
        """Return how many packages are found."""
        return int(self._connection.scalar(select(func.count()).where(FOUND)) or 0)

    def new(self, start: int, count: int) -> tuple[Listed, ...]:
        """Return some packages by when their newest version was published, the latest first."""
        order = (listings.c.published.desc(), listings.c.name.desc())
        return self._listed(_LISTED.where(FOUND).order_by(*order), start, count)

    def popular(self, start: int, count: int) -> tuple[Listed, ...]:
        """Return some of the packages that were ever fetched, what was fetched most often first.

        What is deprecated is not among them: nobody is led to what its author advises against.
        """
        order = (listings.c.downloads.desc(), listings.c.place.desc())
        fetched = and_(listings.c.downloads > 0, listings.c.deprecated.is_(False))
        return self._listed(_LISTED.where(FOUND, fetched).order_by(*order), start, count)

    def everything(self, start: int, count: int) -> tuple[Listed, ...]:
        """Return some of the packages that are found, by their places."""
        return self._listed(_LISTED.where(FOUND).order_by(listings.c.place.desc()), start, count)

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
        return tuple(map(line_of, rows))

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


FOUND = listings.c.place.is_not(None)
"""Whether somebody finds a package who does not know its name."""

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
    return line_of(line), None if facts is None else parse_facts(facts)


# A line that is copied and filled is made in half of the time that a constructed one takes.
_BLANK = IndexLine.model_construct(**dict[str, Any]())


def line_of(text: str) -> IndexLine:
    """Read a line that was read with all care before it was written down."""
    said = from_json(text)
    said["status"], said["features"] = Status(said["status"]), tuple(said["features"])
    said["signatures"] = tuple(map(Envelope.model_validate, said.get("signatures", ())))
    return _BLANK.model_copy(update=said)
