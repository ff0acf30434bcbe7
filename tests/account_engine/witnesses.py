"""What remembers how far an account has come, for as long as a test lasts."""

from __future__ import annotations

from account_engine.whereabouts import Seen


class MemoryWitness:
    """A witness that forgets when the test is over."""

    def __init__(self) -> None:
        self.notes: dict[str, Seen] = {}

    def seen(self, account: str) -> Seen | None:
        return self.notes.get(account)

    def note(self, account: str, seen: Seen) -> None:
        self.notes[account] = seen
