"""How far messages have come outside of an account: couriers, states, and work for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from account_engine.account import Account
from account_engine.outgoing.deliveries import Courier, Delivery, DeliveryState
from account_engine.outgoing.parcels import Work
from cpt.cli.views.words import counted, iso, moment, rows
from package_format.kinds.model import Json

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount

_SHOWN = (Courier.MAIL, Courier.HTTP)
_MANY = 100_000


def show_couriers(console: Console, account: Account) -> None:
    """Print which couriers are on, what they know, and how far they have come."""
    found, counts = account.couriers(), account.count_deliveries()
    table = rows("COURIER", "", "SETTINGS", "PENDING", "DELIVERED", "FAILED", right=(3, 4, 5))
    for courier in _SHOWN:
        row = found.get(courier)
        settings = row.settings if row else {}
        table.add_row(
            str(courier),
            Text("on", "green") if row and row.is_on else Text("off", "dim"),
            Text("\n".join(f"{name}: {_said(value)}" for name, value in settings.items())),
            *(
                f"{counts.get((courier, state), 0):,}"
                for state in (DeliveryState.PENDING, DeliveryState.DELIVERED, DeliveryState.FAILED)
            ),
        )
    console.print(table)


def _said(value: Json) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def couriers_data(account: Account) -> dict[str, Json]:
    """Return the same as JSON values."""
    found, counts = account.couriers(), account.count_deliveries()
    return {
        "couriers": [
            {
                "courier": str(courier),
                "on": bool(courier in found and found[courier].is_on),
                "settings": found[courier].settings if courier in found else {},
                "deliveries": {
                    str(state): counts.get((courier, state), 0) for state in DeliveryState
                },
            }
            for courier in _SHOWN
        ]
    }


def pending(account: Account) -> int:
    """Return how many deliveries are pending that a courier would carry."""
    counts = account.count_deliveries()
    return sum(counts.get((courier, DeliveryState.PENDING), 0) for courier in _SHOWN)


def failures(account: AnyAccount) -> frozenset[int]:
    """Return the numbers of the messages that could not be delivered."""
    found = account.deliveries_in(DeliveryState.FAILED, limit=_MANY)
    return frozenset(delivery.effect for delivery in found)


def delivery_words(delivery: Delivery | None, zone: str) -> str:
    """Return how far a delivery has come; empty if it was never begun."""
    if delivery is None or delivery.courier is Courier.PEOPLE:
        handed = delivery is not None and delivery.state is DeliveryState.DELIVERED
        return "handed out" if handed else ""
    match delivery.state:
        case DeliveryState.PENDING if delivery.attempts and delivery.next is not None:
            tried = counted(delivery.attempts, "attempt")
            return f"pending after {tried}, next {moment(delivery.next, zone)}: {delivery.detail}"
        case DeliveryState.FAILED | DeliveryState.WITHHELD:
            return f"{delivery.state}: {delivery.detail}"
        case _:
            return str(delivery.state)


def delivery_data(delivery: Delivery | None) -> Json:
    """Return how far a delivery has come as JSON values; None if it was never begun."""
    if delivery is None:
        return None
    return {
        "courier": str(delivery.courier),
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "next": None if delivery.next is None else iso(delivery.next),
        "at": None if delivery.at is None else iso(delivery.at),
        "detail": delivery.detail or None,
    }


def show_worklist(console: Console, work: Sequence[Work], zone: str) -> None:
    """Print what people have to do, a line each."""
    table = rows("#", "WHAT", "SUBJECT", "FOR", "DUE", "TO", right=(0,))
    for one in work:
        message = one.message
        table.add_row(
            str(message.number),
            str(message.kind),
            Text(message.subject),
            Text(message.person or "you"),
            "" if message.due is None else moment(message.due, zone),
            Text(", ".join(message.to.splitlines())),
        )
    console.print(table if work else "There is nothing to be done.")
