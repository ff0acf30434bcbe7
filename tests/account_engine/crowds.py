"""Crowds: a shop with many contacts on their way, and what is told of them afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from account_engine.account import Account
from account_engine.events import Event
from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from tests.account_engine.conftest import DAY, START, Shop, furnished

CROWD = 40
END = START + 10 * DAY

ONE_BY_ONE, IN_WAVES = 1_000, 3
"""How many have to be due at one place before they are moved together (`AccountWork.worth`)."""

Told: TypeAlias = Mapping[str, Sequence[tuple[object, ...]]]


@contextmanager
def crowded(location: str, apart: int = 0) -> Iterator[Shop]:
    """A shop with a crowd on its way: half of them have attended, some opted out.

    Args:
        location: Where.
        apart: How many seconds after one another they came.
    """
    identity = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
    with furnished(location, create_store(location, identity)) as shop:
        with shop.account.together():
            people = [shop.registered(f"P{number}") for number in range(0 if apart else CROWD)]
        for number in range(CROWD if apart else 0):
            people.append(shop.registered(f"P{number}"))
            shop.account.tick(START + number * apart)
        for number, person in enumerate(people):
            if number % 2:
                shop.account.receive(person.id, Event("tag-applied", {"tag": f"#{shop.attended}"}))
            if number % 5 == 0:
                shop.account.receive(person.id, Event("opted-out"))
        yield shop


def told(account: Account) -> Told:
    """What happened to everybody, by address, and what was sent to them."""
    sent = account.outbox()
    return {
        str(contact.values["email"]): [
            *((one.at, one.what, one.node, one.why) for one in account.timeline(contact.id)),
            *sorted((one.kind, one.subject) for one in sent if one.contact == contact.id),
        ]
        for contact in account.contacts()
    }


def told_alone(location: str, apart: int = 0) -> tuple[Told, int]:
    """What one process tells that has done all of it, and how many timers it was."""
    with crowded(location, apart) as shop:
        turns = shop.account.tick(END).turns
        return told(shop.account), turns
