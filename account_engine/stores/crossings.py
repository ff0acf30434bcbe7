"""A store's verbs for passages: all who wait at one place, carried to the next version together."""

from __future__ import annotations

from account_engine.position import Instant, Status
from account_engine.stores.records import PlaceRow, Reckoning
from account_engine.stores.resources import ResourceVerbs
from account_engine.stores.rows import unwritten, written
from account_engine.upgrading.passages import Clock, Passage

MOST_TIMES = 50_000
"""For how many different times at one place it is worth asking what becomes of each."""

_STANDING = (
    "positions.account = :account AND positions.place = :place "
    "AND positions.skip IS NULL AND positions.owed IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM positions AS other JOIN places ON places.account = other.account "
    "AND places.id = other.place WHERE other.account = positions.account "
    "AND other.contact = positions.contact AND other.spot <> positions.spot "
    "AND (places.campaign = :goes_to AND :goes_to <> :campaign "
    "OR places.campaign = :campaign AND places.version = :version))"
)
_TABLES = """
CREATE TEMPORARY TABLE IF NOT EXISTS crossing (
    contact INTEGER PRIMARY KEY,
    began BIGINT NOT NULL,
    due BIGINT NOT NULL,                -- `_NO_END` for none
    zone TEXT NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS reckoned (
    began BIGINT NOT NULL,
    due BIGINT NOT NULL,
    zone TEXT NOT NULL,
    begins BIGINT,
    ends BIGINT,
    owed TEXT,
    resumes BIGINT,
    why TEXT,
    PRIMARY KEY (began, due, zone)
)
"""
_RECKONED = (
    "FROM crossing JOIN reckoned ON reckoned.began = crossing.began "
    "AND reckoned.due = crossing.due AND reckoned.zone = crossing.zone"
)
_TELL = (
    "INSERT INTO story (account, contact, at, what, campaign, node, why) "
    "SELECT :account, contact, :now, :what, :campaign, :node, "
)
_NO_END = -(2**62)
"""Stands for when somebody goes on who is queued, where nothing can be missing."""


class CrossingVerbs(ResourceVerbs):
    """Carrying many at once."""

    def carry_together(self, passage: Passage, now: Instant, reckoning: Reckoning) -> int:
        """See `Store.carry_together`."""
        if passage.clock is Clock.IS_SET_ANEW and passage.target is not None:
            return self._carry_anew(passage, passage.target, now, reckoning)
        whose = {
            "place": passage.place.id,
            "campaign": passage.campaign,
            "version": passage.version,
            "goes_to": passage.goes_to,
        }
        if passage.line is not None:
            self.run(
                f"{_TELL} :why FROM positions WHERE {_who(passage)}",
                now=now,
                what=passage.line.what,
                node=passage.line.node,
                why=passage.line.why,
                **whose,
            )
        if passage.target is None:
            return self.run_all(f"DELETE FROM positions WHERE {_who(passage)}", [whose])
        began = ", began = NULL" if passage.clock is Clock.FORGETS_WHEN_IT_BEGAN else ""
        return self.run_all(
            f"UPDATE positions SET place = :target, spot = :spot{began} WHERE {_who(passage)}",
            [{"target": passage.target.id, "spot": passage.target.spot, **whose}],
        )

    def _carry_anew(
        self, passage: Passage, target: PlaceRow, now: Instant, reckoning: Reckoning
    ) -> int:
        for statement in _TABLES.split(";"):
            self.run(statement)
        self.emptied("crossing")
        self.emptied("reckoned")
        self.run(
            "INSERT INTO crossing (contact, began, due, zone) "
            "SELECT positions.contact, began, coalesce(due, :no_end), coalesce(zone.value, '') "
            "FROM positions "
            "LEFT JOIN contact_values AS zone ON zone.account = positions.account "
            "AND zone.contact = positions.contact AND zone.field = 'time_zone' "
            f"WHERE {_who(passage)} AND began IS NOT NULL",
            no_end=_NO_END,
            place=passage.place.id,
            campaign=passage.campaign,
            version=passage.version,
            goes_to=passage.goes_to,
        )
        times = self.run(
            "SELECT DISTINCT began, due, zone FROM crossing LIMIT :most", most=MOST_TIMES + 1
        )
        if len(times) > MOST_TIMES:
            return 0
        self.run_all(
            "INSERT INTO reckoned (began, due, zone, begins, ends, owed, resumes, why) "
            "VALUES (:began, :due, :zone, :begins, :ends, :owed, :resumes, :why)",
            [_reckoned(began, due, zone, reckoning) for began, due, zone in times],
        )
        if passage.line is not None:
            self.run(
                f"{_TELL} why {_RECKONED} WHERE why IS NOT NULL ORDER BY contact",
                now=now,
                what=passage.line.what,
                campaign=passage.campaign,
                node=passage.line.node,
            )
        return self.run_all(
            "UPDATE positions SET place = :target, spot = :spot, began = found.begins, "
            "due = found.ends, owed = found.owed, resumes = found.resumes "
            f"FROM (SELECT contact, begins, ends, owed, resumes {_RECKONED}) AS found "
            "WHERE positions.account = :account AND positions.contact = found.contact "
            "AND positions.spot = :old",
            [
                {
                    "target": target.id,
                    "spot": target.spot,
                    "old": passage.place.spot,
                }
            ],
        )


def _who(passage: Passage) -> str:
    """Return the condition that somebody stands where a passage begins, and goes that way."""
    queued = passage.place.status is Status.QUEUED
    return f"{_STANDING} AND positions.due IS {'NULL' if queued else 'NOT NULL'}"


def _reckoned(began: Instant, due: Instant, zone: str, reckoning: Reckoning) -> dict[str, object]:
    known = unwritten(zone) if zone else None
    found = reckoning(
        began, None if due == _NO_END else due, known if isinstance(known, str) else None
    )
    return {
        "began": began,
        "due": due,
        "zone": zone,
        "begins": found.began,
        "ends": found.due,
        "owed": written(list(found.owed)) if found.owed else None,
        "resumes": found.resumes,
        "why": found.why,
    }
