"""The part of the store's port that delivery needs; see `account_engine.stores.port`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from account_engine.effects import Identity
from account_engine.outgoing.deliveries import (
    Courier,
    CourierRow,
    Delivery,
    DeliveryState,
    Dispatch,
    Place,
)
from account_engine.position import Instant


class DeliveryStore(Protocol):
    """What becomes of effects outside."""

    # --- from where

    def place(self) -> Place:
        """Return where the account is kept."""
        ...

    def set_incarnation(self, incarnation: str) -> None:
        """Give the account another incarnation."""
        ...

    def dispatch(self) -> Dispatch | None:
        """Return from where the account delivers; None if it never has."""
        ...

    def put_dispatch(self, dispatch: Dispatch) -> None:
        """Write from where the account delivers."""
        ...

    # --- couriers

    def couriers(self) -> tuple[CourierRow, ...]:
        """Return the couriers that were ever switched on, by name."""
        ...

    def put_courier(self, row: CourierRow) -> None:
        """Write a courier, new or not."""
        ...

    # --- deliveries

    def number_of_effect(self, identity: Identity) -> int | None:
        """Return the number that an effect was recorded under."""
        ...

    def take_up(self, courier: Courier, now: Instant, limit: int) -> int:
        """Begin deliveries of effects that a courier takes; return how many.

        Effects are begun in the order of their numbers, whatever order they were written in.
        """
        ...

    def claim_deliveries(
        self, courier: Courier, now: Instant, until: Instant, limit: int
    ) -> tuple[Delivery, ...]:
        """Count one more attempt of pending deliveries that are due, and keep others off them.

        Args:
            courier: Whose.
            now: Those of which `next` is no later than this.
            until: Their new `next`: when others may have them if we never say what came of it.
            limit: How many at most.
        """
        ...

    def settle_delivery(self, delivery: Delivery, *, was: DeliveryState, tried: int) -> bool:
        """Write what an attempt came to; return False, and write nothing, if others know better.

        Args:
            delivery: The delivery, after it.
            was: Only if it has come just this far until now.
            tried: One that stays pending, only if this was the latest attempt.
        """
        ...

    def put_off(self, courier: Courier, resource: int | None, until: Instant) -> None:
        """Let the pending deliveries of a courier, or of one of its resources, wait until then."""
        ...

    def revive(self, numbers: Iterable[int], now: Instant) -> int:
        """Begin failed deliveries again; return how many."""
        ...

    def next_delivery(self, courier: Courier) -> Instant | None:
        """Return when a courier has something to do, by what is taken up."""
        ...

    def deliveries(self, numbers: Iterable[int]) -> Mapping[int, Delivery]:
        """Return the deliveries of these effects, by their numbers, as far as they have one."""
        ...

    def deliveries_in(
        self, state: DeliveryState, *, courier: Courier | None = None, after: int = 0, limit: int
    ) -> tuple[Delivery, ...]:
        """Return deliveries that have come this far, by the numbers of their effects."""
        ...

    def count_deliveries(self) -> Mapping[tuple[Courier, DeliveryState], int]:
        """Return how many deliveries of each courier have come how far."""
        ...
