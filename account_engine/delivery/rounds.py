"""Rounds: a courier is sent out with what is due, and what came of each parcel is written down.

At least once: a parcel is claimed, carried and settled; whoever dies in between leaves it claimed
until its lease is over. Within a round parcels are carried one by one, or a few at once where the
courier has several hands, and each is made of what the account knows at that moment.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from account_engine.clock import Clock
from account_engine.delivery.port import Carry, Courier
from account_engine.outgoing.deliveries import (
    Courier as Name,
)
from account_engine.outgoing.deliveries import (
    Deferred,
    Delivery,
    DeliveryState,
    Outcome,
    Patience,
    Withheld,
)
from account_engine.whereabouts import Witness

if TYPE_CHECKING:
    from account_engine.account import Account
    from account_engine.outgoing.packing import Packer
    from account_engine.outgoing.parcels import Parcel
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
        with ExitStack() as stack, _hands(courier.hands) as hands:
            carries = [stack.enter_context(courier.round()) for _ in range(courier.hands)]
            trip = _Trip(self.account.packer(name), carries, hands, self.clock, shown)
            for delivery in claimed:
                while not trip.has_room:
                    counts += self._heard(name, trip)
                if self.stopped() or trip.now() + courier.lease > until:
                    self.account.release(delivery, now)
                    continue
                parcel = trip.packer.parcel(delivery)
                if isinstance(parcel, Withheld):
                    counts += self._settled(name, delivery, parcel, "", trip)
                    continue
                while trip.is_on_its_way_to(parcel.message.contact):  # one after the other
                    counts += self._heard(name, trip)
                if (way := _way(parcel)) in trip.stuck:
                    self.account.release(delivery, trip.stuck[way])
                else:
                    trip.set_out(parcel)
            while trip.carried:
                counts += self._heard(name, trip)
        return counts

    def _heard(self, name: Name, trip: _Trip) -> Counter[DeliveryState]:
        """Wait for a parcel that is on its way; return how far those that were have come."""
        counts: Counter[DeliveryState] = Counter()
        for parcel, outcome in trip.back():
            counts += self._settled(name, parcel.delivery, outcome, _way(parcel), trip)
        return counts

    def _settled(
        self, name: Name, delivery: Delivery, outcome: Outcome, way: str, trip: _Trip
    ) -> Counter[DeliveryState]:
        """Write what came of a delivery; return how far it has come, if nobody else knew."""
        now = trip.now()
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
            return Counter()
        if settled.next is not None:
            said["again_in"] = settled.next - now
            if isinstance(outcome, Deferred) and outcome.stuck:
                trip.stuck[way] = settled.next
        LOG.log(
            _LEVELS[settled.state],
            _WORDS[settled.state],
            extra={"said": {**said, "why": settled.detail}},
        )
        return Counter([settled.state])


def _way(parcel: Parcel) -> str:
    """Return what is stuck if a parcel is: an endpoint, or the one mail server."""
    return parcel.message.resource if parcel.delivery.courier is Name.HTTP else ""


def _hands(count: int) -> Executor:
    return ThreadPoolExecutor(count, "courier") if count > 1 else _OwnHands()


class _OwnHands(Executor):
    """Whoever asks does it, at once."""

    def submit(self, do: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:  # noqa: ANN401
        """Do it, and return what has come of it."""
        done: Future[Any] = Future()
        done.set_result(do(*args, **named))
        return done


@dataclass
class _Trip:
    """A courier on its way with what was claimed for it.

    Nothing is known of the other side before it has answered: the first parcel goes alone.

    Attributes:
        packer: What makes parcels of deliveries.
        idle: What carries them, where it has nothing to carry.
        hands: Who carries.
        clock: What knows the time.
        shown: What the account's clock showed at the beginning.
        carried: What is being carried, and by what.
        stuck: Until when nothing goes a way, by the way.
        answers: Whether the other side has taken or refused anything.
    """

    packer: Packer
    idle: list[Carry]
    hands: Executor
    clock: Clock
    shown: Instant
    carried: dict[Future[Outcome], tuple[Parcel, Carry]] = field(default_factory=dict)
    stuck: dict[str, Instant] = field(default_factory=dict)
    answers: bool = False

    def now(self) -> Instant:
        """Return the time: an account's never runs backwards."""
        return max(self.clock.now(), self.shown)

    @property
    def has_room(self) -> bool:
        """Whether one more parcel can be carried."""
        return bool(self.idle) and (self.answers or not self.carried)

    def is_on_its_way_to(self, contact: int) -> bool:
        """Whether something is being carried to a contact."""
        return any(parcel.message.contact == contact for parcel, _ in self.carried.values())

    def set_out(self, parcel: Parcel) -> None:
        """Let a parcel be carried."""
        carry = self.idle.pop()
        self.carried[self.hands.submit(_outcome, carry, parcel, self.now())] = (parcel, carry)

    def back(self) -> Iterator[tuple[Parcel, Outcome]]:
        """Wait until something was carried; yield what came of each."""
        for done in wait(self.carried, return_when=FIRST_COMPLETED).done:
            parcel, carry = self.carried.pop(done)
            self.idle.append(carry)
            outcome = done.result()
            self.answers |= not (isinstance(outcome, Deferred) and outcome.stuck)
            yield parcel, outcome


def _outcome(carry: Carry, parcel: Parcel, now: Instant) -> Outcome:
    """Carry a parcel; a mistake of ours with one stops no other."""
    try:
        return carry(parcel, now)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        said = {"message": parcel.delivery.effect, "why": why}
        LOG.exception("this is a bug in cpt", extra={"said": said})
        return Deferred(f"this is a bug in cpt: {why}")
