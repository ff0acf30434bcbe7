"""The port of couriers: what takes parcels out of an account."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from account_engine.outgoing.deliveries import Outcome
from account_engine.outgoing.parcels import Parcel
from account_engine.position import Instant

Carry: TypeAlias = Callable[[Parcel, Instant], Outcome]
"""Carries one parcel at a moment, and says what came of it; never raises for what others do."""

Secrets: TypeAlias = Callable[[str], str | None]
"""Returns the value of a secret by its name; None if nobody has said it."""


class Courier(Protocol):
    """A way out."""

    lease: int
    """How many seconds one parcel takes at most, whatever the other side does."""

    hands: int
    """How many parcels it carries at once, each from a round of its own."""

    def round(self) -> AbstractContextManager[Carry]:
        """Set out: what is needed for several parcels, such as a connection, is made once."""
        ...
