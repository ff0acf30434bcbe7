"""An index in SQLite's FTS5.

A document is its terms with spaces between them. Lists of documents are kept without columns and
positions, for terms say where they stand; so what is asked is answered by walking along a few lists
from the greatest place downwards, and ends as soon as there is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from registry_server.database.asking import ask
from registry_server.search.port import Answer
from registry_server.search.query import All, written

_PUT = text("INSERT INTO search (rowid, terms) VALUES (:place, :terms)")
_MOVE = text("UPDATE search SET rowid = :to WHERE rowid = :place")
_REMOVE = text("DELETE FROM search WHERE rowid = :place")
_SIZE = text("SELECT count(*) FROM search_content")
_CLEAR = text("DELETE FROM search")
_TIDY = text("INSERT INTO search (search) VALUES ('optimize')")

_FIND = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?"


class Fts5Index:
    """See `registry_server.search.port.Index`."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def prepare(self) -> None:
        """See `Index.prepare`: nothing."""

    def put(self, place: int, terms: Iterable[str]) -> None:
        """See `Index.put`."""
        self._connection.execute(_PUT, {"place": place, "terms": " ".join(sorted(terms))})

    def move(self, place: int, to: int) -> None:
        """See `Index.move`."""
        self._connection.execute(_MOVE, {"place": place, "to": to})

    def remove(self, place: int) -> None:
        """See `Index.remove`."""
        self._connection.execute(_REMOVE, {"place": place})

    def size(self) -> int:
        """See `Index.size`."""
        return int(self._connection.scalar(_SIZE) or 0)

    def clear(self) -> None:
        """See `Index.clear`."""
        self._connection.execute(_CLEAR)

    def tidy(self) -> None:
        """See `Index.tidy`; the segments in which terms came become one."""
        self._connection.execute(_TIDY)

    def find(self, wanted: All, limit: int) -> Sequence[int]:
        """See `Index.find`."""
        return [place for (place,) in ask(self._connection, _FIND, (match(wanted), limit))]

    def find_in_steps(self, steps: Sequence[Sequence[All]], limit: int, enough: int) -> Answer:
        """See `Index.find_in_steps`."""
        found: list[Sequence[Sequence[int]]] = []
        every: set[int] = set()
        for step in steps:
            is_taken = len(every) < enough
            places = [self.find(wanted, limit) if is_taken else () for wanted in step]
            every = every.union(*places)
            found.append(places)
        return Answer(found)


def match(wanted: All) -> str:
    """Return what is wanted as FTS5 says it."""
    return written(wanted, " AND ", " OR ", _quoted)


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
