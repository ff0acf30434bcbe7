"""Running: an account that lives by a clock: what is due happens, and what is to go out goes.

An engine looks again when something is due, and at least once in every `POLL` seconds, for another
process may have written. It is told the time and waits as it is told to, so that a story of years
takes a test no time. The account's time never runs backwards, whatever the clock does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from account_engine.clock import Clock
from account_engine.errors import (
    AccountBusyError,
    AccountFileError,
    ClockError,
    CopiedAccountError,
    DatabaseError,
)
from account_engine.position import Instant

if TYPE_CHECKING:
    from account_engine.account import Account

LOG = logging.getLogger("account_engine.running")

POLL = 1
"""For how many seconds an engine looks away at most."""

LATE = 60
"""How many seconds late a timer still counts as handled at its own moment."""

_LONGEST_PAUSE = 60
_CANNOT_NOW = (AccountBusyError, AccountFileError, CopiedAccountError, DatabaseError)

Wait: TypeAlias = Callable[[float], bool]
"""Waits so many seconds, or less if there is a reason to stop; returns whether there is."""


@dataclass
class Engine:
    """Keeps one account running, or does a part of that: an endpoint that hangs delays no timer.

    Attributes:
        account: The account.
        clock: What knows the time.
        wait: What passes it, and knows whether to stop.
        deliver: Delivers some of what is due; returns something if there may be more of it.
        passes_time: Whether timers have their turn.
    """

    account: Account
    clock: Clock
    wait: Wait
    deliver: Callable[[], object] | None = None
    passes_time: bool = True
    _waits_for_clock: bool = field(default=False, init=False)
    _failures: int = field(default=0, init=False)

    def run(self) -> None:
        """Run until there is a reason to stop."""
        parts = ["timers"] * self.passes_time + ["delivery"] * (self.deliver is not None)
        said = {"account": self.account.info.id, "does": "+".join(parts)}
        LOG.info("running", extra={"said": said})
        while not self._pause(self.work()):
            pass
        LOG.info("stopped", extra={"said": said})

    @property
    def is_failing(self) -> bool:
        """Whether it could not go on when it was tried last."""
        return self._failures > 0

    def work(self) -> float:
        """Do all that is due now; return for how many seconds there is nothing, as far as known.

        When the account cannot be written, because a disk is full or a database is away, or has to
        be confirmed, what was begun is as if it had not been, and is done again later.
        """
        try:
            pause = self._work()
        except _CANNOT_NOW as error:
            pause = float(min(2**self._failures, _LONGEST_PAUSE))
            self._failures += 1
            said = {"why": str(error), "again_in": pause}
            LOG.error("could not go on", extra={"said": said})  # noqa: TRY400  no bug
        else:
            if self._failures:
                LOG.info("goes on again", extra={"said": {"failures": self._failures}})
            self._failures = 0
        return pause

    def _work(self) -> float:
        if self.passes_time:
            self._live()
        if self.deliver is not None and self.deliver():
            return 0
        if not self.passes_time:
            return POLL
        following = self.account.next_timer(self.account.clock() + POLL)
        return POLL if following is None else max(0, following - self.clock.now())

    def _live(self) -> None:
        now, shown = self.clock.now(), self.account.clock()
        if now < shown:
            self._say_behind(shown - now)
        else:
            self._waits_for_clock = False
            self._pass_time(now, shown)

    def _pass_time(self, now: Instant, shown: Instant) -> None:
        if now - shown > LATE:
            self.account.wake(now)
        try:
            ticked = self.account.tick(now, stopped=lambda: self.wait(0))
        except ClockError:  # another engine is further
            return
        if ticked.turns:
            late = {"late_by": now - shown} if now - shown > LATE else {}
            LOG.info("timers were due", extra={"said": {"turns": ticked.turns, **late}})

    def _say_behind(self, seconds: int) -> None:
        """Say once that the account waits for its clock to catch up."""
        if not self._waits_for_clock:
            said = {"seconds": seconds}
            LOG.warning(
                "the clock is behind the account's time, which waits for it", extra={"said": said}
            )
        self._waits_for_clock = True

    def _pause(self, seconds: float) -> bool:
        """Wait, see whether the clock has jumped meanwhile, and return whether to stop."""
        before = self.clock.now()
        stop = self.wait(min(seconds, POLL) if not self._failures else seconds)
        passed = self.clock.now() - before
        if passed > seconds + LATE:
            said = {"seconds": passed}
            LOG.warning("the clock jumped ahead, or the machine slept", extra={"said": said})
        return stop
