"""Tallies: what counting came to, kept for a while where counting takes long.

With a million contacts each number on the first page takes a good part of a second. A page that
is loaded again and again shall not keep the machine busy with that: what took long to count is
good for fifty times as long, so that counting takes a fiftieth of the time at most. What is counted
at once is never kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from account_engine.account import Account
from account_engine.views.campaigns import Occupied, Retired

Counted = TypeVar("Counted")

AT_ONCE = 0.02
"""What takes fewer seconds than this is counted anew each time."""

GOOD_FOR, LONGEST = 50, 60.0
"""How many times as long as it took a tally is good, and for how many seconds at most."""


class Tallies:
    """What was counted in one account."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing.

        Args:
            now: What knows the time, in seconds.
        """
        self._now = now
        self._kept: dict[object, tuple[float, Any]] = {}

    def occupancy(self, account: Account, campaign: int) -> Sequence[Occupied]:
        """Return where contacts stand in a campaign, in every version of it."""
        return self._counted(campaign, lambda: account.occupancy(campaign))

    def count_in(self, account: Account, campaign: int) -> int:
        """Return how many contacts are in a campaign, each once."""
        return self._counted(("in", campaign), lambda: account.count_in(campaign))

    def retired(self, account: Account) -> Sequence[Retired]:
        """Return the flows that contacts finish, with how many do (M7)."""
        return self._counted("retired", account.retired)

    def contacts(self, account: Account) -> int:
        """Return how many contacts there are."""
        return self._counted("contacts", account.count_contacts)

    def messages(self, account: Account) -> int:
        """Return how many messages were recorded."""
        return self._counted("messages", lambda: sum(account.count_sent().values()))

    def _counted(self, name: object, count: Callable[[], Counted]) -> Counted:
        until, kept = self._kept.get(name, (0.0, None))
        start = self._now()
        if start < until:
            counted: Counted = kept
            return counted
        counted = count()
        end = self._now()
        if end - start > AT_ONCE:
            self._kept[name] = (end + min((end - start) * GOOD_FOR, LONGEST), counted)
        else:
            self._kept.pop(name, None)
        return counted
