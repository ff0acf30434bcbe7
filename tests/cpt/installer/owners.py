"""An owner of an account with a life, in a file or a database, and what they do with packages."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from account_engine.account import Account as Engine
from account_engine.events import Event
from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from cpt.accounts.embedded import EmbeddedAccount
from cpt.installer.applying.apply import apply
from cpt.installer.choices import read_choices
from cpt.installer.plan import Plan
from cpt.installer.preparing import prepare, rolling_back
from cpt.installer.record.snapshot import read_record
from cpt.installer.request import Chosen, installing, uninstalling
from cpt.installer.status import status
from package_format.package import Package
from tests.kept_plans import shows_the_same

DAY = 86_400
START = 1_772_442_000  # 2026-03-02T09:00Z, a Monday
FEATURES = ("api", "email", "web-forms")


def make_account(location: str) -> None:
    """Make an account in which there are two contacts."""
    identity = Identity(f"account at {location}", "first", "School", FEATURES, "UTC", START)
    with Engine(create_store(location, identity)) as new:
        for number in range(2):
            new.add_contact({"email": f"c{number}@example.com"})


class Owner:
    """An account, and short words for what its owner and one of the contacts do."""

    def __init__(self, account: EmbeddedAccount) -> None:
        """Own an account."""
        self.account = account

    # --- packages

    def plan(
        self,
        *packages: Package,
        contacts: tuple[str, ...] = (),
        keep: tuple[str, ...] = (),
        take: tuple[str, ...] = (),
        enrol: tuple[str, ...] = (),
    ) -> Plan:
        """Plan to install packages, or to upgrade to them; what others need is not asked for."""
        needed = {name for each in packages for name in each.manifest.dependencies}
        chosen = [
            Chosen(each, f"sha256:{each}", None if each.name in needed else "*")
            for each in packages
        ]
        request = installing(read_record(self.account), chosen, "install")
        choices = read_choices(contacts=contacts, keep=keep, take=take, enrol=enrol)
        plan = prepare(self.account, request, choices, self._next())
        return shows_the_same(plan, self.account)

    def install(
        self,
        *packages: Package,
        contacts: tuple[str, ...] = (),
        keep: tuple[str, ...] = (),
        take: tuple[str, ...] = (),
        enrol: tuple[str, ...] = (),
    ) -> Plan:
        """Plan and apply."""
        plan = self.plan(*packages, contacts=contacts, keep=keep, take=take, enrol=enrol)
        apply(plan, self.account)
        assert status(self.account).is_clean
        return plan

    def plan_back(self, keep: tuple[str, ...] = (), take: tuple[str, ...] = ()) -> Plan:
        """Plan to go back to before the newest revision."""
        choices = read_choices(keep=keep, take=take)
        plan = prepare(self.account, rolling_back(self.account), choices, self._next())
        return shows_the_same(plan, self.account)

    def roll_back(self) -> Plan:
        """Go back to before the newest revision."""
        plan = self.plan_back()
        apply(plan, self.account)
        assert status(self.account).is_clean
        return plan

    def uninstall(self, name: str, contacts: tuple[str, ...] = ()) -> Plan:
        """Plan to take a package out, and apply that."""
        request = uninstalling(read_record(self.account), [name], "uninstall")
        plan = prepare(self.account, request, read_choices(contacts=contacts), self._next())
        apply(plan, self.account)
        assert status(self.account).is_clean
        return plan

    def edit(self, address: str, change: Callable[[Any], object]) -> None:
        """Change a packaged resource by hand.

        Args:
            address: Its full address.
            change: Changes its data in place.
        """
        number = self.number(address)
        live = self.account.object(number)
        assert live is not None
        data = copy.deepcopy(live.data)
        change(data)
        self.account.edit(number, data)

    def number(self, address: str) -> int:
        """Return the id of a packaged resource."""
        return int(read_record(self.account).objects[address].object[1:])

    def _next(self) -> str:
        return f"plan-{len(self.account.revisions())}"

    # --- life

    @property
    def contact(self) -> int:
        """The contact to whom everything happens; nothing ever happens to the other."""
        return self.account.contacts()[0].id

    def submit(self, form: str) -> None:
        """Let the contact send in a packaged form."""
        event = Event("web-form-submitted", {"form": f"#{self.number(form)}"})
        self.account.submit(self.contact, event)

    def call(self, integration: str, call: str) -> None:
        """Let a program achieve an API goal for the contact."""
        self.account.submit(
            self.contact, Event("api-called", {"integration": integration, "call": call})
        )

    def later(self, days: int) -> None:
        """Let days pass."""
        self.account.tick(self.account.info.now + days * DAY)

    @property
    def standing(self) -> list[str]:
        """Where the contact stands: ``Course: greet.nudge``."""
        titles = {each.id: each.label for each in self.account.objects_of("campaign")}
        return sorted(
            f"{titles.get(each.campaign, 'gone')}: {each.where}"
            for each in self.account.positions(self.contact)
        )

    @property
    def sent(self) -> list[str]:
        """The subjects of what the contact was sent, in order."""
        return [one.subject for one in self.account.outbox() if one.contact == self.contact]
