"""Bringing very many packages into a database at once, as publishing brings them one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import islice

from sqlalchemy import Connection, insert

from package_format.index import IndexLine, index_text
from package_format.package import Package
from registry_server.catalog.description import describe, facts_text
from registry_server.database import schema
from registry_server.database.database import engine_at
from registry_server.database.listings import place_of
from registry_server.database.records import Records
from registry_server.search.document import FORMAT
from tests.registry_server.search.corpus import Made

DAY = dt.date(2026, 11, 26)
_AT_ONCE = 1000


def fill(
    address: str,
    packages: Iterable[Made],
    line_for: Callable[[int, Package], IndexLine],
    first: int = 1,
) -> None:
    """Bring packages into a database that has none of their publishers.

    Args:
        address: The database's address.
        packages: The packages, each with one version.
        line_for: Gives each package its index line; told its number, too.
        first: The number of the first one, greater than any that the database has given out.
    """
    engine = engine_at(address)
    publishers: dict[str, int] = {}
    coming = enumerate(packages, start=first)
    while some := list(islice(coming, _AT_ONCE)):
        with engine.execution_options(writing=True).begin() as connection:
            _bring(connection, some, line_for, publishers)
    with engine.execution_options(writing=True).begin() as connection:
        Records(connection).index.tidy()
    engine.dispose()


def _bring(
    connection: Connection,
    some: list[tuple[int, Made]],
    line_for: Callable[[int, Package], IndexLine],
    publishers: dict[str, int],
) -> None:
    rows: dict[str, list[dict[str, object]]] = {}
    records = Records(connection)
    spelt: set[str] = set()
    terms: dict[int, frozenset[str]] = {}
    for number, made in some:
        publisher, short = made.package.name.split("/")
        if publisher not in publishers:
            publishers[publisher] = number
            _add(
                rows,
                "publishers",
                id=publishers[publisher],
                name=publisher,
                standing="active",
                claimed="2026-01-01T00:00:00Z",
            )
        line = line_for(number, made.package)
        text = index_text([line]).removesuffix("\n")
        told = describe(made.package)
        facts = facts_text(told.facts)
        place = place_of(number, made.downloads, deprecated=False)
        terms[place] = told.document.terms
        spelt |= told.document.words
        _add(rows, "packages", id=number, publisher=publishers[publisher], name=line.name)
        _add(
            rows,
            "versions",
            id=number,
            package=number,
            precedence=line.version,
            digest=line.digest,
            line=text,
        )
        _add(
            rows,
            "descriptions",
            version=number,
            package=number,
            published=line.published,
            format=FORMAT,
            facts=facts,
            terms=" ".join(sorted(told.document.terms)),
        )
        _add(
            rows,
            "listings",
            package=number,
            publisher=publisher,
            name=line.name,
            short=short,
            version=number,
            line=text,
            facts=facts,
            versions=1,
            published=line.published,
            last=line.published,
            downloads=made.downloads,
            deprecated=False,
            place=place,
        )
        if made.downloads:
            _add(rows, "downloads", version=number, day=DAY, count=made.downloads)
        for needed in line.dependencies:
            _add(rows, "needs", needed=needed, package=number)
    for table in schema.metadata.sorted_tables:
        if table.name in rows:
            connection.execute(insert(table), rows[table.name])
    records.spellings.add(spelt)
    for place, of in terms.items():
        records.index.put(place, of)


def _add(rows: dict[str, list[dict[str, object]]], table: str, **values: object) -> None:
    rows.setdefault(table, []).append(values)
