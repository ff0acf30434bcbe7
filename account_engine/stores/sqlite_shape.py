"""The shape of an account's file: our tables, and nothing in it that would act by itself.

A file may come from a stranger. Triggers, views, checks and computed columns are SQL that runs when
rows are read or written; an account has none. A file that has anything else than the tables that
we make is not opened.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import lru_cache
from typing import TypeAlias

from account_engine.stores.schema import tables as our_tables

_Shape: TypeAlias = frozenset[tuple[object, ...]]

_ACTING = re.compile(r"\b(CHECK|COLLATE|GENERATED|REFERENCES|VIRTUAL)\b", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def acting(connection: sqlite3.Connection) -> str | None:
    """Return what in a file would act by itself, in words; None if nothing does."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    for sort, name, sql in rows:
        if sort not in ("table", "index"):
            return f"it has a {sort}, {name!r}"
        if _ACTING.search(_COMMENT.sub(" ", str(sql or ""))):
            return f"its {sort} {name!r} has rules of its own"
    return None


def differing(connection: sqlite3.Connection) -> str | None:
    """Return which table of a file is not ours, or not as we make it; None if all are."""
    ours, found = _ours(), _shapes(connection)
    for name in sorted(found.keys() - ours.keys()):
        return f"it has another table, {name!r}"
    for name in sorted(ours):
        if found.get(name) != ours[name]:
            return f"its table {name!r} is {'missing' if name not in found else 'another one'}"
    return None


@lru_cache(maxsize=1)
def _ours() -> dict[str, _Shape]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(our_tables("sqlite"))
        return _shapes(connection)


def _shapes(connection: sqlite3.Connection) -> dict[str, _Shape]:
    """Every table's columns and indexes; in no order, for upgrades append columns."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    ).fetchall()
    return {name: _shape(connection, name) for (name,) in tables}


def _shape(connection: sqlite3.Connection, table: str) -> _Shape:
    columns = connection.execute(
        'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)', (table,)
    ).fetchall()
    indexes = connection.execute(
        'SELECT name, "unique", origin, partial FROM pragma_index_list(?)', (table,)
    ).fetchall()
    return frozenset(columns) | {
        (
            "" if origin != "c" else name,
            unique,
            origin,
            partial,
            *connection.execute(
                'SELECT name, "desc", coll, key FROM pragma_index_xinfo(?)', (name,)
            ).fetchall(),
        )
        for name, unique, origin, partial in indexes
    }
