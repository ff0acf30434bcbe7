"""Work lists: what is not sent but done by people: letters, faxes, calls, tasks, fulfilment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from account_engine.effects import EffectKind
from account_engine.outgoing.deliveries import Courier, CourierRow, Delivery, DeliveryState
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
        wanted, found = frozenset(kinds), list[Parcel]()
        more: int | None = 0
        while more is not None:
            work, more = self.work(now, witness, after=more, limit=CHUNK)
            found += (parcel for parcel in work if parcel.message.kind in wanted)
        return tuple(found)

    def work(
        self, now: Instant, witness: Witness, *, after: int, limit: int
    ) -> tuple[tuple[Parcel, ...], int | None]:
        """Return a page of what `worklist` returns, of every kind.

        Args:
            now: The present moment.
            witness: What remembers how far the account has come.
            after: Leave out what was recorded up to this number.
            limit: How much at most.

        Returns:
            The work, and what to ask for `after`; None at the end.

        Raises:
            CopiedAccountError: Likewise.
        """
        self.demand_original(witness)
        with self._store.writing():
            self._settle_in(witness)
            if all(row.courier is not Courier.PEOPLE for row in self._store.couriers()):
                self._store.put_courier(
                    CourierRow(Courier.PEOPLE, is_on=True, settings={}, taken=0)
                )
        self.take_up(Courier.PEOPLE, now)
        packer, found = self.packer(Courier.PEOPLE), list[Parcel]()
        with self._store.reading():
            open_ = self._store.deliveries_in(
                DeliveryState.PENDING, courier=Courier.PEOPLE, after=after, limit=limit
            )
            for delivery in open_:
                recorded = self._store.effect(delivery.effect)
                if recorded is not None:
                    parcel = packer.packed(delivery, recorded)
                    found += [parcel] if isinstance(parcel, Parcel) else []
        return tuple(found), open_[-1].effect if len(open_) == limit else None

    def hand_out(self, deliveries: Iterable[Delivery], now: Instant) -> int:
        """Remember that work was handed out; return how much was not before."""
        with self._store.writing():
            ended = (
                replace(each, state=DeliveryState.DELIVERED, next=None, at=now)
                for each in deliveries
                if each.courier is Courier.PEOPLE
            )
            return sum(
                self._store.settle_delivery(one, was=DeliveryState.PENDING, tried=one.attempts)
                for one in ended
            )
