"""Shapes: what the operations of the native API take and give, as programs see it.

Objects, contacts and messages are numbers. In a resource's data, objects are named ``#12`` as
everywhere in an account.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from account_engine.effects import EffectKind
from account_engine.position import Instant
from account_engine.server.operations import Number, Shape
from package_format.kinds.model import Json

Text = Annotated[str, Field(max_length=20_000)]
Word = Annotated[str, Field(min_length=1, max_length=500)]
Value = str | int | float | bool
Values = Annotated[dict[Annotated[str, Field(max_length=100)], Value | None], Field(max_length=500)]
Tags = Annotated[list[Number], Field(max_length=1000)]
Limit = Annotated[int, Field(ge=1, le=1000)]
After = Annotated[int, Field(ge=0, le=2**63 - 1)]


def moment(instant: Instant) -> dt.datetime:
    """Return an instant as JSON has it."""
    return dt.datetime.fromtimestamp(instant, dt.UTC)


def moment_if(instant: Instant | None) -> dt.datetime | None:
    """Return an instant as JSON has it, if there is one."""
    return None if instant is None else moment(instant)


class Page(Shape):
    """Where in a list to go on.

    Attributes:
        after: The `next` of the page before; 0 for the first one.
        limit: How many at most.
    """

    after: After = 0
    limit: Limit = 100


# --- the account


class AccountShape(Shape):
    """What an account says of itself.

    Attributes:
        id: A random id, for life.
        incarnation: A random id; a restored copy has another.
        name: What its owner calls it.
        features: What it offers.
        zone: The time zone of contacts who have none.
        now: What its clock shows.
        head: The id of the newest revision; null without any.
        contacts: How many there are.
    """

    id: str
    incarnation: str
    name: str
    features: tuple[str, ...]
    zone: str
    now: dt.datetime
    head: str | None
    contacts: int


class RevisionShape(Shape):
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
    at: dt.datetime
    record: Json
    created: dict[str, int]
    travelled: int
    enrolled: int


class RevisionList(Shape):
    """Revisions, oldest first."""

    revisions: list[RevisionShape]


class AppliedShape(Shape):
    """The answer to a change set.

    Attributes:
        revision: The number of the revision it made.
        created: The ids of the objects it created, by their names in it.
        travelled: How many positions it carried.
        already: Whether it had been applied before.
        enrolled: How many contacts are put into campaigns (C12); each has a turn soon after.
    """

    revision: int
    created: dict[str, int]
    travelled: int
    already: bool
    enrolled: int


# --- resources


class OfKind(Page):
    """Which resources.

    Attributes:
        kind: Their kind, such as ``tag``.
        natural: Only those with this natural key, whatever its case and spacing.
    """

    kind: Word | None = None
    natural: Word | None = None


class ResourceAsked(Shape):
    """Which resource."""

    resource: Number


class ResourceGone(ResourceAsked):
    """Which resource, and what becomes of the contacts in it.

    Attributes:
        contacts: For a campaign: whether its contacts leave it, or finish it.
    """

    contacts: Literal["exit", "finish-on-old"] = "exit"


class ResourceShape(Shape):
    """A resource.

    Attributes:
        id: The account's number for it.
        kind: Its kind.
        label: What people know it by.
        data: Its canonical data; references are ids (``#12``).
        digest: What changes when, and only when, the data does.
    """

    id: int
    kind: str
    label: str
    data: dict[str, Json]
    digest: str


class UsedResource(ResourceShape):
    """A resource, and who uses it.

    Attributes:
        referrers: The objects that refer to it; retired campaigns count (M7).
        carriers: How many contacts carry it, or have a value in it.
    """

    referrers: tuple[int, ...]
    carriers: int


class ResourceList(Shape):
    """A page of resources.

    Attributes:
        resources: By their numbers.
        next: What to ask for `after`; null at the end.
    """

    resources: list[ResourceShape]
    next: int | None


class Numbers(Shape):
    """Which resources, contacts or messages, by their numbers."""

    numbers: Annotated[list[Number], Field(max_length=1000)]


class FoundResources(Shape):
    """Resources, by their numbers; those that are not there are left out.

    Attributes:
        resources: Those that there are.
        gone: What people called those that there were once, by number.
    """

    resources: list[ResourceShape]
    gone: dict[int, str]


class NewResource(Shape):
    """A resource to be made."""

    kind: Word
    data: dict[str, Json]


class ResourceData(Shape):
    """What a resource is to say.

    Attributes:
        data: All of its data.
        digest: Only if this is its digest now: nobody has changed it meanwhile.
    """

    data: dict[str, Json]
    digest: Word | None = None


# --- campaigns


class CampaignAsked(Shape):
    """Which campaign."""

    campaign: Number


class CampaignEntry(Shape):
    """A campaign in a list.

    Attributes:
        id: Its number.
        title: Its title.
        version: The version that admits contacts.
        published: Whether it hears and runs.
        contacts: How many positions there are in it.
    """

    id: int
    title: str
    version: int
    published: bool
    contacts: int


class CampaignList(Shape):
    """The campaigns, by number."""

    campaigns: list[CampaignEntry]


class PlaceShape(Shape):
    """A place in a campaign and how many contacts stand there.

    Attributes:
        version: The version of the flow; all but the newest are retired (M7).
        node: The node's key.
        step: The step's key, at a wait.
        sort: What one waits for there: wait, end or join.
        contacts: How many stand there.
        next_due: When the first of them acts, if that is known.
        overdue: Of how many the time has come already.
    """

    version: int
    node: str
    step: str | None
    sort: str
    contacts: int
    next_due: dt.datetime | None
    overdue: int


class CampaignShape(CampaignEntry):
    """A campaign, and where contacts stand in it.

    Attributes:
        data: Its canonical data.
        ids: The ids of its nodes and steps, by inner address.
        occupancy: Every place where somebody stands, in every version.
    """

    data: dict[str, Json]
    ids: dict[str, int]
    occupancy: list[PlaceShape]


class Publishing(Shape):
    """Whether a campaign is to hear and run."""

    published: bool


class SentShape(Shape):
    """What would be sent alike, and how often.

    Attributes:
        kind: What it is.
        label: What people call what it is made of.
        campaign: The title of the campaign that sends it.
        count: How often.
    """

    kind: EffectKind
    label: str
    campaign: str
    count: int


class BacklogShape(Shape):
    """What publishing a campaign would set going.

    Attributes:
        published: Whether it is published already; then there is no backlog.
        occupancy: Every place where somebody stands, and who is overdue there.
        sent: What would be sent within an hour that is not sent otherwise.
        next_due: When the first in it would go on after that hour, if that is a matter of time.
    """

    published: bool
    occupancy: list[PlaceShape]
    sent: list[SentShape]
    next_due: dt.datetime | None
