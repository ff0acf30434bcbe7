"""Finishing: the flows of older versions that contacts finish, anywhere in an account (M7)."""

from __future__ import annotations

from typing import NamedTuple

from cpt.accounts.port import Account


class Finishing(NamedTuple):
    """One of these flows.

    Attributes:
        title: The campaign's title.
        contacts: How many stand in it.
        waiting: How many of them have come to its end, and wait for a goal there.
    """

    title: str
    contacts: int
    waiting: int


def finishing(account: Account) -> tuple[Finishing, ...]:
    """Return the flows of an account that contacts finish."""
    return tuple(Finishing(one.title, one.contacts, one.waiting) for one in account.retired())
