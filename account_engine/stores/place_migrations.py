"""A store's verb for those who wait at one place and migrate to the next version together."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from account_engine.position import Instant, Status
from account_engine.stores.records import PlaceRow, Reckoning
from account_engine.stores.resources import ResourceVerbs
from account_engine.stores.rows import Row, Values, unwritten, written
from account_engine.story import Line
from account_engine.upgrading.minutes import MINUTE, Along, Minute, reckoned_for_all
from account_engine.upgrading.place_migration import Clock, PlaceMigration

_PAGE = 10_000
"""How many minutes are reckoned before what they came to is written."""

_STANDING = (
    "positions.account = :account AND positions.place = :place "
    "AND positions.skip IS NULL AND positions.owed IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM positions AS other JOIN places ON places.account = other.account "
    "AND places.id = other.place WHERE other.account = positions.account "
    "AND other.contact = positions.contact AND other.spot <> positions.spot "
    "AND (places.campaign = :goes_to AND :goes_to <> :campaign "
    "OR places.campaign = :campaign AND places.version = :version))"
)
_TABLES: Mapping[str, str] = {
    "migrating": """
    contact INTEGER PRIMARY KEY,
    began BIGINT NOT NULL,
    due BIGINT NOT NULL,                -- `_NO_END` for none
    began_in BIGINT NOT NULL,           -- the minute that `reckoned` has, or the moment
    due_in BIGINT NOT NULL,
    zone TEXT NOT NULL""",
    "reckoned": """
    began BIGINT NOT NULL,
    due BIGINT NOT NULL,
    zone TEXT NOT NULL,
    state INTEGER NOT NULL,             -- an `_Asked`
    begins BIGINT,
    begins_along INTEGER,               -- an `Along`
    ends BIGINT,
    ends_along INTEGER,
    owed TEXT,
    resumes BIGINT,
    resumes_along INTEGER,
    why TEXT,
    PRIMARY KEY (began, due, zone)""",
}
_SAME = (
    "reckoned.began = migrating.began_in AND reckoned.due = migrating.due_in "
    "AND reckoned.zone = migrating.zone"
)
_RECKONED = f"FROM migrating JOIN reckoned ON {_SAME}"
_TELL = (
    "INSERT INTO story (account, contact, at, what, campaign, node, why) "
    "SELECT :account, contact, :now, :what, :campaign, :node, "
)
_NO_END = -(2**62)
"""Stands for when somebody goes on who is queued, where nothing can be missing."""

_ANSWER = (
    "begins", "begins_along", "ends", "ends_along", "owed", "resumes", "resumes_along", "why"
)  # fmt: skip
_ANSWERED = (
    f"UPDATE reckoned SET state = :state, {', '.join(f'{one} = :{one}' for one in _ANSWER)} "
    "WHERE began = :began AND due = :due AND zone = :zone"
)


class _Asked(IntEnum):
    """What is known of what becomes of a minute's times."""

    NOT_YET = 0
    ALIKE = 1
    UNLIKE = 2


class PlaceMigrationVerbs(ResourceVerbs):
    """Moving many at once."""

    def migrate_place(self, way: PlaceMigration, now: Instant, reckoning: Reckoning) -> int:
        """See `Store.migrate_place`."""
        if way.clock is Clock.IS_SET_ANEW and way.target is not None:
            return self._migrate_anew(way, way.target, now, reckoning)
        whose = {
            "place": way.place.id,
            "campaign": way.campaign,
            "version": way.version,
            "goes_to": way.goes_to,
        }
        if way.line is not None:
            self.run(
                f"{_TELL} :why FROM positions WHERE {_who(way)}",
                now=now,
                what=way.line.what,
                node=way.line.node,
                why=way.line.why,
                **whose,
            )
        if way.target is None:
            return self.run_all(f"DELETE FROM positions WHERE {_who(way)}", [whose])
        began = ", began = NULL" if way.clock is Clock.FORGETS_WHEN_IT_BEGAN else ""
        return self.run_all(
            f"UPDATE positions SET place = :target, spot = :spot{began} WHERE {_who(way)}",
            [{"target": way.target.id, "spot": way.target.spot, **whose}],
        )

    def tell_everybody(self, place: PlaceRow, line: Line) -> None:
        """See `Store.tell_everybody`."""
        self.run(
            f"{_TELL} :why FROM positions WHERE account = :account AND place = :place",
            now=line.at,
            what=line.what,
            campaign=line.campaign,
            node=line.node,
            why=line.why,
            place=place.id,
        )

    def _migrate_anew(
        self, way: PlaceMigration, target: PlaceRow, now: Instant, reckoning: Reckoning
    ) -> int:
        self.clear(_TABLES)
        self.run(
            "INSERT INTO migrating (contact, began, due, began_in, due_in, zone) "
            "SELECT positions.contact, began, coalesce(due, :no_end), "
            "began - began % :minute, coalesce(due - due % :minute, :no_end), "
            "coalesce(zone.value, '') FROM positions "
            "LEFT JOIN contact_values AS zone ON zone.account = positions.account "
            "AND zone.contact = positions.contact AND zone.field = 'time_zone' "
            f"WHERE {_who(way)} AND began IS NOT NULL ORDER BY positions.contact",
            no_end=_NO_END,
            minute=MINUTE,
            place=way.place.id,
            campaign=way.campaign,
            version=way.version,
            goes_to=way.goes_to,
        )
        self._reckon(reckoning, now)
        if way.line is not None:
            self.run(
                f"{_TELL} why {_RECKONED} WHERE why IS NOT NULL ORDER BY contact",
                now=now,
                what=way.line.what,
                campaign=way.campaign,
                node=way.line.node,
            )
        return self.run_all(
            "UPDATE positions SET place = :target, spot = :spot, began = found.begins, "
            "due = found.ends, owed = found.owed, resumes = found.resumes FROM ("
            f"SELECT contact, owed, {_moved('begins')}, {_moved('ends')}, {_moved('resumes')} "
            f"{_RECKONED}) AS found "
            "WHERE positions.account = :account AND positions.contact = found.contact "
            "AND positions.spot = :old",
            [
                {
                    "target": target.id,
                    "spot": target.spot,
                    "old": way.place.spot,
                }
            ],
        )

    def _reckon(self, reckoning: Reckoning, now: Instant) -> None:
        """Find what becomes of all times: of minutes, and of the moments of those that differ."""
        for whole in (True, False):
            self.run(
                "INSERT INTO reckoned (began, due, zone, state) "
                "SELECT DISTINCT began_in, due_in, zone, :state FROM migrating "
                f"WHERE NOT EXISTS (SELECT 1 FROM reckoned WHERE {_SAME})",
                state=_Asked.NOT_YET.value,
            )
            while asked := self.run(
                "SELECT began, due, zone FROM reckoned WHERE state = :state LIMIT :page",
                state=_Asked.NOT_YET.value,
                page=_PAGE,
            ):
                self.run_all(
                    _ANSWERED, [_reckoned(row, reckoning, now if whole else None) for row in asked]
                )
            self.run(
                "UPDATE migrating SET began_in = began, due_in = due "
                f"WHERE EXISTS (SELECT 1 FROM reckoned WHERE {_SAME} AND state = :state)",
                state=_Asked.UNLIKE.value,
            )
            self.run("DELETE FROM reckoned WHERE state = :state", state=_Asked.UNLIKE.value)


def _who(way: PlaceMigration) -> str:
    """Return the condition that somebody stands at the place, and goes as everybody there."""
    queued = way.place.status is Status.QUEUED
    return f"{_STANDING} AND positions.due IS {'NULL' if queued else 'NOT NULL'}"


def _moved(column: str) -> str:
    """Return the expression of a new time, moving along with what `reckoned` says."""
    return (
        f"{column} + CASE {column}_along "
        f"WHEN {Along.BEGINNING.value} THEN migrating.began - migrating.began_in "
        f"WHEN {Along.END.value} THEN migrating.due - migrating.due_in ELSE 0 END AS {column}"
    )


def _reckoned(row: Row, reckoning: Reckoning, now: Instant | None) -> Values:
    """Return what becomes of a minute's times; of one moment, if now is not said."""
    began, due, written_zone = row
    key = {"began": began, "due": due, "zone": written_zone}
    known = unwritten(written_zone) if written_zone else None
    zone, ends = known if isinstance(known, str) else None, None if due == _NO_END else due
    found = (
        Minute(reckoning(began, ends, zone))
        if now is None
        else reckoned_for_all(reckoning, began, ends, zone, now)
    )
    if found is None:
        return {**dict.fromkeys(_ANSWER), **key, "state": _Asked.UNLIKE.value}
    first = found.first
    return {
        **key,
        "state": _Asked.ALIKE.value,
        "begins": first.began,
        "begins_along": found.began.value,
        "ends": first.due,
        "ends_along": found.due.value,
        "owed": written(list(first.owed)) if first.owed else None,
        "resumes": first.resumes,
        "resumes_along": found.resumes.value,
        "why": first.why,
    }
