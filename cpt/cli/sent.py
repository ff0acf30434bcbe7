"""What an account sends: counted while a command runs, and read part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from account_engine.effects import EffectKind
from cpt.cli.views.words import counted, listed

if TYPE_CHECKING:
    from account_engine.outgoing.rendering import Message
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


PAGE = 1000
"""How many messages are read at once."""


def messages(account: AnyAccount) -> Iterator[Message]:
    """Yield what an account has sent, in order, a page at a time."""
    page = account.outbox(limit=PAGE)
    while page:
        yield from page
        page = account.outbox(after=page[-1].number, limit=PAGE) if len(page) == PAGE else ()


def newest(account: AnyAccount, count: int) -> tuple[Message, ...]:
    """Return the last so many of what an account has sent, in order, and read little else.

    Numbers are missing where contacts were deleted, so that one looks further back until there are
    as many as wanted.
    """
    found: tuple[Message, ...] = ()
    end = account.last_message()
    reach = count
    while end > 0 and len(found) < count:
        start = max(0, end - reach)
        here = account.outbox(after=start, limit=min(end - start, reach))
        found = (*(one for one in here if one.number <= end), *found)
        end, reach = start, reach * 2
    return found[-count:]
