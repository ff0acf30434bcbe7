"""A store's verbs for outcomes: what became of a model becomes of everybody who is like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from account_engine.errors import EngineBugError
from account_engine.objects import normalised, number_of
from account_engine.stores.happenings import HappeningVerbs
from account_engine.stores.resources import ResourceVerbs
from account_engine.stores.rows import Row, written
from account_engine.waves import Outcome, Put, Wave
from account_engine.waves.cohort import OWN, SOME_DAY

_COLUMNS: Mapping[str, str] = {
    "became": "refuses SMALLINT, refused TEXT, belongs SMALLINT, owner TEXT",
    "became_fresh": "campaign INTEGER, step INTEGER, entry INTEGER",
    "became_passed": "campaign INTEGER, step INTEGER, entry INTEGER",
    "became_entered": "campaign INTEGER, node INTEGER, count INTEGER",
    "became_tagged": "tag INTEGER, holds SMALLINT",
    "became_valued": "field TEXT, value TEXT, folded TEXT",
    "became_known": "sort TEXT, subject TEXT, number BIGINT, since BIGINT, holds SMALLINT",
    "became_put": "spot INTEGER, place INTEGER, leaves SMALLINT, is_new SMALLINT, entry INTEGER, "
    "overtaken SMALLINT, entered BIGINT, keeps_began SMALLINT, began BIGINT, "
    "keeps_due SMALLINT, due BIGINT, arrived TEXT, owed TEXT",
    "became_ordered": "campaign INTEGER, step INTEGER, entry INTEGER, kind TEXT, "
    "resource INTEGER, text INTEGER, recorded BIGINT, due BIGINT, person TEXT",
    "became_told": "at BIGINT, what TEXT, campaign INTEGER, node TEXT, why TEXT",
}
"""The temporary tables of what becomes of each cohort, line by line, and their columns."""

_TABLES: Mapping[str, str] = {
    table: f"cohort INTEGER NOT NULL, line INTEGER NOT NULL, {columns}, PRIMARY KEY (cohort, line)"
    for table, columns in _COLUMNS.items()
}
_NAMES = {
    table: tuple(column.split()[0] for column in columns.split(", "))
    for table, columns in _COLUMNS.items()
}

_FROM = "FROM wave CROSS JOIN {0} AS line WHERE line.cohort = wave.cohort"
"""Everybody in the wave with each of their lines; SQLite takes them in this order."""

_WHO = "SELECT contact FROM wave"
"""Whom an UPDATE is about: without it SQLite looks at everybody there is, and then for each."""

_ORDER = "ORDER BY wave.contact, line.line"


def _time(column: str) -> str:
    """Return what an instant of a line is for somebody in the wave (`OWN`)."""
    own = f"line.{column} - {OWN:d} + wave.moment"
    return f"CASE WHEN line.{column} > {SOME_DAY:d} THEN {own} ELSE line.{column} END"


class OutcomeVerbs(ResourceVerbs, HappeningVerbs):
    """Bringing about what becomes of many."""

    def begin_outcomes(self) -> None:
        """See `Store.begin_outcomes`."""
        self.clear(_TABLES)

    def add_outcomes(self, outcomes: Mapping[int, Outcome]) -> None:
        """See `Store.add_outcomes`."""
        rows: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
        texts: dict[int, int] = {}
        for cohort, outcome in outcomes.items():
            for table, number, values in self._lines(outcome, texts):
                line = (values[name] for name in _NAMES[table])
                rows[table].append((cohort, number, *line))
        for table, lines in rows.items():
            self.fill(table, ("cohort", "line", *_NAMES[table]), lines)

    def bring_about(self, wave: Wave) -> int:
        """See `Store.bring_about`."""
        self.measured(*_COLUMNS)
        self.run("DELETE FROM wave WHERE cohort NOT IN (SELECT cohort FROM became)")
        self.run(
            "DELETE FROM wave WHERE (SELECT 1 FROM became_fresh AS line "
            "CROSS JOIN passed WHERE line.cohort = wave.cohort "
            "AND passed.account = :account AND passed.contact = wave.contact "
            "AND passed.campaign = line.campaign AND passed.step = line.step "
            "AND passed.entry >= line.entry LIMIT 1) IS NOT NULL"  # contact by contact: few pages
        )
        ((count,),) = self.run("SELECT count(*) FROM wave")
        if count:
            self._change()
            self._lead()
            self._tell()
            if wave.place is None:
                self.run(
                    "DELETE FROM inbox WHERE account = :account AND seq IN (SELECT seq "
                    f"FROM claimed WHERE contact IN ({_WHO}))"
                )
        return int(count)

    def _change(self) -> None:
        """Change the contacts themselves."""
        if self._has("became", "refuses = 1 OR belongs = 1"):
            self.run(
                "UPDATE contacts SET "
                "refused = CASE WHEN refuses = 1 THEN line.refused ELSE contacts.refused END, "
                "owner = CASE WHEN belongs = 1 THEN line.owner ELSE contacts.owner END "
                f"{_FROM.format('became')} AND (refuses = 1 OR belongs = 1) "
                "AND contacts.account = :account AND contacts.id = wave.contact "
                f"AND contacts.id IN ({_WHO})"
            )
        for tag, holds in self.run("SELECT DISTINCT tag, holds FROM became_tagged ORDER BY tag"):
            theirs = f"{_FROM.format('became_tagged')} AND tag = :tag AND holds = :holds"
            statement = (
                f"INSERT INTO contact_tags (account, contact, tag) SELECT :account, wave.contact, "
                f":tag {theirs} ORDER BY wave.contact"
                if holds
                else "DELETE FROM contact_tags WHERE account = :account AND tag = :tag "
                f"AND contact IN (SELECT wave.contact {theirs})"
            )
            self.run(statement, tag=tag, holds=holds)
        for (field,) in self.run(
            "SELECT DISTINCT field FROM became_valued WHERE value IS NULL ORDER BY field"
        ):
            self.run(
                "DELETE FROM contact_values WHERE account = :account AND field = :field "
                f"AND contact IN (SELECT wave.contact {_FROM.format('became_valued')} "
                "AND field = :field AND value IS NULL)",
                field=field,
            )
        if self._has("became_valued", "value IS NOT NULL"):
            self.run(
                "INSERT INTO contact_values (account, contact, field, value, folded) "
                "SELECT :account, wave.contact, line.field, line.value, line.folded "
                f"{_FROM.format('became_valued')} AND line.value IS NOT NULL {_ORDER} "
                "ON CONFLICT (account, contact, field) "
                "DO UPDATE SET value = excluded.value, folded = excluded.folded"
            )
        if self._has("became_known", "holds = 0"):
            self.run(
                "DELETE FROM contact_facts WHERE account = :account "
                f"AND contact IN ({_WHO}) AND EXISTS (SELECT 1 "
                f"{_FROM.format('became_known')} AND wave.contact = contact_facts.contact "
                "AND holds = 0 AND line.sort = contact_facts.sort "
                "AND line.subject = contact_facts.subject "
                "AND line.number = contact_facts.number AND line.since = contact_facts.since)"
            )
        if self._has("became_known", "holds = 1"):
            self.run(
                "INSERT INTO contact_facts (account, contact, sort, subject, number, since) "
                "SELECT :account, wave.contact, line.sort, line.subject, line.number, "
                f"{_time('since')} "
                f"{_FROM.format('became_known')} AND holds = 1 {_ORDER}"
            )

    def _lead(self) -> None:
        """Put the contacts where they stand then."""
        if self._has("became_passed"):
            self.run(
                "INSERT INTO passed (account, contact, campaign, step, entry) "
                "SELECT :account, wave.contact, line.campaign, line.step, line.entry "
                f"{_FROM.format('became_passed')} {_ORDER}"
            )
        if self._has("became_entered"):
            self.run(
                "INSERT INTO entries (account, contact, campaign, node, count) "
                "SELECT :account, wave.contact, line.campaign, line.node, line.count "
                f"{_FROM.format('became_entered')} {_ORDER} "
                "ON CONFLICT (account, contact, campaign, node) "
                "DO UPDATE SET count = excluded.count"
            )
        theirs = _FROM.format("became_put")
        for (spot,) in self.run("SELECT DISTINCT spot FROM became_put WHERE leaves = 1"):
            self.run(
                "DELETE FROM positions WHERE account = :account AND spot = :spot "
                f"AND contact IN (SELECT wave.contact {theirs} AND line.spot = :spot "
                "AND leaves = 1)",
                spot=spot,
            )
        if self._has("became_put", "leaves = 0 AND is_new = 0"):
            self.run(
                "UPDATE positions SET place = line.place, entry = line.entry, "
                "overtaken = line.overtaken, entered = coalesce("
                f"{_time('entered')}, positions.entered), began = CASE WHEN keeps_began = 1 "
                f"THEN positions.began ELSE {_time('began')} END, due = CASE WHEN keeps_due = 1 "
                f"THEN coalesce(positions.resumes, positions.due) ELSE {_time('due')} END, "
                "owed = line.owed, "
                "resumes = CASE WHEN line.owed IS NULL THEN NULL ELSE positions.resumes END, "
                f"arrived = line.arrived {theirs} AND leaves = 0 AND is_new = 0 "
                "AND positions.account = :account AND positions.contact = wave.contact "
                f"AND positions.spot = line.spot AND positions.contact IN ({_WHO})"
            )
        if self._has("became_put", "is_new = 1"):
            self.run(
                "INSERT INTO positions (account, contact, spot, place, entry, overtaken, entered, "
                "began, due, arrived) SELECT :account, wave.contact, line.spot, line.place, "
                f"line.entry, line.overtaken, {_time('entered')}, {_time('began')}, "
                f"{_time('due')}, line.arrived {theirs} AND is_new = 1 {_ORDER}"
            )

    def _tell(self) -> None:
        """Record what is left for others to do, and tell the story."""
        if self._has("became_ordered"):
            self.record(
                "wave.contact, line.campaign, line.step, line.entry, line.kind, line.resource, "
                f"line.text, {_time('recorded')}, {_time('due')}, line.person",
                f"{_FROM.format('became_ordered')} {_ORDER}",
                line="line.line",
            )
        self.run(
            "INSERT INTO story (account, contact, at, what, campaign, node, why) "
            f"SELECT :account, wave.contact, {_time('at')}, line.what, line.campaign, line.node, "
            f"line.why {_FROM.format('became_told')} {_ORDER}"
        )

    def _has(self, table: str, condition: str = "true") -> bool:
        return bool(self.run(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1"))

    # --- rows

    def _lines(
        self, outcome: Outcome, texts: dict[int, int]
    ) -> Iterator[tuple[str, int, Mapping[str, object]]]:
        """Yield the lines of an outcome: the table, the line's number, its values."""
        yield (
            "became",
            0,
            {
                "refuses": int(outcome.refused is not None),
                "refused": written(sorted(outcome.refused)) if outcome.refused else None,
                "belongs": int(outcome.owner is not None),
                "owner": outcome.owner[0] if outcome.owner else None,
            },
        )
        steps = {"became_fresh": outcome.fresh, "became_passed": outcome.passed}
        for table, found in steps.items():
            for number, (campaign, step, entry) in enumerate(sorted(found)):
                yield table, number, {"campaign": campaign, "step": step, "entry": entry}
        for number, ((campaign, node), count) in enumerate(sorted(outcome.entries.items())):
            yield "became_entered", number, {"campaign": campaign, "node": node, "count": count}
        for number, (tag, holds) in enumerate(sorted(outcome.tags.items())):
            yield "became_tagged", number, {"tag": tag, "holds": int(holds)}
        for number, (field, value) in enumerate(sorted(outcome.values.items())):
            text = None if value is None else written(value)
            folded = normalised(str(value))
            yield "became_valued", number, {"field": field, "value": text, "folded": folded}
        for number, (fact, holds) in enumerate(sorted(outcome.facts.items())):
            known = dict(zip(("sort", "subject", "number", "since"), fact, strict=True))
            yield "became_known", number, {**known, "holds": int(holds)}
        for number, put in enumerate(outcome.puts):
            yield "became_put", number, _put(put)
        for number, effect in enumerate(outcome.effects):
            resource = number_of(effect.resource) or 0
            if resource not in texts:
                texts[resource] = self._text_of(resource)
            yield (
                "became_ordered",
                number,
                {
                    "campaign": effect.identity.campaign,
                    "step": effect.identity.step,
                    "entry": effect.identity.entry,
                    "kind": str(effect.kind),
                    "resource": resource,
                    "text": texts[resource],
                    "recorded": effect.recorded,
                    "due": effect.due,
                    "person": effect.person or None,
                },
            )
        for number, line in enumerate(outcome.story):
            yield "became_told", number, vars(line)

    def _text_of(self, number: int) -> int:
        """Return the number of the text that is made of an object now (C11)."""
        stored = self.object(number)
        if stored is None:
            raise EngineBugError(f"something is sent of #{number}, which is gone")
        return self.text(stored.digest, stored.data)


def _put(put: Put) -> Mapping[str, object]:
    position = put.position
    return {
        "spot": put.place.spot,
        "place": put.place.id,
        "leaves": int(put.leaves),
        "is_new": int(put.is_new),
        "entry": position.entry,
        "overtaken": int(position.overtaken),
        "entered": put.entered,
        "keeps_began": int(put.keeps_beginning),
        "began": position.began,
        "keeps_due": int(put.keeps_end),
        "due": position.due,
        "arrived": written(list(position.arrived)) if position.arrived else None,
        "owed": written(list(position.owed)) if position.owed else None,
    }
