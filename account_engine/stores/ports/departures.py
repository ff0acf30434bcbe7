"""The part of the store's port that those who leave need; see `account_engine.stores.port`."""

from __future__ import annotations

from typing import Protocol

from account_engine.outgoing.deliveries import Delivery
from account_engine.position import Instant
from account_engine.stores.records import Former, RecordedEffect


class DepartureStore(Protocol):
    """Contacts who are merged into others, or deleted."""

    def former(self, number: int) -> Former | None:
        """Return what became of a contact who is no more; None if nobody had this number."""
        ...

    def unsent(self, contact: int) -> tuple[RecordedEffect, ...]:
        """Return what was recorded for a contact and nobody has begun to carry out.

        What was recorded for those who were merged into them is theirs.
        """
        ...

    def add_withheld(self, delivery: Delivery) -> bool:
        """Write that an effect is withheld; return False, and write nothing, if it was begun."""
        ...

    def unite_contacts(self, former: int, survivor: int, at: Instant) -> None:
        """Let what was received for a contact, and told of them, be another's; they are no more.

        What is known of them, and where they stand, is forgotten: the survivor's state has it. What
        was recorded for them keeps its identity (C11), and so the number that they had.
        """
        ...

    def delete_contact(self, number: int, at: Instant) -> None:
        """Forget a contact, and those who were merged into them, but for their numbers."""
        ...
