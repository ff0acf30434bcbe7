"""Every store there is, and a small shop in it: an account with a campaign."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from account_engine.account import Account
from account_engine.changing.changes import ChangeSet, Operation, Reliance
from account_engine.contacts import Contact
from account_engine.events import Event
from account_engine.position import Instant
from account_engine.stores.locations import create_store, random_id
from account_engine.stores.port import Store
from account_engine.stores.records import Identity
from account_engine.stores.rows import Rows
from account_engine.stores.schema import table_names

DAY = 86_400
START = 1_772_442_000  # 2026-03-02T09:00Z, a Monday


def in_file(request: pytest.FixtureRequest) -> str:
    """Return where an account in a file can be made."""
    folder: Path = request.getfixturevalue("tmp_path")
    return str(folder / "shop.account")


def in_database(request: pytest.FixtureRequest) -> str:
    """Return where an account in a database can be made, beside those of other tests."""
    return f"{request.getfixturevalue('database')}#{random_id()}"


STORES: Mapping[str, Callable[[pytest.FixtureRequest], str]] = {
    "sqlite": in_file,
    "postgres": in_database,
}
"""Where a store of each sort is made: adding a store is adding a row."""


@pytest.fixture(params=STORES)
def location(request: pytest.FixtureRequest) -> str:
    """Where an account can be made, in each sort of store."""
    return STORES[request.param](request)


class DyingStore:
    """A store that raises at its n-th write, as if the process had been told to stop there."""

    WRITES = ("put_", "delete_", "drop_", "save", "add_", "set_", "take_", "unite_", "enrol_")

    def __init__(self, store: object, at: int) -> None:
        self._store, self.left = store, at

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        verb = getattr(self._store, name)
        if not name.startswith(self.WRITES):
            return verb

        def dying(*arguments: object, **named: object) -> object:
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            return verb(*arguments, **named)

        return dying


@dataclass
class Shop:
    """An account, and the ids of what it holds.

    The campaign: whoever sends in the form gets `welcome` at once, `nudge` after two days and a
    task after two more; the tag `attended` ends that, and leads to `pitch` after a day.
    """

    location: str
    store: Store
    account: Account
    attended: int
    interest: int
    welcome: int
    nudge: int
    pitch: int
    form: int
    task: int
    campaign: int = 0

    def flow(
        self,
        *,
        remind: Sequence[Mapping[str, Any]] | None = None,
        title: str = "Follow-up",
        goals: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the campaign's data, with other steps in `remind` or more goals."""
        steps = remind or [
            {"key": "confirm", "action": {"send-email": {"email": f"#{self.welcome}"}}},
            {
                "key": "nudge",
                "wait": {"for": "2 days"},
                "action": {"send-email": {"email": f"#{self.nudge}"}},
            },
            {
                "key": "call",
                "wait": {"for": "2 days"},
                "action": {"create-task": {"task": f"#{self.task}", "due": "1 day"}},
            },
        ]
        pitch = {
            "key": "offer",
            "wait": {"for": "1 day"},
            "action": {"send-email": {"email": f"#{self.pitch}"}},
        }
        return {
            "title": title,
            "goals": {
                "registered": {"when": [{"web-form-submitted": {"form": f"#{self.form}"}}]},
                "attended": {
                    "when": [{"tag-applied": {"tag": f"#{self.attended}"}}],
                    "after": ["remind"],
                },
                **(goals or {}),
            },
            "sequences": {
                "remind": {"after": ["registered"], "steps": list(steps)},
                "pitch": {"after": ["attended"], "steps": [pitch]},
            },
        }

    def contact(self, name: str = "Ada", **values: str) -> Contact:
        """Add a contact with an address."""
        address = {"first_name": name, "email": f"{name.lower()}@example.com"}
        return self.account.add_contact({**address, **values})

    def registered(self, name: str = "Ada") -> Contact:
        """Add a contact who sends in the form at once."""
        contact = self.contact(name)
        self.account.submit(contact.id, self.registration)
        return contact

    @property
    def registration(self) -> Event:
        """The form, sent in."""
        return Event("web-form-submitted", {"form": f"#{self.form}"})

    def later(self, days: float) -> Instant:
        """Let days pass and return the new time."""
        return self.account.tick(self.account.info.now + int(days * DAY)).now

    def at(self) -> dict[str, int]:
        """Say how many contacts stand where in the campaign, in an author's words."""
        return {str(spot.place): spot.contacts for spot in self.account.occupancy(self.campaign)}

    def change_set(
        self,
        *operations: Operation,
        relies: Sequence[Reliance] = (),
        id: str = "plan-1",  # noqa: A002
        record: object = None,
        **others: str | None,
    ) -> ChangeSet:
        """Return a change set for the account as it is."""
        info = self.account.info
        return ChangeSet(
            id=id,
            account=str(others.get("account", info.id)),
            incarnation=str(others.get("incarnation", info.incarnation)),
            head=others.get("head", info.head),
            title=f"install {id}",
            relies=tuple(relies),
            operations=operations,
            record=record,
        )

    def dying(self, at: int) -> Account:
        """Return the account as it is for a process that is stopped at its n-th write."""
        return Account(cast("Store", DyingStore(self.store, at)))

    def dump(self) -> tuple[str, ...]:
        """Return everything that stands in the account's tables."""
        return dumped(self.store)


def dumped(store: Store) -> tuple[str, ...]:
    """Return everything that stands in the tables of a store's account."""
    rows = cast("Rows", store)
    with rows.reading():
        return tuple(
            f"{table}: {row}"
            for table in table_names()
            for row in sorted(
                map(repr, rows.run(f"SELECT * FROM {table} WHERE account = :account"))  # noqa: S608
            )
        )


@contextmanager
def furnished(location: str, store: Store) -> Iterator[Shop]:
    """Furnish a new account as the shop is: a published campaign, and no contacts."""
    with Account(store) as account:

        def make(kind: str, **data: object) -> int:
            return account.create_object(kind, data).id

        def email(subject: str) -> int:
            body = "<p>Hello {{ contact.first_name }}</p>"
            return make("email", subject=subject, body=body, **{"from": "shop@example.com"})

        found = Shop(
            location=location,
            store=store,
            account=account,
            attended=make("tag", name="Attended"),
            interest=make("field", name="interest", title="Interest"),
            welcome=email("Welcome"),
            nudge=email("It is tomorrow"),
            pitch=email("An offer"),
            form=make("form", title="Registration", fields=[{"field": "email"}]),
            task=make("task", title="Call {{ contact.first_name }}"),
        )
        found.campaign = account.create_object("campaign", found.flow()).id
        yield found


@pytest.fixture
def shop(location: str) -> Iterator[Shop]:
    """A shop with a published campaign and no contacts, in each sort of store."""
    identity = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
    with furnished(location, create_store(location, identity)) as found:
        yield found
