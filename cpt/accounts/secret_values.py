"""The values of secrets: what packages and couriers name, and no account, plan or record holds.

They come from the environment, or out of the system's keyring, where each account has its own.
"""

from __future__ import annotations

import os

from account_engine.delivery.settings import variable
from cpt import keyrings

_SERVICE = "cpt secret"
_NAMED = "secret:"


def secret_name(package: str, parameter: str) -> str:
    """Return what stands everywhere in place of a parameter's secret value."""
    return f"{_NAMED}{package}/{parameter}"


def value_of(account: str, name: str) -> str | None:
    """Return a secret's value, if it is known here; the environment goes before the keyring.

    Args:
        account: The account's id.
        name: The secret's name (``secret:acme/hooks/key``).
    """
    found = os.environ.get(variable(name))
    if found or not name.startswith(_NAMED):
        return found or None
    return keyrings.find(_SERVICE, _entry(account, name))


def keep_value(account: str, name: str, value: str) -> bool:
    """Keep a secret's value in the keyring; return whether there is one that takes it."""
    return keyrings.keep(_SERVICE, _entry(account, name), value)


def _entry(account: str, name: str) -> str:
    return f"{account} {name.removeprefix(_NAMED)}"
