"""A store's verbs for passages: all who wait at one place, carried to the next version together."""

from __future__ import annotations

from account_engine.passages import Clock, Passage
from account_engine.position import Instant
from account_engine.stores.records import Reckoning
from account_engine.stores.resources import ResourceVerbs
from account_engine.stores.rows import unwritten

MOST_TIMES = 50_000
"""For how many different times at one place it is worth asking what becomes of each."""

_WAITING = (
    "positions.account = :account AND positions.place = :place AND positions.due IS NOT NULL "
    "AND positions.skip IS NULL AND NOT EXISTS ("
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
    due BIGINT NOT NULL,
    zone TEXT NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS reckoned (
    began BIGINT NOT NULL,
    due BIGINT NOT NULL,
    zone TEXT NOT NULL,
    begins BIGINT,
    ends BIGINT,
    told INTEGER NOT NULL,
    PRIMARY KEY (began, due, zone)
)
"""
_RECKONED = (
    "FROM crossing JOIN reckoned ON reckoned.began = crossing.began "
    "AND reckoned.due = crossing.due AND reckoned.zone = crossing.zone"
)
_TELL = (
    "INSERT INTO story (account, contact, at, what, campaign, node, why) "
    "SELECT :account, contact, :now, :what, :campaign, :node, :why "
)


class CrossingVerbs(ResourceVerbs):
    """Carrying many at once."""

    def carry_together(self, passage: Passage, now: Instant, reckoning: Reckoning) -> int:
        """See `Store.carry_together`."""
        if passage.clock is Clock.IS_SET_ANEW:
            return self._carry_anew(passage, now, reckoning)
        whose = {
            "place": passage.place.id,
            "campaign": passage.campaign,
            "version": passage.version,
            "goes_to": passage.goes_to,
        }
        if passage.line is not None:
            self.run(
                f"{_TELL} FROM positions WHERE {_WAITING}",
                now=now,
                what=passage.line.what,
                node=passage.line.node,
                why=passage.line.why,
                **whose,
            )
        began = ", began = NULL" if passage.clock is Clock.FORGETS_WHEN_IT_BEGAN else ""
        return self.run_all(
            f"UPDATE positions SET place = :target, spot = :spot{began} WHERE {_WAITING}",
            [{"target": passage.target.id, "spot": passage.target.spot, **whose}],
        )

    def _carry_anew(self, passage: Passage, now: Instant, reckoning: Reckoning) -> int:
        for statement in _TABLES.split(";"):
            self.run(statement)
        self.emptied("crossing")
        self.emptied("reckoned")
        self.run(
            "INSERT INTO crossing (contact, began, due, zone) "
            "SELECT positions.contact, began, due, coalesce(zone.value, '') FROM positions "
            "LEFT JOIN contact_values AS zone ON zone.account = positions.account "
            "AND zone.contact = positions.contact AND zone.field = 'time_zone' "
            f"WHERE {_WAITING} AND began IS NOT NULL",
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
            "INSERT INTO reckoned (began, due, zone, begins, ends, told) "
            "VALUES (:began, :due, :zone, :begins, :ends, :told)",
            [_reckoned(began, due, zone, reckoning) for began, due, zone in times],
        )
        if passage.line is not None:
            self.run(
                f"{_TELL} {_RECKONED} WHERE told = 1 ORDER BY contact",
                now=now,
                what=passage.line.what,
                campaign=passage.campaign,
                node=passage.line.node,
                why=passage.line.why,
            )
        return self.run_all(
            "UPDATE positions SET place = :target, spot = :spot, began = found.begins, "
            f"due = found.ends FROM (SELECT contact, begins, ends {_RECKONED}) AS found "
            "WHERE positions.account = :account AND positions.contact = found.contact "
            "AND positions.spot = :old",
            [
                {
                    "target": passage.target.id,
                    "spot": passage.target.spot,
                    "old": passage.place.spot,
                }
            ],
        )


def _reckoned(began: Instant, due: Instant, zone: str, reckoning: Reckoning) -> dict[str, object]:
    known = unwritten(zone) if zone else None
    begins, ends, told = reckoning(began, due, known if isinstance(known, str) else None)
    return {
        "began": began,
        "due": due,
        "zone": zone,
        "begins": begins,
        "ends": ends,
        "told": int(told),
    }
