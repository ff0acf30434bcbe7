"""Records: what the verbs of a store take and give, as they are stored.

The verbs are `account_engine.stores.port`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from account_engine.effects import Effect
from account_engine.events import Enrolment, Event
from account_engine.position import Instant, Status
from account_engine.story import Line
from package_format.kinds.model import Json


@dataclass(frozen=True)
class Identity:
    """What an account is.

    Attributes:
        id: A random id, for life.
        incarnation: A random id; a restored copy has another.
        name: What its owner calls it.
        features: What it offers (`package_format.manifest.FEATURES`).
        zone: The IANA name of the time zone of contacts who have none.
        clock: What its clock shows.
        address: Its owner's postal address, for messages; empty if it is not known.
    """

    id: str
    incarnation: str
    name: str
    features: tuple[str, ...]
    zone: str
    clock: Instant
    address: str = ""


@dataclass(frozen=True)
class FlowRow:
    """One version of a campaign as it is stored.

    Attributes:
        campaign: The campaign's id.
        version: Counts from 1.
        data: The campaign's canonical data.
        ids: The ids of its nodes and steps by inner address.
        published: Whether it hears and runs.
        retired: Whether it only lets those finish who are in it (M7).
    """

    campaign: int
    version: int
    data: Json
    ids: Mapping[str, int]
    published: bool = True
    retired: bool = False


@dataclass(frozen=True)
class Listening:
    """One trigger of one goal of a campaign."""

    word: str
    attributes: Mapping[str, str]
    goal: str


@dataclass(frozen=True)
class Crowd:
    """How many contacts stand alike at one spot of a flow, when the first acts, who is overdue."""

    version: int
    node: str
    step: str | None
    status: Status
    contacts: int
    next_due: Instant | None
    overdue: int = 0


@dataclass(frozen=True)
class PlaceRow:
    """One place where one can stand in a flow, as positions name it.

    Attributes:
        id: The account's number for it; never given to another.
        spot: The node: the number of its first place. (contact, spot) is a position's key (C6).
        node: The node's key.
        step: The step's key, if one waits at a step.
        status: How one stands there.
    """

    id: int
    spot: int
    node: str
    step: str | None
    status: Status


@dataclass(frozen=True)
class Received:
    """What waits for its turn in the inbox, and its sequence number (C10)."""

    seq: int
    stimulus: Event | Enrolment


@dataclass(frozen=True)
class Told:
    """A line of a contact's story, and its number: the later told, the greater."""

    seq: int
    line: Line


@dataclass(frozen=True)
class RecordedEffect:
    """An effect with the number it was recorded under and the text that it uses (C11)."""

    number: int
    effect: Effect
    text: Json


@dataclass(frozen=True)
class Former:
    """A contact who is no more.

    Attributes:
        number: The number that they had; never given to another.
        survivor: The contact they were merged into, and who that has become since; None if they
            were deleted, or that one was.
        at: When.
    """

    number: int
    survivor: int | None
    at: Instant


@dataclass(frozen=True)
class Revision:
    """One applied change set.

    Attributes:
        number: From 1.
        id: The change set's id.
        title: What the history calls it.
        at: When it was applied.
        record: What the account remembers since then; opaque to it.
        created: The ids of the objects it created, by their names in the change set.
        travelled: How many positions it carried.
        enrolled: How many contacts it put into campaigns (C12).
    """

    number: int
    id: str
    title: str
    at: Instant
    record: Json
    created: Mapping[str, int]
    travelled: int
    enrolled: int = 0


@dataclass(frozen=True)
class Reckoned:
    """What becomes of the time of somebody who waits or is queued.

    Attributes:
        began: See `Position`; likewise `due`, `owed` and `resumes`.
        why: What is told of it; None if nothing is.
    """

    began: Instant | None
    due: Instant | None
    owed: tuple[int, ...]
    resumes: Instant | None
    why: str | None


Reckoning: TypeAlias = Callable[[Instant, Instant | None, str | None], Reckoned]
"""Says what becomes of a time that began and was to end then, in a zone of the contact's own."""
