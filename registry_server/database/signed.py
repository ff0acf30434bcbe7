"""What a server signs of its index: the files that the tree has under ``tuf/``, by their paths.

What a newer state replaces stays for a while, for whoever is reading the older one.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Insert, delete, select, update

from registry_server.database.inserting import insert_into
from registry_server.database.schema import signed_files


class Signed:
    """The signed files, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def read(self, path: str) -> bytes | None:
        """Return a file; None if there is none."""
        found = select(signed_files.c.data).where(signed_files.c.path == path)
        return self._connection.scalar(found)

    def paths(self) -> tuple[str, ...]:
        """Return the path of every file, those of older states too."""
        return tuple(self._connection.scalars(select(signed_files.c.path)))

    def write(self, path: str, data: bytes) -> None:
        """Bring a file into place."""
        self._connection.execute(self._writing(path, data))

    def supersede(self, paths: Iterable[str], now: str) -> None:
        """Say that only older states refer to some files any more."""
        for path in paths:
            self._connection.execute(
                update(signed_files).where(signed_files.c.path == path).values(superseded=now)
            )

    def take_away(self, before: str) -> None:
        """Take away what was superseded before an instant."""
        self._connection.execute(delete(signed_files).where(signed_files.c.superseded < before))

    def _writing(self, path: str, data: bytes) -> Insert:
        written = insert_into(self._connection, signed_files).values(path=path, data=data)
        return written.on_conflict_do_update(
            index_elements=["path"], set_={"data": written.excluded.data, "superseded": None}
        )
