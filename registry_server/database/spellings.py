"""The words that packages have, kept so that a mistyped one leads to them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from package_format.spelling import nearest
from registry_server.database.schema import spellings
from registry_server.search.spelling import variants

_LIKENESS = 0.7
_LOOKED_AT = 200
_SHORTEST_BEGINNING = 3
_AT_ONCE = 500


class Spellings:
    """The words, in one transaction; none ever goes, for what it leads to is looked up anyway."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def add(self, words: Iterable[str]) -> None:
        """Keep words that are perhaps not known yet."""
        asked = sorted(set(words))
        known = {
            word
            for start in range(0, len(asked), _AT_ONCE)
            for word in self._connection.scalars(
                select(spellings.c.word).where(
                    spellings.c.variant == spellings.c.word,
                    spellings.c.variant.in_(asked[start : start + _AT_ONCE]),
                )
            )
        }
        # In one order, so that two who add the same do not wait for each other in a circle.
        rows = sorted((variant, word) for word in set(asked) - known for variant in variants(word))
        if rows:
            self._connection.execute(
                self._insert(), [{"variant": variant, "word": word} for variant, word in rows]
            )

    def _insert(self) -> Insert:
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(spellings).on_conflict_do_nothing()
        return sqlite.insert(spellings).on_conflict_do_nothing()

    def like(self, word: str, most: int) -> tuple[str, ...]:
        """Return the known words that somebody may have meant who wrote one that is not known.

        Args:
            word: The word.
            most: How many words at most.
        """
        akin = {*self._connection.scalars(_AKIN, {"variants": sorted(variants(word))})}
        if len(word) >= _SHORTEST_BEGINNING:
            akin |= {*self._connection.scalars(_BEGUN, {"word": word, "end": f"{word}\U0010ffff"})}
        near = nearest(word, akin - {word}, most=most, likeness=_LIKENESS)
        return (
            tuple(near) or tuple(sorted(other for other in akin if other.startswith(word)))[:most]
        )


_AKIN = (
    select(spellings.c.word)
    .where(spellings.c.variant.in_(bindparam("variants", expanding=True)))
    .limit(_LOOKED_AT)
)
_NEXT = (
    select(spellings.c.variant, spellings.c.word)
    .where(spellings.c.variant >= bindparam("word"), spellings.c.variant < bindparam("end"))
    .order_by(spellings.c.variant)
    .limit(_LOOKED_AT)
    .subquery()
)
_BEGUN = select(_NEXT.c.word).where(_NEXT.c.variant == _NEXT.c.word)
