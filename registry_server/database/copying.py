"""Copying a database: every row of every table, as data, and back into an empty one.

The copy knows no dialect: what was in a PostgreSQL can be brought into SQLite, and the other way.
"""

from __future__ import annotations

import datetime as dt
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, Table, func, insert, select, text

from registry_server.database.schema import PASSING, metadata

_AT_ONCE = 500

Row = tuple[str, dict[str, Any]]
"""The name of a table, and a row of it by the names of its columns, as JSON has it."""


def revision(connection: Connection) -> str:
    """Return which migration made the tables what they are."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def rows(connection: Connection) -> Iterator[Row]:
    """Yield every row that is to be kept, what is referred to before what refers to it."""
    for table in metadata.sorted_tables:
        if table.info == PASSING:
            continue
        found = connection.execution_options(yield_per=_AT_ONCE).execute(
            select(table).order_by(*table.primary_key.columns)
        )
        for row in found.mappings():
            yield table.name, {name: _told(value) for name, value in row.items()}


def is_empty(connection: Connection) -> bool:
    """Whether nothing is in any table."""
    return all(
        connection.execute(select(table).limit(1)).first() is None
        for table in metadata.sorted_tables
    )


def bring_in(connection: Connection, found: Iterable[Row]) -> None:
    """Bring rows into empty tables, under the numbers that they had.

    Args:
        connection: On which a transaction has begun.
        found: The rows, as `rows` yields them.
    """
    waiting: list[dict[str, Any]] = []
    before: Table | None = None
    for name, row in found:
        table = metadata.tables[name]
        if before is not None and (table is not before or len(waiting) == _AT_ONCE):
            connection.execute(insert(before), waiting)
            waiting = []
        before = table
        waiting.append(_read(table, row))
    if before is not None:
        connection.execute(insert(before), waiting)
    if connection.dialect.name == "postgresql":
        for table in metadata.sorted_tables:
            _count_on(connection, table)


def _count_on(connection: Connection, table: Table) -> None:
    """Let the numbers that PostgreSQL gives out go on after those that were brought in."""
    if "id" not in table.c:
        return
    highest = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
    sequence = func.pg_get_serial_sequence(table.name, "id")
    connection.execute(select(func.setval(sequence, highest, False)))  # noqa: FBT003  its word


def _told(value: object) -> object:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, dt.date) else value


def _read(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    read = dict(row)
    for name, value in row.items():
        if value is None:
            continue
        if isinstance(table.c[name].type, Date):
            read[name] = dt.date.fromisoformat(value)
        elif isinstance(table.c[name].type, LargeBinary):
            read[name] = b64decode(value)
    return read
