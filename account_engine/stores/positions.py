"""A store's verbs for where contacts stand, and who is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from account_engine.contacts import ContactState
from account_engine.errors import EngineBugError
from account_engine.position import Instant, Position, Status
from account_engine.stores.records import Crowd, PlaceRow
from account_engine.stores.rows import Row, Rows, unwritten, written

_AT_THEIR_PLACE = (
    "positions JOIN places ON places.account = positions.account AND places.id = positions.place"
)
IN_PUBLISHED_FLOWS = (
    "FROM flows JOIN places ON places.account = flows.account "
    "AND places.campaign = flows.campaign AND places.version = flows.version "
)
_POSITION = (
    "campaign, version, node, status, step, entry, entered, began, due, overtaken, arrived, skip, "
    "owed, resumes"
)


class PositionVerbs(Rows):
    """Where contacts stand."""

    def positions_of(self, contact: int) -> tuple[Position, ...]:
        """Return a contact's positions, by campaign, version and node."""
        rows = self.run(
            f"SELECT {_POSITION} FROM {_AT_THEIR_PLACE} "
            "WHERE positions.account = :account AND contact = :contact "
            "ORDER BY campaign, version, node",
            contact=contact,
        )
        return tuple(_position(row) for row in rows)

    def entries_of(self, contact: int) -> dict[tuple[int, int], int]:
        """Return how often a contact has entered each node (C6)."""
        rows = self.run(
            "SELECT campaign, node, count FROM entries "
            "WHERE account = :account AND contact = :contact",
            contact=contact,
        )
        return {(campaign, node): count for campaign, node, count in rows}

    def passed_of(self, contact: int) -> frozenset[tuple[int, int, int]]:
        """Return the steps that a contact has passed (M3)."""
        rows = self.run(
            "SELECT campaign, step, entry FROM passed "
            "WHERE account = :account AND contact = :contact",
            contact=contact,
        )
        return frozenset((campaign, step, entry) for campaign, step, entry in rows)

    def save_positions(self, old: ContactState, new: ContactState) -> None:
        """Write what differs between two states but for the contact themselves."""
        contact = new.contact.id
        before = {position.identity: position for position in old.positions}
        after = {position.identity: position for position in new.positions}
        self.run_all(
            "DELETE FROM positions WHERE account = :account AND contact = :contact AND spot = "
            "(SELECT id FROM places WHERE account = :account AND campaign = :campaign "
            "AND version = :version AND node = :node AND step = '' AND status = 'running')",
            [
                {"contact": contact, "campaign": campaign, "version": version, "node": node}
                for campaign, version, node in before.keys() - after.keys()
            ],
        )
        changed = [one for identity, one in after.items() if before.get(identity) != one]
        count = self.run_all(
            "INSERT INTO positions (account, contact, spot, place, entry, overtaken, entered, "
            "began, due, arrived, skip, owed, resumes) "
            "SELECT :account, :contact, spot, id, :entry, :overtaken, :entered, "
            ":began, :due, :arrived, :skip, :owed, :resumes FROM places "
            "WHERE account = :account AND campaign = :campaign AND version = :version "
            "AND node = :node AND step = :step AND status = :status "
            "ON CONFLICT (account, contact, spot) DO UPDATE SET place = excluded.place, "
            "entry = excluded.entry, overtaken = excluded.overtaken, entered = excluded.entered, "
            "began = excluded.began, due = excluded.due, arrived = excluded.arrived, "
            "skip = excluded.skip, owed = excluded.owed, resumes = excluded.resumes",
            [_position_values(contact, position) for position in changed],
        )
        if count != len(changed):
            raise EngineBugError(f"contact {contact} would stand where no flow has a place")
        self.run_all(
            "INSERT INTO entries (account, contact, campaign, node, count) "
            "VALUES (:account, :contact, :campaign, :node, :count) "
            "ON CONFLICT (account, contact, campaign, node) DO UPDATE SET count = excluded.count",
            [
                {"contact": contact, "campaign": campaign, "node": node, "count": count}
                for (campaign, node), count in new.entries.items()
                if old.entries.get((campaign, node)) != count
            ],
        )
        self.run_all(
            "INSERT INTO passed (account, contact, campaign, step, entry) "
            "VALUES (:account, :contact, :campaign, :step, :entry)",
            [
                {"contact": contact, "campaign": campaign, "step": step, "entry": entry}
                for campaign, step, entry in new.passed - old.passed
            ],
        )

    def places(self, campaign: int, version: int) -> tuple[PlaceRow, ...]:
        """See `Store.places`."""
        rows = self.run(
            "SELECT id, spot, node, step, status FROM places "
            "WHERE account = :account AND campaign = :campaign AND version = :version ORDER BY id",
            campaign=campaign,
            version=version,
        )
        return tuple(
            PlaceRow(number, spot, node, step or None, Status(status))
            for number, spot, node, step, status in rows
        )

    # --- who is due

    def next_due(self, until: Instant, but: Collection[int] = ()) -> Instant | None:
        """See `Store.next_due`."""
        ((due,),) = self.run(
            "SELECT min((SELECT due FROM positions WHERE positions.account = places.account "
            "AND positions.place = places.id AND due <= :until ORDER BY due LIMIT 1)) "
            f"{IN_PUBLISHED_FLOWS} WHERE flows.account = :account AND published = 1{_but(but)}",
            until=until,
        )
        return None if due is None else int(due)

    def claim_due(self, now: Instant, limit: int, *, wait: bool = False) -> tuple[int, ...] | None:
        """See `Store.claim_due`."""
        return self.claim(
            f"{IN_PUBLISHED_FLOWS} JOIN positions "
            "ON positions.account = places.account AND positions.place = places.id "
            "JOIN contacts ON contacts.account = positions.account "
            "AND contacts.id = positions.contact "
            "WHERE flows.account = :account AND published = 1 AND due <= :now",
            limit,
            wait=wait,
            now=now,
        )

    def crowded(self, now: Instant, worth: int, but: Collection[int] = ()) -> tuple[int, ...]:
        """See `Store.crowded`."""
        rows = self.run(
            f"SELECT places.id {IN_PUBLISHED_FLOWS} "
            f"WHERE flows.account = :account AND published = 1{_but(but)} AND ("
            "SELECT due FROM positions WHERE positions.account = places.account "
            "AND positions.place = places.id AND due <= :now ORDER BY due LIMIT 1 OFFSET :others"
            ") IS NOT NULL "
            "ORDER BY places.id",
            now=now,
            others=worth - 1,
        )
        return tuple(place for (place,) in rows)

    def crowds(self, campaign: int, now: Instant) -> tuple[Crowd, ...]:
        """See `Store.crowds`."""
        rows = self.run(
            "SELECT version, node, step, status, count(*), min(due), "
            "sum(CASE WHEN due <= :now THEN 1 ELSE 0 END) "
            f"FROM {_AT_THEIR_PLACE} WHERE places.account = :account AND campaign = :campaign "
            "GROUP BY version, node, step, status ORDER BY version, node, step, status",
            campaign=campaign,
            now=now,
        )
        return tuple(
            Crowd(version, node, step or None, Status(status), count, due, overdue)
            for version, node, step, status, count, due, overdue in rows
        )

    def travellers(self, campaign: int, version: int) -> tuple[int, ...]:
        """See `Store.travellers`."""
        rows = self.run(
            f"SELECT DISTINCT contact FROM {_AT_THEIR_PLACE} "
            "WHERE places.account = :account AND campaign = :campaign AND version = :version "
            "ORDER BY contact",
            campaign=campaign,
            version=version,
        )
        return tuple(contact for (contact,) in rows)

    def count_travellers(self, campaign: int, version: int) -> int:
        """See `Store.count_travellers`."""
        ((count,),) = self.run(
            f"SELECT count(DISTINCT contact) FROM {_AT_THEIR_PLACE} "
            "WHERE places.account = :account AND campaign = :campaign AND version = :version",
            campaign=campaign,
            version=version,
        )
        return int(count)

    def count_waiting(self, campaign: int, version: int) -> int:
        """See `Store.count_waiting`."""
        ((count,),) = self.run(
            f"SELECT count(*) FROM (SELECT contact FROM {_AT_THEIR_PLACE} "
            "WHERE places.account = :account AND campaign = :campaign AND version = :version "
            "GROUP BY contact HAVING max(CASE WHEN status = :queued THEN 0 ELSE 1 END) = 0) AS own",
            campaign=campaign,
            version=version,
            queued=str(Status.QUEUED),
        )
        return int(count)

    def bring_along(self, source: int, target: int, ids: Sequence[tuple[int, int]]) -> None:
        """See `Store.bring_along`."""
        self.run_all(
            "INSERT INTO entries (account, contact, campaign, node, count) "
            "SELECT account, contact, :target, :new, count FROM entries "
            "WHERE account = :account AND campaign = :source AND node = :old "
            "ON CONFLICT (account, contact, campaign, node) DO UPDATE SET count = excluded.count "
            "WHERE excluded.count > entries.count",
            [{"source": source, "target": target, "old": old, "new": new} for old, new in ids],
        )
        kept = ", ".join(f"{old:d}" for old, new in ids if old == new)
        if kept and source != target:
            self.run(
                "INSERT INTO passed (account, contact, campaign, step, entry) "
                "SELECT account, contact, :target, step, entry FROM passed "
                f"WHERE account = :account AND campaign = :source AND step IN ({kept}) "
                "ON CONFLICT (account, contact, campaign, step, entry) DO NOTHING",
                source=source,
                target=target,
            )


def _but(places: Collection[int]) -> str:
    """Return the condition that a place is none of these."""
    numbers = ", ".join(f"{place:d}" for place in sorted(places))
    return f" AND places.id NOT IN ({numbers})" if places else ""


def _position_values(contact: int, position: Position) -> dict[str, object]:
    return {
        "contact": contact,
        "campaign": position.campaign,
        "version": position.version,
        "node": position.node,
        "status": str(position.status),
        "step": position.step or "",
        "entry": position.entry,
        "entered": position.entered,
        "began": position.began,
        "due": position.due,
        "overtaken": int(position.overtaken),
        "arrived": written(list(position.arrived)) if position.arrived else None,
        "skip": written(sorted(position.skip)) if position.skip else None,
        "owed": written(list(position.owed)) if position.owed else None,
        "resumes": position.resumes,
    }


def _position(row: Row) -> Position:
    campaign, version, node, status, step, entry, entered, began, due, *more = row
    overtaken, arrived, skip, owed, resumes = more
    return Position(
        campaign,
        version,
        node,
        Status(status),
        step or None,
        entry,
        entered,
        began,
        due,
        overtaken=bool(overtaken),
        arrived=tuple(unwritten(arrived)) if arrived else (),
        skip=frozenset(unwritten(skip)) if skip else frozenset(),
        owed=tuple(unwritten(owed)) if owed else (),
        resumes=resumes,
    )
