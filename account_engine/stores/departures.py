"""A store's verbs for those who leave: `account_engine.stores.ports.departures`.

The contact's own row goes first: whoever receives something for them holds it (`Rows.held`), so
that what comes after it has found all that was received.
"""

from __future__ import annotations

from account_engine.outgoing.deliveries import Delivery
from account_engine.position import Instant
from account_engine.stores.deliveries import DeliveryVerbs
from account_engine.stores.happenings import EFFECTS, HappeningVerbs, read_effect
from account_engine.stores.records import Former, RecordedEffect
from account_engine.stores.rows import GREATEST

_OF_THE_STATE = (
    "contact_values",
    "contact_tags",
    "contact_facts",
    "positions",
    "entries",
    "passed",
)
"""What a contact's state stands in, besides their own row."""

_THEIR_NUMBERS = (
    "(SELECT contact FROM former_contacts WHERE account = :account AND survivor = :contact "
    "UNION ALL SELECT :contact)"
)


class DepartureVerbs(HappeningVerbs, DeliveryVerbs):
    """Who is no more."""

    def former(self, number: int) -> Former | None:
        """See `DepartureStore.former`."""
        row = self.one(
            "SELECT contact, survivor, at FROM former_contacts "
            "WHERE account = :account AND contact = :number",
            number=min(number, GREATEST),
        )
        return Former(*row) if row else None

    def unsent(self, contact: int) -> tuple[RecordedEffect, ...]:
        """See `DepartureStore.unsent`."""
        rows = self.run(
            f"{EFFECTS} AND contact IN {_THEIR_NUMBERS} AND NOT EXISTS ("
            "SELECT 1 FROM deliveries WHERE deliveries.account = effects.account "
            "AND deliveries.effect = effects.seq AND (attempts > 0 OR state <> 'pending')) "
            "ORDER BY seq",
            contact=contact,
        )
        return tuple(map(read_effect, rows))

    def add_withheld(self, delivery: Delivery) -> bool:
        """See `DepartureStore.add_withheld`."""
        return (
            self.run_all(
                "INSERT INTO deliveries "
                "(account, effect, courier, state, attempts, since, next, at, detail) "
                "VALUES (:account, :effect, :courier, :state, 0, :at, NULL, :at, :detail) "
                "ON CONFLICT (account, effect) DO UPDATE "
                "SET state = excluded.state, next = NULL, at = excluded.at, "
                "detail = excluded.detail "
                "WHERE deliveries.state = 'pending' AND deliveries.attempts = 0",
                [
                    {
                        "effect": delivery.effect,
                        "courier": str(delivery.courier),
                        "state": str(delivery.state),
                        "at": delivery.at,
                        "detail": delivery.detail,
                    }
                ],
            )
            > 0
        )

    def unite_contacts(self, former: int, survivor: int, at: Instant) -> None:
        """See `DepartureStore.unite_contacts`."""
        self._forget(former)
        self.take_in()
        for table in ("inbox", "story"):
            self.run(
                f"UPDATE {table} SET contact = :survivor "
                "WHERE account = :account AND contact = :former",
                former=former,
                survivor=survivor,
            )
        self.run(
            "UPDATE former_contacts SET survivor = :survivor "
            "WHERE account = :account AND survivor = :former",
            former=former,
            survivor=survivor,
        )
        self._remember(former, survivor, at)

    def delete_contact(self, number: int, at: Instant) -> None:
        """See `DepartureStore.delete_contact`."""
        self.shred()
        self._forget(number)
        self.take_in()
        self.run(
            "DELETE FROM deliveries WHERE account = :account AND effect IN ("
            f"SELECT seq FROM effects WHERE account = :account AND contact IN {_THEIR_NUMBERS})",
            contact=number,
        )
        for table in ("effects", "inbox", "story"):
            self.run(
                f"DELETE FROM {table} WHERE account = :account AND contact IN {_THEIR_NUMBERS}",
                contact=number,
            )
        self.run(
            "UPDATE former_contacts SET survivor = NULL "
            "WHERE account = :account AND survivor = :contact",
            contact=number,
        )
        self._remember(number, None, at)

    def _forget(self, contact: int) -> None:
        """Delete a contact's state."""
        self.run("DELETE FROM contacts WHERE account = :account AND id = :contact", contact=contact)
        for table in _OF_THE_STATE:
            self.run(
                f"DELETE FROM {table} WHERE account = :account AND contact = :contact",
                contact=contact,
            )

    def _remember(self, former: int, survivor: int | None, at: Instant) -> None:
        self.run(
            "INSERT INTO former_contacts (account, contact, survivor, at) "
            "VALUES (:account, :contact, :survivor, :at)",
            contact=former,
            survivor=survivor,
            at=at,
        )
