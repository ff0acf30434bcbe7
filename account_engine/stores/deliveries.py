"""A store's verbs for what becomes of effects outside: `account_engine.stores.ports.deliveries`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from account_engine.effects import Identity
from account_engine.outgoing.deliveries import (
    CARRIES,
    Courier,
    CourierRow,
    Delivery,
    DeliveryState,
    Dispatch,
)
from account_engine.position import Instant
from account_engine.stores.rows import GREATEST, Row, Rows, unwritten, written

_DELIVERY = "effect, courier, state, attempts, since, next, at, detail"

_KINDS = {courier: ", ".join(f"'{kind}'" for kind in kinds) for courier, kinds in CARRIES.items()}


class DeliveryVerbs(Rows):
    """What becomes of effects outside."""

    # --- from where

    def set_incarnation(self, incarnation: str) -> None:
        """See `DeliveryStore.set_incarnation`."""
        self.run(
            "UPDATE accounts SET incarnation = :incarnation WHERE account = :account",
            incarnation=incarnation,
        )

    def dispatch(self) -> Dispatch | None:
        """See `DeliveryStore.dispatch`."""
        row = self.one("SELECT place, rounds, key FROM dispatch WHERE account = :account")
        return Dispatch(*row) if row else None

    def put_dispatch(self, dispatch: Dispatch) -> None:
        """See `DeliveryStore.put_dispatch`."""
        self.run(
            "INSERT INTO dispatch (account, place, rounds, key) "
            "VALUES (:account, :place, :rounds, :key) ON CONFLICT (account) DO UPDATE "
            "SET place = excluded.place, rounds = excluded.rounds, key = excluded.key",
            **asdict(dispatch),
        )

    # --- couriers

    def couriers(self) -> tuple[CourierRow, ...]:
        """See `DeliveryStore.couriers`."""
        rows = self.run(
            "SELECT name, is_on, settings, taken FROM couriers WHERE account = :account "
            "ORDER BY name"
        )
        return tuple(
            CourierRow(Courier(name), bool(is_on), unwritten(settings), taken)
            for name, is_on, settings, taken in rows
        )

    def put_courier(self, row: CourierRow) -> None:
        """See `DeliveryStore.put_courier`."""
        self.run(
            "INSERT INTO couriers (account, name, is_on, settings, taken) "
            "VALUES (:account, :name, :is_on, :settings, :taken) "
            "ON CONFLICT (account, name) DO UPDATE "
            "SET is_on = excluded.is_on, settings = excluded.settings, taken = excluded.taken",
            name=str(row.courier),
            is_on=int(row.is_on),
            settings=written(row.settings),
            taken=row.taken,
        )

    # --- deliveries

    def number_of_effect(self, identity: Identity) -> int | None:
        """See `DeliveryStore.number_of_effect`."""
        row = self.one(
            "SELECT seq FROM effects WHERE account = :account AND contact = :contact "
            "AND campaign = :campaign AND step = :step AND entry = :entry",
            **asdict(identity),
        )
        return int(row[0]) if row else None

    def take_up(self, courier: Courier, now: Instant, limit: int) -> int:
        """See `DeliveryStore.take_up`.

        Numbers are given out before what they are for is written, and by several at once: only
        when nobody else is writing is it known that no smaller one is still to come.
        """
        alone = self.is_only_writer()
        rows = self.run(
            "SELECT seq FROM effects WHERE account = :account "
            f"AND kind IN ({_KINDS[courier]}) "
            "AND seq > (SELECT taken FROM couriers WHERE account = :account AND name = :courier) "
            "AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.account = effects.account "
            "AND deliveries.effect = effects.seq) ORDER BY seq LIMIT :limit",
            courier=str(courier),
            limit=limit,
        )
        self.run_all(
            f"INSERT INTO deliveries (account, {_DELIVERY}) VALUES (:account, :effect, :courier, "
            "'pending', 0, :now, :now, NULL, '') ON CONFLICT (account, effect) DO NOTHING",
            [{"effect": seq, "courier": str(courier), "now": now} for (seq,) in rows],
        )
        if alone:
            newest = "SELECT max(seq) FROM effects WHERE account = :account"
            ((last,),) = [rows[-1]] if len(rows) == limit else self.run(newest)
            self.run(
                "UPDATE couriers SET taken = :last "
                "WHERE account = :account AND name = :courier AND taken < :last",
                last=last or 0,
                courier=str(courier),
            )
        return len(rows)

    def claim_deliveries(
        self, courier: Courier, now: Instant, until: Instant, limit: int
    ) -> tuple[Delivery, ...]:
        """See `DeliveryStore.claim_deliveries`."""
        rows = self.run(
            f"SELECT {_DELIVERY} FROM deliveries WHERE account = :account AND courier = :courier "
            "AND next <= :now ORDER BY next, effect LIMIT :limit "
            f"{self.claimed('deliveries')}",
            courier=str(courier),
            now=now,
            limit=limit,
        )
        claimed = [_delivery(row, more=1, until=until) for row in rows]
        self.run_all(
            "UPDATE deliveries SET attempts = :attempts, next = :next "
            "WHERE account = :account AND effect = :effect",
            [{"attempts": d.attempts, "next": d.next, "effect": d.effect} for d in claimed],
        )
        return tuple(claimed)

    def settle_delivery(self, delivery: Delivery, *, was: DeliveryState, tried: int) -> bool:
        """See `DeliveryStore.settle_delivery`."""
        return (
            self.run_all(
                "UPDATE deliveries SET state = :state, attempts = :attempts, next = :next, "
                "at = :at, detail = :detail WHERE account = :account AND effect = :effect "
                "AND state = :was AND (:state <> 'pending' OR attempts = :tried)",
                [
                    {
                        "effect": delivery.effect,
                        "state": str(delivery.state),
                        "attempts": delivery.attempts,
                        "was": str(was),
                        "tried": tried,
                        "next": delivery.next,
                        "at": delivery.at,
                        "detail": delivery.detail,
                    }
                ],
            )
            > 0
        )

    def put_off(self, courier: Courier, resource: int | None, until: Instant) -> None:
        """See `DeliveryStore.put_off`."""
        same_way = (
            ""
            if resource is None
            else "AND effect IN (SELECT seq FROM effects "
            "WHERE account = :account AND resource = :resource)"
        )
        self.run(
            "UPDATE deliveries SET next = :until WHERE account = :account "
            f"AND courier = :courier AND next < :until {same_way}",
            courier=str(courier),
            until=until,
            **({} if resource is None else {"resource": resource}),
        )

    def revive(self, numbers: Iterable[int], now: Instant) -> int:
        """See `DeliveryStore.revive`."""
        return self.run_all(
            "UPDATE deliveries SET state = 'pending', attempts = 0, since = :now, next = :now, "
            "at = NULL WHERE account = :account AND effect = :effect AND state = 'failed'",
            [{"effect": number, "now": now} for number in numbers],
        )

    def next_delivery(self, courier: Courier) -> Instant | None:
        """See `DeliveryStore.next_delivery`."""
        ((found,),) = self.run(
            "SELECT min(next) FROM deliveries WHERE account = :account AND courier = :courier "
            "AND next IS NOT NULL",
            courier=str(courier),
        )
        return None if found is None else int(found)

    def deliveries(self, numbers: Iterable[int]) -> Mapping[int, Delivery]:
        """See `DeliveryStore.deliveries`."""
        rows = self.run(
            f"SELECT {_DELIVERY} FROM deliveries WHERE account = :account AND effect IN "
            f"(SELECT CAST(each.value AS BIGINT) FROM {self.each('numbers')}) ORDER BY effect",
            numbers=written([number for number in numbers if number <= GREATEST]),
        )
        return {delivery.effect: delivery for delivery in map(_delivery, rows)}

    def deliveries_in(
        self, state: DeliveryState, *, courier: Courier | None = None, after: int = 0, limit: int
    ) -> tuple[Delivery, ...]:
        """See `DeliveryStore.deliveries_in`."""
        rows = self.run(
            f"SELECT {_DELIVERY} FROM deliveries WHERE account = :account AND state = :state "
            "AND courier LIKE :courier AND effect > :after ORDER BY effect LIMIT :limit",
            state=str(state),
            courier="%" if courier is None else str(courier),
            after=after,
            limit=limit,
        )
        return tuple(_delivery(row) for row in rows)

    def count_deliveries(self) -> Mapping[tuple[Courier, DeliveryState], int]:
        """See `DeliveryStore.count_deliveries`."""
        rows = self.run(
            "SELECT courier, state, count(*) FROM deliveries WHERE account = :account "
            "GROUP BY courier, state ORDER BY courier, state"
        )
        return {(Courier(name), DeliveryState(state)): int(n) for name, state, n in rows}


def _delivery(row: Row, *, more: int = 0, until: Instant | None = None) -> Delivery:
    effect, courier, state, attempts, since, following, at, detail = row
    return Delivery(
        effect,
        Courier(courier),
        DeliveryState(state),
        attempts + more,
        since,
        following if until is None else until,
        at,
        detail,
    )
