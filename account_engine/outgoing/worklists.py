"""Work lists: what is not sent but done by people: letters, faxes, calls, tasks, fulfilment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from account_engine.effects import EffectKind
from account_engine.outgoing.deliveries import Courier, CourierRow, DeliveryState
from account_engine.outgoing.dispatch import CHUNK, AccountDispatch
from account_engine.outgoing.parcels import Parcel
from account_engine.position import Instant
from account_engine.whereabouts import Witness


class AccountWorklists(AccountDispatch):
    """The part of an account that people work for; see `account_engine.account.Account`."""

    def worklist(
        self, kinds: Iterable[EffectKind], now: Instant, witness: Witness
    ) -> tuple[Parcel, ...]:
        """Return what people have to do and was not handed out to them yet, in order.

        Raises:
            CopiedAccountError: The account is a copy, which its owner has to confirm first.
        """
        self.demand_original(witness)
        wanted = frozenset(kinds)
        with self._store.writing():
            self._settle_in(witness)
            if all(row.courier is not Courier.PEOPLE for row in self._store.couriers()):
                self._store.put_courier(
                    CourierRow(Courier.PEOPLE, is_on=True, settings={}, taken=0)
                )
        self.take_up(Courier.PEOPLE, now)
        packer, found = self.packer(Courier.PEOPLE), list[Parcel]()
        after, more = 0, True
        while more:
            with self._store.reading():
                open_ = self._store.deliveries_in(
                    DeliveryState.PENDING, courier=Courier.PEOPLE, after=after, limit=CHUNK
                )
                for delivery in open_:
                    recorded = self._store.effect(delivery.effect)
                    if recorded is not None and recorded.effect.kind in wanted:
                        parcel = packer.packed(delivery, recorded)
                        found += [parcel] if isinstance(parcel, Parcel) else []
            after, more = (open_[-1].effect, True) if len(open_) == CHUNK else (after, False)
        return tuple(found)

    def hand_out(self, parcels: Iterable[Parcel], now: Instant) -> int:
        """Remember that work was handed out; return how much was not before."""
        with self._store.writing():
            ended = (
                replace(each.delivery, state=DeliveryState.DELIVERED, next=None, at=now)
                for each in parcels
            )
            return sum(
                self._store.settle_delivery(one, was=DeliveryState.PENDING, tried=one.attempts)
                for one in ended
            )
