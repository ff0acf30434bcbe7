"""The wire: what a server of accounts answers, as far as the installer reads it.

A later server may say more than a model has; what a model has, it has to say.
"""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict

from account_engine.effects import EffectKind
from account_engine.views import Retired
from package_format.campaign.places import Place, PlaceSort
from package_format.kinds.model import Json


class Read(BaseModel):
    """What a server answers; a later one may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Info(Read):
    """What an account says of itself."""

    id: str
    incarnation: str
    name: str
    features: tuple[str, ...]
    zone: str
    now: dt.datetime
    head: str | None
    contacts: int


class Resource(Read):
    """One resource."""

    id: int
    kind: str
    data: dict[str, Json]


class Used(Resource):
    """One resource, who refers to it, and how many contacts carry it."""

    referrers: tuple[int, ...]
    carriers: int


class Resources(Read):
    """A page of resources, and what to ask for `after`."""

    resources: list[Resource]
    next: int | None = None


class Standing(Read):
    """A place, and how many contacts stand there."""

    version: int
    node: str
    step: str | None
    sort: PlaceSort
    contacts: int
    next_due: dt.datetime | None


class Outlook(Read):
    """What would come next for the contacts of one place (M9)."""

    place: Place
    next_due: dt.datetime | None
    past: int
    soon: int


class Outlooks(Read):
    """The same, by place."""

    places: list[Outlook]


class Listener(Read):
    """A goal that listens."""

    campaign: int
    goal: str


class Listeners(Read):
    """The goals that listen for something (C2)."""

    listeners: list[Listener]


class Crowds(Read):
    """A campaign's live version, and where contacts stand in every version."""

    version: int
    occupancy: list[Standing]


class Campaign(Crowds):
    """The same of one campaign, and whether it hears and runs."""

    published: bool


class Surveyed(Read):
    """What is answered, in the order in which it was asked."""

    names: list[tuple[int, ...]]
    happenings: list[list[Listener]]
    referred: list[tuple[int, ...]]
    carried: list[int]
    campaigns: list[Crowds]


class RetiredList(Read):
    """The flows in which somebody finishes (M7)."""

    retired: list[Retired]


class Record(Read):
    """What the account remembers."""

    record: Json


class Revision(Read):
    """One applied change set."""

    number: int
    id: str
    title: str
    at: dt.datetime
    record: Json
    created: dict[str, int]
    travelled: int


class Revisions(Read):
    """Revisions, oldest first."""

    revisions: list[Revision]


class Sending(Read):
    """Something that would be sent, or handed to somebody."""

    at: dt.datetime
    contact: int
    to: str
    kind: EffectKind
    resource: str
    label: str
    campaign: str


class Rehearsal(Read):
    """What would be sent, in order."""

    sendings: list[Sending]


class Problem(Read):
    """What went wrong (RFC 9457)."""

    type: str
    detail: str
    differences: list[str] = []
    scope: str = ""
