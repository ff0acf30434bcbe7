"""Terms: on what terms contacts go on who stay where they are while a campaign changes.

What upgrade entries can say of it; what they come to for a place, says
`package_format.upgrades.staying`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from package_format.campaign.timers import Duration
from package_format.references import Address


class Timer(StrEnum):
    """What becomes of the time of those who wait at a step whose wait has changed (M5).

    Attributes:
        CREDIT: The new wait counts from when theirs began: what is so where nothing else is said.
        KEEP: They wait until the moment that they had.
        RESTART: The new wait begins with the upgrade.
    """

    CREDIT = "credit"
    KEEP = "keep"
    RESTART = "restart"


@dataclass(frozen=True)
class Added:
    """A step is new, and some of those who stand behind it already get it after all (M4).

    Attributes:
        step: The step.
        catch_up: For how long before the upgrade one may have come to where one stands.
    """

    step: Address
    catch_up: Duration

    def __str__(self) -> str:
        """Return the entry as an author writes it."""
        return f"{{added: {self.step}, catch-up: {self.catch_up}}}"


@dataclass(frozen=True)
class Changed:
    """A step waits otherwise than it did."""

    step: Address
    timer: Timer

    def __str__(self) -> str:
        """Return the entry as an author writes it."""
        return f"{{changed: {self.step}, timer: {self.timer}}}"


@dataclass(frozen=True)
class CatchUp:
    """A new step that some of those who stand behind it get first.

    Attributes:
        step: Its key, in the sequence where they stand.
        within: For how long, at most, they may have stood where they did.
    """

    step: str
    within: Duration
