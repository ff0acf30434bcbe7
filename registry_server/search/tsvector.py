"""An index in PostgreSQL's tsvector, under a GIN index; no extension is needed.

A document is a vector of its terms, without positions. PostgreSQL's own parsers and dictionaries
are passed by: terms are lexemes as they are.

The index cannot be walked along in the order of places, and to sort what a common word finds among
50,000 documents takes ten milliseconds. So a document has as terms, too, the levels that its place
has reached (the bits above 32, which say how often it is fetched). What is asked is asked first of
those above a level that five hundred have reached: where they suffice, nothing else can come before
them. How many of them match says of how many it is asked next, or whether of all. Where fewer than
two of the first eighty have the words anywhere, few have them, and all are asked at once.

All of a search's questions are asked at once, of a function that PostgreSQL keeps, and what lists
show of the first packages comes with the answer: each way to the database and back takes as long as
an answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from registry_server.database.asking import array, ask
from registry_server.search.port import AHEAD, Answer
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
_COUNT = text("ANALYZE search, spellings")
_LEVEL_BITS = 32
_SIZES = (500, 2000, 8000)
"""Of how many documents, about, is asked before all are asked."""
_TOP = 80
"""Of how many, about, is asked first whether many can match at all."""
LEVELS = "the levels above which it is looked first"
"""What a connection calls those levels in its notes, with the time when they were looked up."""
_PLACE = text("SELECT place FROM search ORDER BY place DESC OFFSET :before LIMIT 1")
_KNOWN_FOR = 600.0
_FUNCTION = """
CREATE OR REPLACE FUNCTION search_in_steps(
    asked text[], steps int[], top text, levels text[], sizes int[], most int, enough int, ahead int
) RETURNS TABLE (
    places bigint[],
    line text, facts text, versions int, downloads int, deprecated boolean, place bigint
) LANGUAGE plpgsql STABLE
-- PostgreSQL does not reckon with what it costs to fetch a long vector from where it is kept. Left
-- alone it goes through the places, or through all of the table, and looks into each document; its
-- index answers without looking into any. Ordered by what no index has, for the same reason.
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    found bigint[];
    every bigint[] := '{}';
    first bigint[] := '{}';
    matching int;
    few boolean := false;
BEGIN
    IF cardinality(asked) > 1 AND top IS NOT NULL THEN
        few := (
            SELECT count(*) < 2 FROM search
            WHERE terms @@ (asked[cardinality(asked)] || top)::tsquery
        );
    END IF;
    FOR number IN 1 .. cardinality(asked) LOOP
        IF number > 1 AND steps[number] > steps[number - 1] THEN
            EXIT WHEN (SELECT count(DISTINCT place) FROM unnest(every) AS place) >= enough;
        END IF;
        found := '{}';
        IF NOT few THEN
            found := ARRAY(
                SELECT place FROM search WHERE terms @@ (asked[number] || levels[1])::tsquery
                ORDER BY place + 0 DESC LIMIT most
            );
        END IF;
        matching := cardinality(found);
        FOR level IN 2 .. cardinality(levels) LOOP
            CONTINUE WHEN matching = most OR matching * sizes[level] < most * sizes[1];
            found := ARRAY(
                SELECT place FROM search WHERE terms @@ (asked[number] || levels[level])::tsquery
                ORDER BY place + 0 DESC LIMIT most
            );
            EXIT;
        END LOOP;
        IF cardinality(found) < most THEN
            found := ARRAY(
                SELECT place FROM search WHERE terms @@ asked[number]::tsquery
                ORDER BY place + 0 DESC LIMIT most
            );
        END IF;
        every := every || found;
        places := found;
        RETURN NEXT;
        IF cardinality(first) = 0 THEN
            first := found[1:ahead];
        ELSIF cardinality(first) < ahead AND cardinality(found) > 0 THEN
            first := ARRAY(
                SELECT place FROM unnest(first || found[1:ahead]) WITH ORDINALITY AS one (place, at)
                GROUP BY place ORDER BY min(at) LIMIT ahead
            );
        END IF;
    END LOOP;
    IF cardinality(first) > 0 THEN
        RETURN QUERY SELECT NULL::bigint[], listings.line, listings.facts, listings.versions,
            listings.downloads, listings.deprecated, listings.place
            FROM listings WHERE listings.place = ANY (first);
    END IF;
END $$
"""
_ASK = """
SELECT * FROM search_in_steps(
    %(asked)s, %(steps)s, %(top)s, %(levels)s, %(sizes)s, %(most)s, %(enough)s, %(ahead)s
)
"""


class TsvectorIndex:
    """See `registry_server.search.port.Index`."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def prepare(self) -> None:
        """Bring into the database what is asked there; it is this version's, whatever was there."""
        self._connection.exec_driver_sql(_FUNCTION)

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
        return self.find_in_steps([[wanted]], limit, 1).places[0][0]

    def find_in_steps(self, steps: Sequence[Sequence[All]], limit: int, enough: int) -> Answer:
        """See `Index.find_in_steps`."""
        highest, *others = self._reached()
        top, *levels = (f" & {_quoted(_level(level))}" for level in (highest, *others))
        asked = {
            "asked": array(query(wanted) for step in steps for wanted in step),
            "steps": array(number for number, step in enumerate(steps) for _ in step),
            "top": top if highest > max(others) else None,  # where as many have it, all do
            "levels": array(levels),
            "sizes": array(_SIZES),
            "most": limit,
            "enough": enough,
            "ahead": AHEAD if limit > AHEAD else 0,
        }
        rows = ask(self._connection, _ASK, asked, binary=True)
        found = (row[0] for row in rows if row[0] is not None)
        return Answer(
            [[next(found, ()) for _ in step] for step in steps],
            {row[-1]: row[1:] for row in rows if row[0] is None},
        )

    def _reached(self) -> tuple[int, ...]:
        """The levels that so many documents have reached; they only say where to look first.

        They are looked up now and then on each connection.
        """
        known: tuple[float, tuple[int, ...]] | None = self._connection.info.get(LEVELS)
        now = time.monotonic()
        if known is None or now - known[0] > _KNOWN_FOR:
            known = now, tuple(map(self._level_of, (_TOP, *_SIZES)))
            self._connection.info[LEVELS] = known
        return known[1]

    def _level_of(self, before: int) -> int:
        place = self._connection.scalar(_PLACE, {"before": before})
        return int(place or 0) >> _LEVEL_BITS


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
