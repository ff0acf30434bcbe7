"""What a plan's packages need that no plan holds: the values of their secrets, and where they are.

A value that was given goes into the keyring once the plan is applied, for an account that delivers
from here. An account at an address delivers where it is, and learns no secret from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from account_engine.delivery.settings import variable
from cpt.accounts.embedded import EmbeddedAccount
from cpt.accounts.port import Account
from cpt.accounts.secret_values import keep_value, secret_name, value_of
from cpt.installer.plan import Plan
from cpt.installer.record.snapshot import record_of
from package_format.kinds.model import Json

_RUN = "'cpt account run'"


@dataclass(frozen=True)
class SecretValues:
    """The secrets of a plan's packages.

    Attributes:
        account: The account.
        given: The values that were given, by the secret's name.
    """

    account: Account
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    _said: set[str] = field(default_factory=set, repr=False)

    @property
    def is_here(self) -> bool:
        """Whether what is kept here is found by what delivers."""
        return isinstance(self.account, EmbeddedAccount)

    def foretold(self, plan: Plan) -> Iterator[str]:
        """Yield what to know of each secret before the plan is applied."""
        for name in self._names(plan):
            if name in self.given and self.is_here:
                called = _called(name)
                yield f"the value of {called} goes into your keyring, if there is one, for {_RUN}"
            else:
                for said in self._missing(name):
                    self._said.add(said)
                    yield said

    def unplanned(self, plan: Plan) -> Iterator[str]:
        """Yield what to know of each secret where a plan is made, and nothing applied."""
        for name in self._names(plan):
            if name in self.given:
                yield (
                    f"no plan holds the value of {_called(name)}: "
                    f"set {variable(name)} before {_RUN}"
                )
            else:
                yield from self._missing(name)

    def kept(self, plan: Plan) -> Iterator[str]:
        """Keep what was given, and yield where each secret is, or how to give it.

        What was foretold in the same words is not said again.
        """
        account = self.account.info.id
        for name in self._names(plan):
            if name not in self.given or not self.is_here:
                yield from (said for said in self._missing(name) if said not in self._said)
            elif keep_value(account, name, self.given[name]):
                yield (
                    f"the value of {_called(name)} is in your keyring, for {_RUN} as you, here; "
                    f"elsewhere set {variable(name)}"
                )
            else:
                yield (
                    f"there is no keyring here to keep the value of {_called(name)} in: "
                    f"set {variable(name)} before {_RUN}"
                )

    def data(self, plan: Plan) -> list[Json]:
        """Return the secrets as JSON values: names, and whether a value is known here."""
        account = self.account.info.id
        return [
            {
                "name": name.removeprefix("secret:"),
                "variable": variable(name),
                "known": value_of(account, name) is not None if self.is_here else None,
            }
            for name in self._names(plan)
        ]

    def _missing(self, name: str) -> Iterator[str]:
        if not self.is_here:
            yield f"{_called(name)} stays here: set {variable(name)} where the account's {_RUN} is"
        elif value_of(self.account.info.id, name) is None:
            yield f"{_called(name)} has no value here: set {variable(name)} before {_RUN}"

    def _names(self, plan: Plan) -> list[str]:
        """The secrets of the packages that move, and those that were given."""
        packages = record_of(plan.change_set.record).packages
        found = dict.fromkeys(self.given)
        for step in plan.packages:
            moved = packages.get(step.name)
            for key, value in (moved.parameters if moved else {}).items():
                if value == secret_name(step.name, key):
                    found[value] = None
        return list(found)


def _called(name: str) -> str:
    return f"the secret {name.removeprefix('secret:')}"
