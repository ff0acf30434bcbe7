"""A store's verbs for waves: whom one takes, sorted by what their turns look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from account_engine.events import Due, Enrolment, Event
from account_engine.stores.happenings import read_stimulus
from account_engine.stores.outcomes import OutcomeVerbs
from account_engine.stores.rows import AMONG, Row, unwritten, written
from account_engine.waves import REACH, Cohort, Criteria, Standing, Wave
from account_engine.waves.cohort import OWN, SOME_DAY, SOME_TIME_AGO

PAGE = 2_000
"""How many cohorts are read at a time."""

_BETWEEN, _WITHIN = "\x1f", "\x1d"
"""What stands between the parts of a signature, and within an item of a list.

No JSON has them, and neither has anything else that is put there.
"""
_THEN = f" || '{_WITHIN}' || "
_FIELD = re.compile(r"[a-z_]+|#[0-9]+")
_CLAIMED = "seq BIGINT, moment BIGINT NOT NULL"
_SORTED = "moment BIGINT NOT NULL, signature TEXT NOT NULL"
_SORTING: Mapping[str, str] = {
    "cohorts": "signature TEXT PRIMARY KEY, first BIGINT NOT NULL, last BIGINT NOT NULL, "
    "cohort INTEGER NOT NULL UNIQUE",
    "wave": "contact INTEGER PRIMARY KEY, moment BIGINT NOT NULL, cohort INTEGER NOT NULL",
}
"""The columns of temporary tables, but for the number of the contact by whom some lie in order."""

_APART = "\x18"
"""What stands in the signature of one who has another past, and goes by themselves."""


def _none(table: str, condition: str = "true") -> str:
    """Return the condition that somebody has no such row; it is looked up contact by contact.

    So there is one way to do it, however much a database thinks there is in a table.
    """
    return (
        f"(SELECT 1 FROM {table} AS found WHERE found.account = :account "
        f"AND found.contact = taken.contact AND {condition} LIMIT 1) IS NULL"
    )


_SURELY_SHORT = 66
"""The length, quotes included, of a text none of whose parts is too long for an address."""
_ODD_ADDRESSES = (
    *('".%', "%..%", "%.@%", "%@.%", '%."'),
    *("%@-%", "%.-%", "%-.%", '%-"', "%@%+%", "%@%!_%"),
)
"""What `package_format.email_address` takes for no address, and a little more: as SQL has it."""


class WaveVerbs(OutcomeVerbs):
    """Gathering many."""

    def crowded_events(self, worth: int) -> tuple[Event | Enrolment, ...]:
        """See `Store.crowded_events`."""
        self.take_in()
        rows = self.run(
            "SELECT word, attributes, enrols FROM inbox WHERE account = :account "
            "GROUP BY word, attributes, enrols HAVING count(*) >= :worth ORDER BY min(seq)",
            worth=worth,
        )
        return tuple(read_stimulus(*row) for row in rows)

    def claim_wave(self, wave: Wave, limit: int) -> int:
        """See `Store.claim_wave`."""
        self.clear({"claimed": f"contact {self.lying_in_order()}, {_CLAIMED}"})
        locked = self.claimed("contacts")
        stimulus = wave.stimulus
        if not isinstance(stimulus, Due):
            enrols = stimulus.campaign if isinstance(stimulus, Enrolment) else 0
            event = stimulus.event if isinstance(stimulus, Enrolment) else stimulus
            whom: dict[str, object] = {
                "word": event.word,
                "attributes": written(dict(event.attributes)),
                "enrols": enrols,
            }
            query = (
                "SELECT contacts.id AS contact, inbox.seq, CAST(:now AS BIGINT) AS moment "
                "FROM inbox JOIN contacts "
                "ON contacts.account = inbox.account AND contacts.id = inbox.contact "
                "WHERE inbox.account = :account AND word = :word AND attributes = :attributes "
                "AND coalesce(enrols, 0) = :enrols "
                "AND NOT EXISTS (SELECT 1 FROM inbox AS more WHERE more.account = :account "
                "AND more.contact = inbox.contact AND more.seq <> inbox.seq)"
            )
        else:
            assert wave.place is not None  # noqa: S101  timers have a place
            whom = {"place": wave.place.id, "until": wave.until}
            theirs = ""
            if locked and wave.until > wave.now:  # whom the span has, nobody else has
                theirs, locked = "JOIN held ON held.contact = positions.contact", ""
            elif locked:
                theirs = (
                    "JOIN contacts ON contacts.account = positions.account "
                    "AND contacts.id = positions.contact"
                )
            query = (
                "SELECT positions.contact, CAST(NULL AS BIGINT) AS seq, "
                "CASE WHEN due > :now THEN due ELSE :now END AS moment "
                f"FROM positions {theirs} "
                "WHERE positions.account = :account AND place = :place AND due <= :until"
            )
        self.run(
            "INSERT INTO claimed (contact, seq, moment) SELECT contact, seq, moment FROM "
            f"({query} LIMIT :limit {locked}) AS found ORDER BY contact",
            now=wave.now,
            limit=limit,
            **whom,
        )
        ((count,),) = self.run("SELECT count(*) FROM claimed")
        return int(count)

    def sort_wave(self, wave: Wave, criteria: Criteria, most: int) -> None:
        """See `Store.sort_wave`."""
        self.clear({"sorted": f"contact {self.lying_in_order()}, {_SORTED}", **_SORTING})
        signature = f" || '{_BETWEEN}' || ".join(self._signature(wave, criteria))
        conditions = "".join(f" AND {one}" for one in self._conditions(wave, criteria))
        values = {"now": wave.now, "spot": wave.place.spot} if wave.place is not None else {}
        self.run(
            "INSERT INTO sorted (contact, moment, signature) "
            f"SELECT taken.contact, taken.moment, {signature} "
            "FROM (SELECT contact, moment FROM claimed LIMIT :most) AS taken "
            "CROSS JOIN contacts WHERE contacts.account = :account AND contacts.id = taken.contact "
            f"AND (contacts.owner IS NULL OR ({self.plain('contacts.owner')})){conditions}",
            most=most,
            **values,
        )
        self.run(
            "INSERT INTO cohorts (signature, first, last, cohort) "
            "SELECT signature, first, last, row_number() OVER () FROM (SELECT signature, "
            "min(moment) AS first, max(moment) AS last FROM sorted GROUP BY signature "
            f"HAVING signature NOT LIKE '%{_APART}%') AS signatures"
        )
        self.run(
            "INSERT INTO wave (contact, moment, cohort) "
            "SELECT contact, moment, cohort FROM sorted CROSS JOIN cohorts "
            "WHERE cohorts.signature = sorted.signature ORDER BY contact"
        )
        self.measured("wave")

    def _conditions(self, wave: Wave, criteria: Criteria) -> Iterator[str]:
        """Yield what holds for everybody who is in a wave: others go one by one."""
        waiting = "SELECT 1 FROM inbox WHERE account = :account LIMIT 1"
        if wave.place is not None and self.one(waiting):
            yield _none("inbox")
        if criteria.sorts:
            yield _none("contact_facts", f"NOT ({self.plain('found.subject', also='#')})")

    def cohorts(self, criteria: Criteria) -> Iterator[tuple[Cohort, ...]]:
        """See `Store.cohorts`."""
        last = 0
        while True:
            rows = self.run(
                "SELECT cohort, first, last, signature FROM cohorts "
                "WHERE cohort > :last AND cohort <= :next ORDER BY cohort",
                last=last,
                next=last + PAGE,
            )
            if not rows:
                return
            yield tuple(_read(row, criteria) for row in rows)
            last += PAGE

    # --- signatures

    def _signature(self, wave: Wave, criteria: Criteria) -> Iterator[str]:
        """Yield expressions for all that is looked at; `_read` reads them in this order."""
        yield "coalesce(contacts.refused, '')"
        yield "coalesce(contacts.owner, '')"
        yield (
            f"coalesce((SELECT {self.listed(self._standing(wave))} FROM positions AS found "
            "WHERE found.account = :account AND found.contact = taken.contact), '')"
        )
        for tag in sorted(criteria.tags):
            yield (
                "CASE WHEN EXISTS (SELECT 1 FROM contact_tags AS tagged "
                "WHERE tagged.account = :account AND tagged.contact = taken.contact "
                f"AND tagged.tag = {tag:d}) THEN '1' ELSE '' END"
            )
        for field in sorted(criteria.fields):
            yield (
                f"coalesce((SELECT {self._value(field, wave)} FROM contact_values AS field "
                "WHERE field.account = :account AND field.contact = taken.contact "
                f"AND field.field = '{_verified(field)}'), '')"
            )
        for sort in sorted(criteria.sorts):
            fact = _THEN.join(("subject", "CAST(number AS TEXT)", "CAST(since AS TEXT)"))
            yield (
                f"coalesce((SELECT {self.listed(fact)} FROM contact_facts AS fact "
                "WHERE fact.account = :account AND fact.contact = taken.contact "
                f"AND fact.sort = '{_verified(sort)}'), '')"
            )
        for campaign, node in sorted(criteria.nodes):
            yield (
                "coalesce((SELECT CAST(count AS TEXT) FROM entries AS entry "
                "WHERE entry.account = :account AND entry.contact = taken.contact "
                f"AND entry.campaign = {campaign:d} AND entry.node = {node:d}), '')"
            )
        if wave.until > wave.now:
            yield "CAST(taken.moment / 60 AS TEXT)"
            if criteria.on_minutes:  # what ends on a minute has ended by then, and not before
                yield "CASE WHEN taken.moment % 60 = 0 THEN '.' ELSE '' END"

    @staticmethod
    def _standing(wave: Wave) -> str:
        """Where somebody stands: a place of theirs."""
        dated = ", ".join(f"{place:d}" for place in sorted(wave.dated)) or "NULL"

        def time(column: str, otherwise: int) -> str:
            return (
                f"CASE WHEN found.{column} IS NULL THEN '' WHEN found.place IN ({dated}) "
                f"THEN CAST(found.{column} AS TEXT) ELSE '{otherwise:d}' END"
            )

        began, due = time("began", SOME_TIME_AGO), time("due", SOME_DAY)
        apart = "found.skip IS NOT NULL OR found.owed IS NOT NULL"
        if wave.place is not None:  # how long they have waited there matters as far as `fire` asks
            own = f"'{OWN:d}'"
            if wave.punctual:
                own = f"CASE WHEN found.due >= :now THEN {own} ELSE CAST(found.due AS TEXT) END"
            else:  # what is owed may have hours of its own to keep
                late = "found.owed IS NOT NULL AND found.due < :now"
                own = f"CASE WHEN {late} THEN CAST(found.due AS TEXT) ELSE {own} END"
            began = (
                f"CASE WHEN found.spot <> :spot THEN {began} WHEN found.began IS NULL THEN '' "
                f"WHEN found.owed IS NULL AND found.due <= found.began THEN {own} "
                f"ELSE '{SOME_TIME_AGO:d}' END"
            )
            due = f"CASE WHEN found.spot <> :spot THEN {due} ELSE {own} END"
            # one who is due elsewhere too has their timers in order (C10)
            owing = "found.owed IS NOT NULL AND (found.spot <> :spot OR "
            apart = (
                "found.skip IS NOT NULL OR (found.spot <> :spot AND found.due <= taken.moment) "
                f"OR ({owing}found.resumes <= taken.moment))"
            )
        parts = (
            f"CASE WHEN {apart} THEN '{_APART}' ELSE CAST(found.place AS TEXT) END",
            "CAST(found.entry AS TEXT)",
            "CAST(found.overtaken AS TEXT)",
            began,
            due,
            "coalesce(found.arrived, '')",
            "coalesce(found.owed, '')",
            f"CASE WHEN found.resumes IS NULL THEN '' ELSE '{SOME_DAY:d}' END",
        )
        return _THEN.join(parts)

    def _value(self, field: str, wave: Wave) -> str:
        """A value; where one asks only whether somebody can be reached by it, any good one."""
        if field not in REACH or field in wave.spoken_of:
            return "field.value"
        good = f"length(field.folded) > 0 AND {self.plain('field.folded', also=' (),/')}"
        if field == "email":
            good = " AND ".join(
                (
                    "field.value LIKE '\"_%@_%._%\"'",
                    "length(field.value) - length(replace(field.value, '@', '')) = 1",
                    f"length(field.value) <= {_SURELY_SHORT:d}",
                    *(f"field.value NOT LIKE '{odd}' ESCAPE '!'" for odd in _ODD_ADDRESSES),
                    self.plain("field.value"),
                )
            )
        return f"CASE WHEN {good} THEN '\"{REACH[field]}\"' ELSE field.value END"


def _read(row: Row, criteria: Criteria) -> Cohort:
    number, first, last, signature = row
    parts = iter(signature.split(_BETWEEN))
    refused, owner, standing = next(parts), next(parts), next(parts)
    tags = [tag for tag in sorted(criteria.tags) if next(parts)]
    values = [(field, next(parts)) for field in sorted(criteria.fields)]
    facts = {sort: _list(next(parts)) for sort in sorted(criteria.sorts)}
    entries = [(node, next(parts)) for node in sorted(criteria.nodes)]
    return Cohort(
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
                tuple(unwritten(owed)) if owed else (),
                int(resumes) if resumes else None,
            )
            for place, entry, overtaken, began, due, arrived, owed, resumes in _list(standing)
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
