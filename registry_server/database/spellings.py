"""The words that packages have, kept so that a mistyped one leads to them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    any_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql

from package_format.spelling import nearest
from registry_server.database.asking import POSTGRESQL, SQLITE, array, ask, written
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
        akin = {*self._akin(sorted(variants(word)))}
        if len(word) >= _SHORTEST_BEGINNING:
            akin |= {*self._begun(word, f"{word}\U0010ffff")}
        near = nearest(word, akin - {word}, most=most, likeness=_LIKENESS)
        return (
            tuple(near) or tuple(sorted(other for other in akin if other.startswith(word)))[:most]
        )

    def _akin(self, among: Sequence[str]) -> Iterable[str]:
        if self._connection.dialect.name == "postgresql":
            rows = ask(self._connection, _AKIN_IN_POSTGRESQL, {"variants": array(among)})
        else:
            rows = ask(self._connection, _AKIN_IN_SQLITE, (json.dumps(among),))
        return (word for (word,) in rows)

    def _begun(self, beginning: str, end: str) -> Iterable[str]:
        if self._connection.dialect.name == "postgresql":
            rows = ask(self._connection, _BEGUN_IN_POSTGRESQL, {"word": beginning, "end": end})
        else:
            rows = ask(self._connection, _BEGUN_IN_SQLITE, (beginning, end))
        return (word for (word,) in rows)


_KNOWN = select(spellings.c.word).where(spellings.c.variant == spellings.c.word)
_KNOWN_IN_POSTGRESQL = _KNOWN.where(
    spellings.c.variant == any_(bindparam("words", type_=postgresql.ARRAY(Text)))
)
_KNOWN_IN_SQLITE = _KNOWN.where(
    spellings.c.variant.in_(
        select(func.json_each(bindparam("words")).table_valued("value").c.value)
    )
)
_FIRST: ColumnElement[int] = literal_column(str(_LOOKED_AT))
_FROM: ColumnElement[int] = literal_column("0")  # which SQLite would have as a parameter
_AKIN = select(spellings.c.word).limit(_FIRST).offset(_FROM)
_AKIN_IN_POSTGRESQL = written(
    _AKIN.where(spellings.c.variant == any_(bindparam("variants", type_=postgresql.ARRAY(Text)))),
    POSTGRESQL,
)
_AKIN_IN_SQLITE = written(
    _AKIN.where(
        spellings.c.variant.in_(
            select(func.json_each(bindparam("variants")).table_valued("value").c.value)
        )
    ),
    SQLITE,
)
_NEXT = (
    select(spellings.c.variant, spellings.c.word)
    .where(spellings.c.variant >= bindparam("word"), spellings.c.variant < bindparam("end"))
    .order_by(spellings.c.variant)
    .limit(_FIRST)
    .offset(_FROM)
    .subquery()
)
_BEGUN = select(_NEXT.c.word).where(_NEXT.c.variant == _NEXT.c.word)
_BEGUN_IN_POSTGRESQL = written(_BEGUN, POSTGRESQL)
_BEGUN_IN_SQLITE = written(_BEGUN, SQLITE)
