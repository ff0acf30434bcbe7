"""A store's verbs for waves: whom one takes, sorted by what their turns look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from account_engine.events import Event
from account_engine.stores.happenings import read_event
from account_engine.stores.outcomes import OutcomeVerbs
from account_engine.stores.rows import AMONG, Row, unwritten, written
from account_engine.waves import REACH, Likeness, Regard, Standing, Wave
from account_engine.waves.likeness import OWN, SOME_DAY, SOME_TIME_AGO

PAGE = 2_000
"""How many likenesses are read at a time."""

_BETWEEN, _WITHIN = "\x1f", "\x1d"
"""What stands between the parts of a signature, and within an item of a list.

No JSON has them, and neither has anything else that is put there.
"""
_THEN = f" || '{_WITHIN}' || "
_FIELD = re.compile(r"[a-z_]+|#[0-9]+")
_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS claimed (contact INTEGER PRIMARY KEY, seq BIGINT);
CREATE TEMPORARY TABLE IF NOT EXISTS wave (
    contact INTEGER PRIMARY KEY,
    moment BIGINT NOT NULL,
    signature TEXT NOT NULL,
    likeness INTEGER
);
CREATE TEMPORARY TABLE IF NOT EXISTS likenesses (
    signature TEXT PRIMARY KEY,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    likeness INTEGER NOT NULL UNIQUE
)
"""


_MOMENT = "CASE WHEN mine.due > :now THEN mine.due ELSE :now END"
"""When one acts who is due: when they are, or now if they are late."""


def _none(table: str, condition: str = "true") -> str:
    """Return the condition that somebody has no such row; it is looked up contact by contact.

    So there is one way to do it, however much a database thinks there is in a table.
    """
    return (
        f"(SELECT 1 FROM {table} AS found WHERE found.account = :account "
        f"AND found.contact = taken.contact AND {condition} LIMIT 1) IS NULL"
    )


class WaveVerbs(OutcomeVerbs):
    """Gathering many."""

    def crowded_events(self, worth: int) -> tuple[Event, ...]:
        """See `Store.crowded_events`."""
        self.take_in()
        rows = self.run(
            "SELECT word, attributes FROM inbox WHERE account = :account "
            "GROUP BY word, attributes HAVING count(*) >= :worth ORDER BY min(seq)",
            worth=worth,
        )
        return tuple(read_event(word, attributes) for word, attributes in rows)

    def claim_wave(self, wave: Wave, limit: int) -> int:
        """See `Store.claim_wave`."""
        for statement in _TABLES.split(";"):
            self.run(statement)
        self.emptied("claimed")
        if isinstance(wave.stimulus, Event):
            whom: dict[str, object] = {
                "word": wave.stimulus.word,
                "attributes": written(dict(wave.stimulus.attributes)),
            }
            query = (
                "SELECT contacts.id, inbox.seq FROM inbox JOIN contacts "
                "ON contacts.account = inbox.account AND contacts.id = inbox.contact "
                "WHERE inbox.account = :account AND word = :word AND attributes = :attributes "
                "AND NOT EXISTS (SELECT 1 FROM inbox AS more WHERE more.account = :account "
                "AND more.contact = inbox.contact AND more.seq <> inbox.seq)"
            )
        else:
            assert wave.place is not None  # noqa: S101  timers have a place
            whom = {"place": wave.place.id, "until": wave.until}
            query = (
                "SELECT contacts.id, NULL FROM positions JOIN contacts "
                "ON contacts.account = positions.account AND contacts.id = positions.contact "
                "WHERE positions.account = :account AND place = :place AND due <= :until"
            )
        self.run(
            f"INSERT INTO claimed (contact, seq) {query} LIMIT :limit {self.claimed('contacts')}",
            limit=limit,
            **whom,
        )
        self.measured("claimed")
        ((count,),) = self.run("SELECT count(*) FROM claimed")
        return int(count)

    def sort_wave(self, wave: Wave, regard: Regard, most: int) -> None:
        """See `Store.sort_wave`."""
        self.emptied("wave")
        self.emptied("likenesses")
        signature = f" || '{_BETWEEN}' || ".join(self._signature(wave, regard))
        conditions = "".join(f" AND {one}" for one in self._conditions(wave, regard))
        mine, moment = "", ":now"
        values: dict[str, object] = {"now": wave.now}
        if wave.place is not None:
            values |= {"place": wave.place.id, "spot": wave.place.spot}
            moment = _MOMENT
            mine = (
                "JOIN positions AS mine ON mine.account = :account "
                "AND mine.contact = taken.contact AND mine.spot = :spot AND mine.place = :place "
            )
        self.run(
            "INSERT INTO wave (contact, moment, signature) "
            f"SELECT taken.contact, {moment}, {signature} "
            "FROM (SELECT contact FROM claimed LIMIT :most) AS taken "
            f"JOIN contacts ON contacts.account = :account AND contacts.id = taken.contact {mine}"
            f"WHERE (contacts.owner IS NULL OR ({self.plain('contacts.owner')})){conditions}",
            most=most,
            **values,
        )
        self.run(
            "INSERT INTO likenesses (signature, first, last, likeness) "
            "SELECT signature, first, last, row_number() OVER () FROM (SELECT signature, "
            "min(moment) AS first, max(moment) AS last FROM wave GROUP BY signature) AS signatures"
        )
        self.run(
            "UPDATE wave SET likeness = likenesses.likeness FROM likenesses "
            "WHERE likenesses.signature = wave.signature"
        )
        self.measured("wave")

    def _conditions(self, wave: Wave, regard: Regard) -> Iterator[str]:
        """Yield what holds for everybody who is in a wave: others go one by one."""
        if wave.place is None:
            yield _none("positions", "skip IS NOT NULL")
        else:  # one who is due elsewhere too has their timers in order (C10)
            due = f"(found.spot <> :spot AND found.due <= {_MOMENT})"
            yield _none("positions", f"(found.skip IS NOT NULL OR {due})")
            if self.one("SELECT 1 FROM inbox WHERE account = :account LIMIT 1"):
                yield _none("inbox")
        if regard.sorts:
            yield _none("contact_facts", f"NOT ({self.plain('found.subject', also='#')})")

    def likenesses(self, regard: Regard) -> Iterator[tuple[Likeness, ...]]:
        """See `Store.likenesses`."""
        last = 0
        while True:
            rows = self.run(
                "SELECT likeness, first, last, signature FROM likenesses "
                "WHERE likeness > :last AND likeness <= :next ORDER BY likeness",
                last=last,
                next=last + PAGE,
            )
            if not rows:
                return
            yield tuple(_read(row, regard) for row in rows)
            last += PAGE

    # --- signatures

    def _signature(self, wave: Wave, regard: Regard) -> Iterator[str]:
        """Yield expressions for all that is regarded; `_read` reads them in this order."""
        yield "coalesce(contacts.refused, '')"
        yield "coalesce(contacts.owner, '')"
        standing = self._standing(wave)
        if wave.place is None:
            yield (
                f"coalesce((SELECT {self.listed(standing)} FROM positions AS other "
                "WHERE other.account = :account AND other.contact = taken.contact), '')"
            )
        else:
            yield (
                f"{self._mine(wave)} || coalesce((SELECT '{AMONG}' || {self.listed(standing)} "
                "FROM positions AS other WHERE other.account = :account "
                "AND other.contact = taken.contact AND other.spot <> :spot), '')"
            )
        for tag in sorted(regard.tags):
            yield (
                "CASE WHEN EXISTS (SELECT 1 FROM contact_tags AS tagged "
                "WHERE tagged.account = :account AND tagged.contact = taken.contact "
                f"AND tagged.tag = {tag:d}) THEN '1' ELSE '' END"
            )
        for field in sorted(regard.fields):
            yield (
                f"coalesce((SELECT {self._value(field, wave)} FROM contact_values AS field "
                "WHERE field.account = :account AND field.contact = taken.contact "
                f"AND field.field = '{_verified(field)}'), '')"
            )
        for sort in sorted(regard.sorts):
            fact = _THEN.join(("subject", "CAST(number AS TEXT)", "CAST(since AS TEXT)"))
            yield (
                f"coalesce((SELECT {self.listed(fact)} FROM contact_facts AS fact "
                "WHERE fact.account = :account AND fact.contact = taken.contact "
                f"AND fact.sort = '{_verified(sort)}'), '')"
            )
        for campaign, node in sorted(regard.nodes):
            yield (
                "coalesce((SELECT CAST(count AS TEXT) FROM entries AS entry "
                "WHERE entry.account = :account AND entry.contact = taken.contact "
                f"AND entry.campaign = {campaign:d} AND entry.node = {node:d}), '')"
            )
        if wave.until > wave.now:  # what ends on a minute has ended by then, and not before
            minute = f"({_MOMENT}) / 60"
            yield f"CAST({minute} AS TEXT) || CASE WHEN ({_MOMENT}) % 60 = 0 THEN '.' ELSE '' END"

    @staticmethod
    def _mine(wave: Wave) -> str:
        """Where they are due: how long they have waited matters only as far as `fire` asks."""
        due = f"'{OWN:d}'"
        if wave.punctual:
            due = f"CASE WHEN mine.due >= :now THEN {due} ELSE CAST(mine.due AS TEXT) END"
        began = (
            f"CASE WHEN mine.began IS NULL THEN '' WHEN mine.due <= mine.began THEN {due} "
            f"ELSE '{SOME_TIME_AGO:d}' END"
        )
        return _THEN.join(
            (
                "CAST(mine.place AS TEXT)",
                "CAST(mine.entry AS TEXT)",
                "CAST(mine.overtaken AS TEXT)",
                began,
                due,
                "coalesce(mine.arrived, '')",
            )
        )

    @staticmethod
    def _standing(wave: Wave) -> str:
        """Where else they stand."""
        dated = ", ".join(f"{place:d}" for place in sorted(wave.dated)) or "NULL"

        def time(column: str, otherwise: int) -> str:
            return (
                f"CASE WHEN other.{column} IS NULL THEN '' WHEN other.place IN ({dated}) "
                f"THEN CAST(other.{column} AS TEXT) ELSE '{otherwise:d}' END"
            )

        return _THEN.join(
            (
                "CAST(other.place AS TEXT)",
                "CAST(other.entry AS TEXT)",
                "CAST(other.overtaken AS TEXT)",
                time("began", SOME_TIME_AGO),
                time("due", SOME_DAY),
                "coalesce(other.arrived, '')",
            )
        )

    def _value(self, field: str, wave: Wave) -> str:
        """A value; where one asks only whether somebody can be reached by it, any good one."""
        if field not in REACH or field in wave.spoken_of:
            return "field.value"
        good = f"length(field.folded) > 0 AND {self.plain('field.folded', also=' (),/')}"
        if field == "email":
            good = (
                "field.value LIKE '\"_%@_%._%\"' "
                "AND length(field.value) - length(replace(field.value, '@', '')) = 1 "
                "AND field.value NOT LIKE '%.\"' AND "
            ) + self.plain("field.value")
        return f"CASE WHEN {good} THEN '\"{REACH[field]}\"' ELSE field.value END"


def _read(row: Row, regard: Regard) -> Likeness:
    number, first, last, signature = row
    parts = iter(signature.split(_BETWEEN))
    refused, owner, standing = next(parts), next(parts), next(parts)
    tags = [tag for tag in sorted(regard.tags) if next(parts)]
    values = [(field, next(parts)) for field in sorted(regard.fields)]
    facts = {sort: _list(next(parts)) for sort in sorted(regard.sorts)}
    entries = [(node, next(parts)) for node in sorted(regard.nodes)]
    return Likeness(
        number,
        first,
        last,
        tuple(
            Standing(
                int(place),
                int(entry),
                overtaken != "0",
                int(began) if began else None,
                int(due) if due else None,
                tuple(unwritten(arrived)) if arrived else (),
            )
            for place, entry, overtaken, began, due, arrived in _list(standing)
        ),
        tuple(unwritten(refused)) if refused else (),
        owner or None,
        {field: unwritten(value) for field, value in values if value},
        frozenset(tags),
        {
            sort: tuple((subject, int(count), int(since)) for subject, count, since in found)
            for sort, found in facts.items()
        },
        {node: int(count) for node, count in entries if count},
    )


def _list(text: str) -> list[list[Any]]:
    return [item.split(_WITHIN) for item in text.split(AMONG)] if text else []


def _verified(name: str) -> str:
    assert _FIELD.fullmatch(name), name  # noqa: S101  stands in a statement
    return name
