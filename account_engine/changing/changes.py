"""Change sets: what may be done to an account's resources, as one atomic, conditional value.

A change set is applied whole or not at all, only to the account, incarnation and head revision that
it was made for, only while everything that it *relies on* still holds, and only once: applied
again, it answers as the first time.

In data, an existing object is named ``#12`` and one that this set creates ``@name``, where `name`
is the `Create.name`; ``@name`` becomes ``#id`` wherever it stands as a whole text in an operation's
data or in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from package_format.campaign.places import Place
from package_format.kinds.model import Json
from package_format.upgrades.answers import Answer


@dataclass(frozen=True)
class Arrival:
    """A node or step that comes to a campaign from another one, with its id (M1).

    Attributes:
        campaign: The id of the campaign that it comes from.
        source: Its inner address there (``pitch.offer``).
        target: Its inner address here.
    """

    campaign: int
    source: str
    target: str


@dataclass(frozen=True)
class Create:
    """Make an object; a campaign is published at once.

    Attributes:
        name: What the change set calls it.
        kind: Its kind.
        data: Its data.
        revives: The id of a campaign that is gone, and that this one is again: it has that id and
            those of its nodes and steps, so that who has entered and passed them is not forgotten
            (M3, C6), and who still finishes it is heard there alone (M7).
        moves: For a campaign that revives another, as in `Republish`.
        arrivals: For a campaign, as in `Republish`.
    """

    name: str
    kind: str
    data: Json
    revives: int | None = None
    moves: tuple[tuple[str, str], ...] = ()
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True)
class Update:
    """Replace an object's data; for everything but campaigns."""

    object: int
    data: Json


@dataclass(frozen=True)
class Republish:
    """Give a campaign a new flow and migrate its contacts (M0).

    Attributes:
        object: The campaign's id.
        data: The new flow's canonical data.
        moves: Pairs of inner addresses (``remind.reminder``, ``remind.nudge``): nodes and steps
            that keep their ids under a new address.
        answers: For every place of the live flow, where its contacts go; None refuses the whole
            change set if anybody stands there. The campaign of an answer is named as in data.
        arrivals: Nodes and steps that come here from other campaigns.
    """

    object: int
    data: Json
    moves: tuple[tuple[str, str], ...]
    answers: tuple[tuple[Place, Answer | None], ...]
    arrivals: tuple[Arrival, ...] = ()


@dataclass(frozen=True)
class Remove:
    """Delete an object.

    Attributes:
        object: Its id.
        contacts: For a campaign, ``exit`` or ``finish-on-old`` for those who stand in it.
    """

    object: int
    contacts: str = "exit"


@dataclass(frozen=True)
class Enrol:
    """Put contacts who have some tag into a campaign, as if they had been tagged now (C12).

    Each has one turn, soon after, which the campaign's entry goals hear alone; who stands in it is
    passed over.

    Attributes:
        campaign: The campaign, by its id (``#12``), or by name if this set creates it (``@name``).
        tags: The ids of the tags; who has any of them is meant.
    """

    campaign: str
    tags: tuple[int, ...]


Operation: TypeAlias = Create | Update | Republish | Remove | Enrol


@dataclass(frozen=True)
class Unchanged:
    """Relies on an object's data being what the plan saw."""

    object: int
    digest: str


@dataclass(frozen=True)
class Absent:
    """Relies on there being no object of this kind with this natural key."""

    kind: str
    natural: str


@dataclass(frozen=True)
class Unused:
    """Relies on nothing but these objects referring to an object, and no contact carrying it."""

    object: int
    referrers: tuple[int, ...] = ()


Reliance: TypeAlias = Unchanged | Absent | Unused


@dataclass(frozen=True)
class ChangeSet:
    """A change set.

    Attributes:
        id: A random id; the account remembers it as the revision's.
        account: The account's id.
        incarnation: The account's incarnation; a restored copy has another.
        head: The id of the newest revision, or None in an account without any.
        title: What the revision is called in the history.
        relies: Compared again before anything is written.
        operations: Done in this order.
        record: What the account is to remember, opaque to it, in place of the head's record.
    """

    id: str
    account: str
    incarnation: str
    head: str | None
    title: str
    relies: tuple[Reliance, ...]
    operations: tuple[Operation, ...]
    record: Json


@dataclass(frozen=True)
class Applied:
    """The answer to a change set.

    Attributes:
        revision: The number of the revision it made, from 1.
        created: The ids of the created objects, by `Create.name`.
        travelled: How many positions were carried to another place or version.
        already: Whether it had been applied before.
        enrolled: How many contacts are put into campaigns (C12).
    """

    revision: int
    created: dict[str, int]
    travelled: int
    already: bool = False
    enrolled: int = 0
