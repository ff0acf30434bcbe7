"""An index in PostgreSQL's tsvector, under a GIN index; no extension is needed.

A document is a vector of its terms, without positions. PostgreSQL's own parsers and dictionaries
are passed by: terms are lexemes as they are.

The index cannot be walked along in the order of places, and to sort what a common word finds among
50,000 documents takes ten milliseconds. So a document has as terms, too, the levels that its place
has reached (the bits above 32, which say how often it is fetched). What is asked is asked first of
those above a level that some thousands have reached: where they suffice, nothing else can come
before them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from registry_server.search.query import All, written

_PUT = text("INSERT INTO search (place, terms) VALUES (:place, array_to_tsvector(:terms))")
_MOVE = text(
    "UPDATE search SET place = :to, terms = ts_delete(terms, CAST(:before AS text[])) "
    "|| array_to_tsvector(:after) WHERE place = :place"
)
_REMOVE = text("DELETE FROM search WHERE place = :place")
_SIZE = text("SELECT count(*) FROM search")
_CLEAR = text("DELETE FROM search")
_TIDY = text("SELECT gin_clean_pending_list('ix_search_terms')")
_COUNT = text("ANALYZE search")
_LEVEL_BITS = 32
_BEST = 2000
LEVEL = "the level above which it is looked first"
"""What a connection calls the level in its notes, with the time when it was looked up."""
_PLACE = text("SELECT place FROM search ORDER BY place DESC OFFSET :before LIMIT 1")
_KNOWN_FOR = 600.0
# PostgreSQL does not reckon with what it costs to fetch a long vector from where it is kept. Left
# alone it goes through the places, or through all of the table, and looks into each document; its
# index answers without looking into any. Ordered by what no index has, for the same reason.
_BY_THE_INDEX = "SET LOCAL enable_seqscan = off"
_FIND = """
WITH best AS MATERIALIZED (
    SELECT place FROM search WHERE terms @@ %(best)s::tsquery
    ORDER BY place + 0 DESC LIMIT %(limit)s
), others AS (
    SELECT place FROM search WHERE terms @@ %(all)s::tsquery
    AND (SELECT count(*) FROM best) < %(limit)s
    ORDER BY place + 0 DESC LIMIT %(limit)s
)
SELECT place FROM (
    SELECT place FROM others
    UNION ALL
    SELECT place FROM best WHERE (SELECT count(*) FROM best) >= %(limit)s
) AS found ORDER BY place DESC
"""


class TsvectorIndex:
    """See `registry_server.search.port.Index`."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection
        self._is_told = False

    def put(self, place: int, terms: Iterable[str]) -> None:
        """See `Index.put`."""
        said = [*sorted(terms), *_levels(place)]
        self._connection.execute(_PUT, {"place": place, "terms": said})

    def move(self, place: int, to: int) -> None:
        """See `Index.move`."""
        self._connection.execute(
            _MOVE, {"place": place, "to": to, "before": _levels(place), "after": _levels(to)}
        )

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
        asked = query(wanted)
        best = f"{asked} & {_quoted(_level(self._best()))}"
        found = self._connection.exec_driver_sql(
            _FIND, {"best": best, "all": asked, "limit": limit}
        )
        return [place for (place,) in found.all()]

    def _best(self) -> int:
        """The level that some thousands of documents have reached; which one makes no difference.

        It is looked up now and then on each connection, and only says where to look first.
        """
        known: tuple[float, int] | None = self._connection.info.get(LEVEL)
        now = time.monotonic()
        if known is None or now - known[0] > _KNOWN_FOR:
            place = self._connection.scalar(_PLACE, {"before": _BEST})
            known = now, int(place or 0) >> _LEVEL_BITS
            self._connection.info[LEVEL] = known
        return known[1]


def _levels(place: int) -> list[str]:
    """The levels that a place has reached: terms that no document has by itself."""
    return [_level(number) for number in range((place >> _LEVEL_BITS) + 1)]


def _level(number: int) -> str:
    return f"@{number}"


def query(wanted: All) -> str:
    """Return what is wanted as a tsquery."""
    return written(wanted, " & ", " | ", _quoted)


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
