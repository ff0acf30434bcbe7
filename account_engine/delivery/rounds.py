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

LOG = logging.getLogger("account_engine.delivery")

ROUND = 20
"""How many parcels are claimed at once."""

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
                self.account.take_up(name, self._now())
                counts += self._round(name, courier)
        return counts

    def _now(self) -> int:
        """Return the time: an account's never runs backwards."""
        return max(self.clock.now(), self.account.clock())

    def _round(self, name: Name, courier: Courier) -> Counter[DeliveryState]:
        """Carry some; return how far they have come, nothing if none was due."""
        now = self._now()
        until = now + 2 * courier.lease
        claimed = self.account.claim(name, now, until, ROUND, self.witness)
        counts: Counter[DeliveryState] = Counter()
        if not claimed:
            return counts
        stuck: dict[str, int] = {}
        with courier.round() as carry:
            for delivery in claimed:
                if self.stopped() or self._now() + courier.lease > until:
                    self.account.release(delivery, now)
                    continue
                outcome, way = self._carried(delivery, carry, stuck)
                if outcome is None:
                    self.account.release(delivery, stuck[way])
                    continue
                settled = self._settled(name, delivery, outcome)
                if settled is None:
                    continue
                counts[settled.state] += 1
                if isinstance(outcome, Deferred) and outcome.stuck and settled.next is not None:
                    stuck[way] = settled.next
        return counts

    def _carried(
        self, delivery: Delivery, carry: Carry, stuck: Mapping[str, int]
    ) -> tuple[Outcome | None, str]:
        """Carry one parcel, unless its way is stuck; return what came of it, and the way."""
        parcel = self.account.parcel(delivery)
        if isinstance(parcel, Withheld):
            return parcel, ""
        way = parcel.message.resource if delivery.courier is Name.HTTP else ""
        if way in stuck:
            return None, way
        try:
            return carry(parcel, self._now()), way
        except Exception as error:  # a mistake of ours with one parcel stops no other
            why = f"{type(error).__name__}: {error}"
            said = {"message": delivery.effect, "why": why}
            LOG.exception("this is a bug in cpt", extra={"said": said})
            return Deferred(f"this is a bug in cpt: {why}"), way

    def _settled(self, name: Name, delivery: Delivery, outcome: Outcome) -> Delivery | None:
        settled = self.account.settle(
            delivery, outcome, self._now(), patience=self.patience, spread=self.dice()
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
            said["again_in"] = settled.next - self._now()
        LOG.log(
            _LEVELS[settled.state],
            _WORDS[settled.state],
            extra={"said": {**said, "why": settled.detail}},
        )
        return settled
