"""An attempt at a pending plan: what going on with it and undoing it have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from account_engine.changing.changes import Republish
from cpt.accounts.stepwise import StepwiseAccount
from cpt.errors import OtherSideError
from cpt.installer.applying.journal import Entry, Journal, journal_data
from cpt.installer.applying.relied_on import named
from package_format.kinds.model import Json

Wait: TypeAlias = Callable[[float], None]
"""Waits for so many seconds."""

TRIES = 3
"""How often something is tried of which no answer comes."""


class Attempt:
    """One attempt to bring a pending plan to its end, or to undo it."""

    def __init__(self, account: StepwiseAccount, journal: Journal, wait: Wait) -> None:
        """Take up a journal.

        Args:
            account: The account that keeps it.
            journal: How far the plan has come.
            wait: Waits for the account.
        """
        self.account = account
        self.journal = journal
        self.wait = wait
        self.change_set = journal.change_set
        self.delay = account.capabilities.delay

    def note(self, index: int, entry: Entry) -> Entry:
        """Keep what is known of an operation from now on."""
        self.journal = self.journal.noted(index, entry)
        self.account.keep_journal(journal_data(self.journal))
        return entry

    def copies(self, kind: str, data: Json, entry: Entry) -> set[int]:
        """What looks just like something that was made, appeared since, and is nothing else's."""
        taken = {one.number for one in self.journal.entries.values()}
        return {
            number
            for number in self.account.alike(kind, data)
            if number not in entry.alike and number not in taken
        }

    def put(self, number: int, data: Json, expected: str, campaign: Republish | None) -> None:
        """Write an object; of a campaign, carry its contacts over."""
        condition = expected if self.account.capabilities.compare_and_set else None
        if campaign is None:
            self.account.write(number, data, condition)
        else:
            self.account.republish(number, data, condition, campaign.moves, dict(campaign.answers))

    def until_answered(
        self, ask: Callable[[], None], done: Callable[[], bool] = lambda: False
    ) -> None:
        """Ask for something that may be asked for twice, until an answer comes."""
        for _ in range(TRIES):
            try:
                ask()
            except OtherSideError:
                self.wait(self.delay)
                if done():
                    return
            else:
                return
        raise silent()

    def called(self, number: int) -> str:
        """Name an object, as far as it can be seen."""
        live = self.account.object(number)
        return f"#{number}" if live is None else named(live)


def silent() -> OtherSideError:
    """Return what is said when no answer comes."""
    return OtherSideError(
        "the account does not answer",
        "cpt resume goes on when it does; cpt abort undoes what was done",
    )
