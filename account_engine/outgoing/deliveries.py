"""Deliveries: what becomes of effects outside the account (C11, C13).

An effect is recorded once. What carries it to the world is a *courier*: ``mail`` and ``http`` when
the owner has switched them on, and ``people``, to whom everything else is handed out in lists. How
far an effect has come is a *delivery*; one that nobody has begun to deliver has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

from account_engine.effects import EffectKind
from account_engine.position import Instant
from package_format.kinds.model import Json

MINUTE, HOUR, DAY = 60, 3_600, 86_400

_LONGEST_DETAIL = 500


class Courier(StrEnum):
    """What takes effects out of an account."""

    MAIL = "mail"
    HTTP = "http"
    PEOPLE = "people"


CARRIES: Mapping[Courier, tuple[EffectKind, ...]] = {
    Courier.MAIL: (EffectKind.EMAIL,),
    Courier.HTTP: (EffectKind.POST,),
    Courier.PEOPLE: (
        EffectKind.LETTER,
        EffectKind.FAX,
        EffectKind.CALL,
        EffectKind.TASK,
        EffectKind.FULFILMENT,
    ),
}
"""What each courier takes; a note stays in the account."""


class DeliveryState(StrEnum):
    """How far a delivery has come; all but `PENDING` are its end."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Delivery:
    """How far the delivery of one effect has come.

    Attributes:
        effect: The number that the effect was recorded under.
        courier: What carries it.
        state: How far it has come.
        attempts: How often it was tried, this time included.
        since: When it was begun.
        next: When it is tried next, or given to another process; None at its end.
        at: When it came to its end.
        detail: What the other side said last, or why it is withheld.
    """

    effect: int
    courier: Courier
    state: DeliveryState
    attempts: int
    since: Instant
    next: Instant | None
    at: Instant | None = None
    detail: str = ""


@dataclass(frozen=True)
class CourierRow:
    """A courier as its account's owner has it.

    Attributes:
        courier: Which.
        is_on: Whether it carries anything.
        settings: What it needs to know; secrets are not among it.
        taken: The effects up to this number have a delivery, or are not to have one.
    """

    courier: Courier
    is_on: bool
    settings: Json
    taken: int


@dataclass(frozen=True)
class Dispatch:
    """From where an account delivers.

    Attributes:
        place: Where it is kept, as it was when its owner said that it delivers from there; empty
            if they have not.
        rounds: How often something was claimed to be delivered; counts up.
        key: What links to opt out, and posts to endpoints without a secret, are signed with.
    """

    place: str
    rounds: int
    key: str


@dataclass(frozen=True)
class Place:
    """Where an account is kept, told from copies of it.

    Attributes:
        name: What is another for every copy, and wherever it is moved to.
        vessel: What is another for every copy, and stays while it is moved within one disk.
        copied_over: Whether a copy can be put in the same place without a trace there.
    """

    name: str
    vessel: str
    copied_over: bool


@dataclass(frozen=True)
class Delivered:
    """The other side has it."""

    said: str = ""


@dataclass(frozen=True)
class Deferred:
    """Not now: it will be tried again.

    Attributes:
        said: Why, in words.
        wait: How many seconds the other side asks for.
        stuck: Whether all that goes the same way would fail as well.
    """

    said: str
    wait: int | None = None
    stuck: bool = False


@dataclass(frozen=True)
class Refused:
    """Never.

    Attributes:
        said: Why, in words.
        bounced: Whether the contact's address is to blame.
    """

    said: str
    bounced: bool = False


@dataclass(frozen=True)
class Withheld:
    """The account itself does not want it to go: no consent, no address (C13)."""

    said: str


Outcome: TypeAlias = Delivered | Deferred | Refused | Withheld
"""What an attempt came to."""


@dataclass(frozen=True)
class Patience:
    """How long and how often something is tried.

    Attributes:
        first: Seconds from the first attempt to the second.
        longest: The most seconds between two attempts.
        whole: How many seconds after it was begun a delivery has failed.
    """

    first: int = MINUTE
    longest: int = 6 * HOUR
    whole: int = 4 * DAY

    def delay(self, attempts: int, spread: float) -> int:
        """Return the seconds until the next attempt: twice as long each time, and spread.

        Args:
            attempts: How often it was tried.
            spread: From 0 up to 1, by chance, so that what failed together is not tried together.
        """
        even = min(self.first << min(max(attempts - 1, 0), 30), self.longest)
        return max(1, round(even * (0.75 + 0.5 * spread)))


def settled(
    delivery: Delivery, outcome: Outcome, now: Instant, *, patience: Patience, spread: float
) -> Delivery:
    """Return a delivery after an attempt.

    Args:
        delivery: The delivery, this attempt counted.
        outcome: What the attempt came to.
        now: When.
        patience: How long and how often it is tried.
        spread: From 0 up to 1, by chance.
    """

    def ended(state: DeliveryState, said: str) -> Delivery:
        return replace(delivery, state=state, next=None, at=now, detail=in_brief(said))

    match outcome:
        case Delivered(said):
            return ended(DeliveryState.DELIVERED, said)
        case Refused(said):
            return ended(DeliveryState.FAILED, said)
        case Withheld(said):
            return ended(DeliveryState.WITHHELD, said)
        case Deferred(said, wait):
            following = now + max(patience.delay(delivery.attempts, spread), min(wait or 0, DAY))
            if following - delivery.since > patience.whole:
                times = f"{delivery.attempts} attempt{'' if delivery.attempts == 1 else 's'}"
                return ended(DeliveryState.FAILED, f"given up after {times}: {said}")
            return replace(delivery, next=following, detail=in_brief(said))
        case _:
            assert_never(outcome)


def in_brief(text: str) -> str:
    """Return what the other side said as one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_DETAIL else f"{line[: _LONGEST_DETAIL - 1]}…"
