"""Reads: the few things that whoever installs asks of the database, again and again.

Each is one statement, and so sees one moment without a transaction of its own. It is written down
once for the database's dialect and handed to the driver: what SQLAlchemy does around a statement
takes twenty times as long as SQLite needs to answer these.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Select, bindparam, select

from registry_server.database.asking import Rows, explained
from registry_server.database.packages import index_of
from registry_server.database.schema import packages, signed_files, versions

_INDEX = (
    select(versions.c.line, packages.c.quarantined)
    .join(packages, packages.c.id == versions.c.package)
    .where(packages.c.name == bindparam("key"))
    .order_by(versions.c.id)
)
_PACKAGE_OF = (
    select(packages.c.name, packages.c.quarantined)
    .join(versions, packages.c.id == versions.c.package)
    .where(versions.c.digest == bindparam("key"))
)
_SIGNED = select(signed_files.c.data).where(signed_files.c.path == bindparam("key"))

if TYPE_CHECKING:
    from sqlalchemy import PoolProxiedConnection
    from sqlalchemy.engine.interfaces import DBAPICursor


class Reads:
    """What is read of a database most often."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine that connects to it."""
        self._engine = engine
        self._lock = Lock()
        self._connection: PoolProxiedConnection | None = None
        self._index = self._question(_INDEX)
        self._package_of = self._question(_PACKAGE_OF)
        self._signed = self._question(_SIGNED)

    def index(self, name: str) -> str | None:
        """Return what the index says about a package, a line a version; None if it is unknown.

        Raises:
            UnavailableError: The database does not answer.
        """
        return index_of([(line, quarantined) for line, quarantined in self._index(name)])

    def package_of(self, digest: str) -> tuple[str, str | None] | None:
        """Return whose archive has a digest, and why that package is in quarantine, if it is.

        Returns:
            tuple[str, str | None] | None: The name and the reason; None if no version has it.

        Raises:
            UnavailableError: The database does not answer.
        """
        rows = self._package_of(digest)
        return (rows[0][0], rows[0][1]) if rows else None

    def signed(self, path: str) -> bytes | None:
        """Return a file of what is signed; None if there is none.

        Raises:
            UnavailableError: The database does not answer.
        """
        rows = self._signed(path)
        return bytes(rows[0][0]) if rows else None

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            self._leave()

    def _question(self, statement: Select[Any]) -> Callable[[str], Rows]:
        """Return what asks for the rows that belong to a key."""
        written = statement.compile(dialect=self._engine.dialect)
        text = written.string

        def ask(key: str) -> Rows:
            with explained(self._engine), closing(self._engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(text, {"key": key})
                return cursor.fetchall()

        def ask_sqlite(key: str) -> Rows:
            with explained(self._engine), self._lock:
                try:
                    cursor = self._kept()
                    cursor.execute(text, (key,))
                    return cursor.fetchall()
                except Exception:
                    self._leave()
                    raise

        return ask_sqlite if written.positional else ask

    def _kept(self) -> DBAPICursor:
        """A cursor that is kept, and used by one at a time: to get one takes longer than to ask."""
        if self._connection is None:
            self._connection = self._engine.raw_connection()
            self._cursor = self._connection.cursor()
        return self._cursor

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
        self._connection = None
