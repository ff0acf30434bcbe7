"""An index in PostgreSQL's tsvector, under a GIN index; no extension is needed.

A document is a vector of its terms, without positions. PostgreSQL's own parsers and dictionaries
are passed by: terms are lexemes as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from registry_server.search.query import All, written

_PUT = text("INSERT INTO search (place, terms) VALUES (:place, array_to_tsvector(:terms))")
_MOVE = text("UPDATE search SET place = :to WHERE place = :place")
_REMOVE = text("DELETE FROM search WHERE place = :place")
_SIZE = text("SELECT count(*) FROM search")
_CLEAR = text("DELETE FROM search")
_TIDY = text("SELECT gin_clean_pending_list('ix_search_terms')")
_COUNT = text("ANALYZE search")
# PostgreSQL does not reckon with what it costs to fetch a long vector from where it is kept. Left
# alone it goes through the places, or through all of the table, and looks into each document; its
# index answers without looking into any.
_BY_THE_INDEX = "SET LOCAL enable_seqscan = off"
_FIND = """
WITH found AS MATERIALIZED (SELECT place FROM search WHERE terms @@ %s::tsquery)
SELECT place FROM found ORDER BY place DESC LIMIT %s
"""


class TsvectorIndex:
    """See `registry_server.search.port.Index`."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection
        self._is_told = False

    def put(self, place: int, terms: Iterable[str]) -> None:
        """See `Index.put`."""
        self._connection.execute(_PUT, {"place": place, "terms": sorted(terms)})

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
        """See `Index.tidy`; what waits to be brought into the index is, and is counted."""
        self._connection.execute(_TIDY)
        self._connection.execute(_COUNT)

    def find(self, wanted: All, limit: int) -> Sequence[int]:
        """See `Index.find`."""
        if not self._is_told:
            self._connection.exec_driver_sql(_BY_THE_INDEX)
            self._is_told = True
        found = self._connection.exec_driver_sql(_FIND, (query(wanted), limit))
        return [place for (place,) in found.all()]


def query(wanted: All) -> str:
    """Return what is wanted as a tsquery."""
    return written(wanted, " & ", " | ", _quoted)


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
