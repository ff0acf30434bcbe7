"""The port of accounts without transactions: what an account does one operation at a time.

Whoever writes here may lose the answer, be obeyed twice, or not see yet what was written. What
makes up for that is `cpt.installer.applying.stepwise`, with a journal that the account keeps for
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from cpt.accounts.port import AccountInfo, Revision, StoredObject
from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer


@dataclass(frozen=True)
class Capabilities:
    """What an account can and cannot do.

    Attributes:
        compare_and_set: Whether a write can be made to depend on what was read; without it, what
            somebody else writes between our reading and our writing is lost.
        delay: After how many seconds, at the latest, everything that was written can be read.
        by_hand: By kind, which of ``create``, ``change`` and ``remove`` its owner has to do,
            because its API cannot.
    """

    compare_and_set: bool
    delay: float
    by_hand: Mapping[str, frozenset[str]] = field(default_factory=dict)


@runtime_checkable
class StepwiseAccount(Protocol):
    """An account that does one thing at a time."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can and cannot do."""
        ...

    @property
    def info(self) -> AccountInfo:
        """What the account says of itself."""
        ...

    # --- reading; what was written of late may not be seen yet

    def object(self, number: int) -> StoredObject | None:
        """Return an object, or None if there is none with this id."""
        ...

    def alike(self, kind: str, data: Json) -> tuple[int, ...]:
        """Return the ids of the objects of a kind that have just this data, sorted."""
        ...

    def namesakes(self, kind: str, natural: str) -> tuple[int, ...]:
        """Return the ids of the objects of a kind with this (normalised) natural key."""
        ...

    def referrers(self, number: int) -> tuple[int, ...]:
        """Return the ids of the objects that refer to one."""
        ...

    def carriers(self, number: int) -> int:
        """Return how many contacts carry a tag, or have a value in a field; else 0."""
        ...

    def revisions(self) -> Sequence[Revision]:
        """Return every revision, oldest first."""
        ...

    # --- writing; each by itself

    def create(self, kind: str, data: Json) -> int:
        """Make an object and return its id; asked twice, there are two."""
        ...

    def write(self, number: int, data: Json, expected: str | None) -> None:
        """Replace an object's data.

        Args:
            number: Its id.
            data: The new data.
            expected: The digest of the data that it must have, where the account can compare and
                set; None to write in any case.

        Raises:
            StalePlanError: It has other data.
        """
        ...

    def republish(
        self,
        number: int,
        data: Json,
        expected: str | None,
        moves: Sequence[tuple[str, str]],
        answers: Mapping[Place, Answer | None],
    ) -> None:
        """Give a campaign a new flow and carry its contacts over; otherwise as `write`."""
        ...

    def delete(self, number: int, contacts: str) -> None:
        """Delete an object; one that is gone is no error.

        Args:
            number: Its id.
            contacts: For a campaign, ``exit`` or ``finish-on-old``.
        """
        ...

    # --- what it remembers for us; each is one write, seen at once

    def journal(self) -> Json | None:
        """Return the pending plan's journal; None if no plan is pending."""
        ...

    def keep_journal(self, journal: Json | None) -> None:
        """Replace the pending plan's journal; None if no plan is pending any more."""
        ...

    def conclude(self, plan: str, title: str, record: Json, created: Mapping[str, int]) -> Revision:
        """Append the revision of a plan, with what is to be remembered, and drop its journal."""
        ...


def stepwise(account: object) -> StepwiseAccount | None:
    """Return an account if it does one thing at a time; None if it has transactions."""
    return account if isinstance(account, StepwiseAccount) else None
