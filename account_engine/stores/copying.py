"""Copying an account into a file, whichever store it is kept in, without what is past in it."""

from __future__ import annotations

from account_engine.errors import EngineBugError
from account_engine.stores.records import Identity
from account_engine.stores.rows import Rows
from account_engine.stores.schema import table_names
from account_engine.stores.sqlite import SqliteStore
from account_engine.stores.sqlite_file import FilePath

_PAST = frozenset({"accounts", "story", "effects", "texts", "deliveries", "couriers", "dispatch"})
"""Tables that are not copied: what happened and what went out, and from where."""


def copied(source: object, identity: Identity, path: FilePath) -> SqliteStore:
    """Return a store in a new file, with everything that is to come for an account's contacts.

    Args:
        source: The account's store, within `reading`.
        identity: What the account is.
        path: Where the file is made.
    """
    if not isinstance(source, Rows):
        raise EngineBugError("this store has no rows that could be copied")
    copy = SqliteStore.create(path, identity)
    try:
        with copy.publishing():
            for table in table_names():
                if table not in _PAST:
                    _copy_table(table, source, copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _copy_table(table: str, source: Rows, copy: Rows) -> None:
    described = copy.run(f"SELECT name FROM pragma_table_info('{table}')")
    columns = [name for (name,) in described if name != "account"]
    names = ", ".join(columns)
    rows = source.stream(f"SELECT {names} FROM {table} WHERE account = :account")
    copy.run_all(
        f"INSERT INTO {table} (account, {names}) "
        f"VALUES (:account, {', '.join(f':{name}' for name in columns)})",
        (dict(zip(columns, row, strict=True)) for row in rows),
    )
