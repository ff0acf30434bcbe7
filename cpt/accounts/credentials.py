"""Credentials: the keys of accounts that are asked over an address.

They come from the environment, or out of the system's keyring; they stand in no file of ours.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from cpt import keyrings
from cpt.errors import RefusedError, UsageError

VARIABLE = "CPT_ACCOUNT_KEY"
_SERVICE = "cpt account"

HOW_TO_GET_A_KEY = (
    "where the account is, make one: cpt account key create cpt --scope read --scope install",
    f"then set {VARIABLE} to it, or keep it in your keyring: cpt account add NAME URL",
)


def scope_missing(scope: str) -> tuple[str, ...]:
    """Return what to do about a key that is not good for something."""
    more = "" if scope in {"read", "install"} else f" --scope {scope}"
    make = f"cpt account key create cpt --scope read --scope install{more}"
    return (f"where the account is, make one that is: {make}", HOW_TO_GET_A_KEY[1])


def key_for(address: str) -> str | None:
    """Return the key for an account, if there is one in the environment or in the keyring."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return named
    return keyrings.find(_SERVICE, _name(address))


def demand_key(address: str) -> str:
    """Return the key for an account.

    Raises:
        RefusedError: There is none.
    """
    key = key_for(address)
    if key is None:
        raise RefusedError(f"there is no key for the account at {address}", *HOW_TO_GET_A_KEY)
    return key


def keep_key(address: str, key: str) -> bool:
    """Keep a key in the keyring; return whether there is one that takes it."""
    return keyrings.keep(_SERVICE, _name(address), key)


def forget_key(address: str) -> bool:
    """Forget the key for an account in the keyring; return whether there was one."""
    return keyrings.forget(_SERVICE, _name(address))


def refuse_open_way(address: str) -> None:
    """Refuse to send a key where others can read it on its way.

    Raises:
        UsageError: The address is neither https nor on this machine.
    """
    url = _split(address)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise UsageError(
            f"{address} is no address of an account", "one looks like https://shop.example"
        )
    if url.username is not None:
        raise UsageError(
            f"the address of the account at {url.hostname} has a name or a password in it",
            "leave it out; accounts are opened by a key",
        )
    if url.scheme == "http" and not is_here(address):
        raise UsageError(
            f"everybody on the way to {address} could read the key",
            "use https, with something in front of the server that speaks it",
            f"or a tunnel: ssh -L 8600:127.0.0.1:8600 {url.hostname}, "
            "and then http://127.0.0.1:8600",
        )


def is_here(address: str) -> bool:
    """Whether an address is on this machine."""
    host = _split(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _split(address: str) -> SplitResult:
    try:
        found = urlsplit(address)
        _ = found.port  # looked at late, and no number of a port is no address either
    except ValueError as error:
        raise UsageError(f"{address} is no address: {error}") from error
    return found


def _name(address: str) -> str:
    return address.rstrip("/").casefold()
