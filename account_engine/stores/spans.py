"""A store's verbs for spans of time, in which everybody who is due has their turns at once."""

from __future__ import annotations

from account_engine.position import Instant
from account_engine.stores.positions import IN_PUBLISHED_FLOWS
from account_engine.stores.rows import Rows

_HELD = {"held": "contact INTEGER NOT NULL"}
_DUE = (
    f"{IN_PUBLISHED_FLOWS} JOIN positions "
    "ON positions.account = places.account AND positions.place = places.id "
)
_THEIRS = "WHERE flows.account = :account AND published = 1"


class SpanVerbs(Rows):
    """Who is due in a span, and whether they are free."""

    def reachable(self, now: Instant, to: Instant, most: int) -> Instant:
        """See `Store.reachable`."""
        due = (
            "SELECT due FROM positions WHERE positions.account = places.account "
            "AND positions.place = places.id AND due <= :to ORDER BY due LIMIT 1"
        )
        ((places,),) = self.run(f"SELECT count(({due})) {IN_PUBLISHED_FLOWS} {_THEIRS}", to=to)
        ((beyond,),) = self.run(
            f"SELECT min(({due} OFFSET :most)) {IN_PUBLISHED_FLOWS} {_THEIRS}",
            to=to,
            most=most // max(places, 1),
        )
        return to if beyond is None else max(now, beyond - 1)

    def claim_span(self, now: Instant, until: Instant) -> Instant:
        """See `Store.claim_span`."""
        if not self.claimed("contacts"):
            return until
        self.clear(_HELD)
        self.run(
            "INSERT INTO held (contact) SELECT DISTINCT id FROM ("
            f"SELECT contacts.id {_DUE} JOIN contacts "
            "ON contacts.account = positions.account AND contacts.id = positions.contact "
            f"{_THEIRS} AND due <= :until {self.claimed('contacts')}) AS found ORDER BY id",
            until=until,
        )
        self.measured("held")
        ((others,),) = self.run(
            f"SELECT min(due) {_DUE} {_THEIRS} AND due <= :until "
            "AND NOT EXISTS (SELECT 1 FROM held WHERE held.contact = positions.contact)",
            until=until,
        )
        return until if others is None else max(now, others - 1)
