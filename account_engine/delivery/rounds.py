"""Rounds: a courier is sent out with what is due, and what came of each parcel is written down.

At least once: a parcel is claimed, carried and settled; whoever dies in between leaves it claimed
until its lease is over. Within a round parcels are carried one by one, and each is made of what the
account knows at that moment.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from account_engine.clock import Clock
from account_engine.deliveries import (
    Courier as Name,
)
from account_engine.deliveries import (
    Deferred,
    Delivery,
    DeliveryState,
    Outcome,
    Patience,
    Withheld,
)
from account_engine.delivery.port import Carry, Courier
from account_engine.whereabouts import Witness

if TYPE_CHECKING:
    from account_engine.account import Account
    from account_engine.packing import Packer
    from account_engine.position import Instant

LOG = logging.getLogger("account_engine.delivery")

ROUND = 100
"""How many parcels are claimed at once: one connection, and one note of the witness, for all."""

_LEVELS = {
    DeliveryState.DELIVERED: logging.INFO,
    DeliveryState.PENDING: logging.WARNING,
    DeliveryState.WITHHELD: logging.INFO,
    DeliveryState.FAILED: logging.ERROR,
}
_WORDS = {
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.PENDING: "will be tried again",
    DeliveryState.WITHHELD: "withheld",
    DeliveryState.FAILED: "failed",
}


@dataclass(frozen=True)
class Rounds:
    """Sends couriers out.

    Attributes:
        account: Whose effects they carry.
        couriers: Those that are switched on.
        clock: What knows the time.
        witness: What remembers the account.
        dice: Returns a number from 0 up to 1, by chance.
        patience: How long and how often something is tried.
        stopped: Says whether to stop after the parcel that is being carried.
    """

    account: Account
    couriers: Mapping[Name, Courier]
    clock: Clock
    witness: Witness
    dice: Callable[[], float]
    patience: Patience = field(default_factory=Patience)
    stopped: Callable[[], bool] = bool

    def deliver(self) -> Counter[DeliveryState]:
        """Deliver all that is due; return how many parcels have come how far."""
        counts: Counter[DeliveryState] = Counter()
        while more := self.round():
            counts += more
        return counts

    def round(self) -> Counter[DeliveryState]:
        """Send each courier out once; return how many parcels have come how far."""
        counts: Counter[DeliveryState] = Counter()
        for name, courier in self.couriers.items():
            if not self.stopped():
                counts += self._round(name, courier)
        return counts

    def _round(self, name: Name, courier: Courier) -> Counter[DeliveryState]:
        """Carry some; return how far they have come, nothing if none was due."""
        shown = self.account.clock()
        now = max(self.clock.now(), shown)
        self.account.take_up(name, now)
        until = now + 2 * courier.lease
        claimed = self.account.claim(name, now, until, ROUND, self.witness)
        counts: Counter[DeliveryState] = Counter()
        if not claimed:
            return counts
        with courier.round() as carry:
            trip = _Trip(self.account.packer(name), carry, self.clock, shown)
            for delivery in claimed:
                if self.stopped() or trip.now() + courier.lease > until:
                    self.account.release(delivery, now)
                    continue
                outcome, way = trip.carried(delivery)
                if outcome is None:
                    self.account.release(delivery, trip.stuck[way])
                    continue
                settled = self._settled(name, delivery, outcome, trip.now())
                if settled is None:
                    continue
                counts[settled.state] += 1
                if isinstance(outcome, Deferred) and outcome.stuck and settled.next is not None:
                    trip.stuck[way] = settled.next
        return counts

    def _settled(
        self, name: Name, delivery: Delivery, outcome: Outcome, now: Instant
    ) -> Delivery | None:
        settled = self.account.settle(
            delivery, outcome, now, patience=self.patience, spread=self.dice()
        )
        said = {
            "courier": str(name),
            "message": delivery.effect,
            "attempt": delivery.attempts,
        }
        if settled is None:
            LOG.warning("settled by another process", extra={"said": said})
            return None
        if settled.next is not None:
            said["again_in"] = settled.next - now
        LOG.log(
            _LEVELS[settled.state],
            _WORDS[settled.state],
            extra={"said": {**said, "why": settled.detail}},
        )
        return settled


@dataclass(frozen=True)
class _Trip:
    """A courier on its way with what was claimed for it.

    Attributes:
        packer: What makes parcels of deliveries.
        carry: What carries them.
        clock: What knows the time.
        shown: What the account's clock showed at the beginning.
        stuck: Until when nothing goes a way, by the way.
    """

    packer: Packer
    carry: Carry
    clock: Clock
    shown: Instant
    stuck: dict[str, Instant] = field(default_factory=dict)

    def now(self) -> Instant:
        """Return the time: an account's never runs backwards."""
        return max(self.clock.now(), self.shown)

    def carried(self, delivery: Delivery) -> tuple[Outcome | None, str]:
        """Carry one parcel, unless its way is stuck; return what came of it, and the way."""
        parcel = self.packer.parcel(delivery)
        if isinstance(parcel, Withheld):
            return parcel, ""
        way = parcel.message.resource if delivery.courier is Name.HTTP else ""
        if way in self.stuck:
            return None, way
        try:
            return self.carry(parcel, self.now()), way
        except Exception as error:  # a mistake of ours with one parcel stops no other
            why = f"{type(error).__name__}: {error}"
            said = {"message": delivery.effect, "why": why}
            LOG.exception("this is a bug in cpt", extra={"said": said})
            return Deferred(f"this is a bug in cpt: {why}"), way
