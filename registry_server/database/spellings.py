"""The words that packages have, kept so that a mistyped one leads to them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, Text, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql

from package_format.spelling import nearest
from registry_server.database.inserting import insert_into
from registry_server.database.schema import spellings
from registry_server.search.spelling import variants

_LIKENESS = 0.7
_LOOKED_AT = 200
_SHORTEST_BEGINNING = 3


class Spellings:
    """The words, in one transaction; none ever goes, for what it leads to is looked up anyway."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection on which a transaction has begun."""
        self._connection = connection

    def add(self, words: Iterable[str]) -> None:
        """Keep words that are perhaps not known yet."""
        asked = set(words)
        # In one order, so that two who add the same do not wait for each other in a circle.
        rows = sorted(
            (variant, word) for word in asked - self._known(asked) for variant in variants(word)
        )
        if rows:
            self._connection.execute(
                insert_into(self._connection, spellings).on_conflict_do_nothing(),
                [{"variant": variant, "word": word} for variant, word in rows],
            )

    def _known(self, words: Collection[str]) -> set[str]:
        """Those of some words that are known: one statement, however many they are."""
        if self._connection.dialect.name == "postgresql":
            return {*self._connection.scalars(_KNOWN_IN_POSTGRESQL, {"words": list(words)})}
        return {*self._connection.scalars(_KNOWN_IN_SQLITE, {"words": json.dumps(list(words))})}

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


_KNOWN = select(spellings.c.word).where(spellings.c.variant == spellings.c.word)
_KNOWN_IN_POSTGRESQL = _KNOWN.where(
    spellings.c.variant == any_(bindparam("words", type_=postgresql.ARRAY(Text)))
)
_KNOWN_IN_SQLITE = _KNOWN.where(
    spellings.c.variant.in_(
        select(func.json_each(bindparam("words")).table_valued("value").c.value)
    )
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
