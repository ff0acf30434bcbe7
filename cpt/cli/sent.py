"""Counting what an account sends while a command runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from account_engine.effects import EffectKind
from cpt.cli.views.words import counted, listed

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount


LATER = "it is safe in the account, and has its turn when what goes on there is done"
"""What is said of what was sent to an account, and has not had its turn yet."""


class Counting:
    """Remembers how far the outbox was, and says what came since."""

    def __init__(self, account: AnyAccount) -> None:
        """Begin to count."""
        self._account = account
        self._after = account.last_message()

    def count(self) -> dict[str, int]:
        """Return how many of each kind were sent since."""
        found = self._account.count_sent(after=self._after)
        return {str(kind): number for kind, number in found.items()}

    def said(self, why_nothing: str = "") -> str:
        """Say what was sent since in one sentence.

        Args:
            why_nothing: Why it is nothing, if it is.
        """
        found = self.count()
        if not found:
            return f"Nothing was sent: {why_nothing}." if why_nothing else "Nothing was sent."
        said = []
        for kind, number in sorted(found.items()):
            verb = "sent" if kind == EffectKind.EMAIL else "handed out"
            said.append(f"{counted(number, kind)} {'was' if number == 1 else 'were'} {verb}")
        return f"{listed(said)}."
