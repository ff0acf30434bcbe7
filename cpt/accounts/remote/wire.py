"""The wire: what a server of accounts answers, as far as the installer reads it.

A later server may say more than a model has; what a model has, it has to say.
"""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict

from account_engine.contacts import Value
from account_engine.effects import EffectKind
from account_engine.outgoing.deliveries import Courier, DeliveryState
from account_engine.position import Instant
from account_engine.upgrading import outlook
from package_format.campaign.places import Place, PlaceSort
from package_format.contact_fields import Channel
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
    """A page of resources, and what to ask for `after`; of those that are gone, their names."""

    resources: list[Resource]
    next: int | None = None
    gone: dict[int, str] = {}


class Contact(Read):
    """A contact: fields by name, and the numbers of everything else."""

    id: int
    fields: dict[str, Value]
    tags: list[int]
    refused: list[Channel]
    owner: str | None
    purchases: dict[int, int]
    opportunities: list[int]
    tasks: dict[int, int]
    scores: dict[int, int]


class Position(Read):
    """Where a contact stands."""

    campaign: int
    version: int
    node: str
    step: str | None
    status: str
    due: dt.datetime | None


class ContactStanding(Contact):
    """A contact and where they stand."""

    positions: list[Position]


class Contacts(Read):
    """A page of contacts."""

    contacts: list[Contact]
    next: int | None


class Standings(Read):
    """Contacts and where they stand."""

    contacts: list[ContactStanding]


class Happening(Read):
    """One line of a timeline."""

    at: dt.datetime
    what: str
    campaign: str
    node: str
    why: str


class Timeline(Read):
    """What happened to a contact, oldest first."""

    happenings: list[Happening]


class Standing(Read):
    """A place, and how many contacts stand there."""

    version: int
    node: str
    step: str | None
    sort: PlaceSort
    contacts: int
    next_due: dt.datetime | None
    overdue: int


class CaughtUp(Read):
    """A new step that some who stand behind it would get first (M4)."""

    step: str
    contacts: int
    next_due: dt.datetime | None
    late: int = 0

    @property
    def value(self) -> outlook.CaughtUp:
        """The same as the engine has it."""
        return outlook.CaughtUp(self.step, self.contacts, instant_if(self.next_due), self.late)


class Outlook(Read):
    """What would come next for the contacts of one place (M9)."""

    place: Place
    next_due: dt.datetime | None
    past: int
    soon: int
    caught_up: list[CaughtUp]

    @property
    def value(self) -> outlook.Outlook:
        """The same as the engine has it."""
        caught_up = tuple(one.value for one in self.caught_up)
        return outlook.Outlook(instant_if(self.next_due), self.past, self.soon, caught_up)


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


class Campaign(Read):
    """A campaign's live version, where contacts stand in every version, and whether it runs."""

    version: int
    occupancy: list[Standing]
    published: bool
    contacts: int = 0


class Surveyed(Read):
    """What is answered, in the order in which it was asked."""

    names: list[tuple[int, ...]]
    happenings: list[list[Listener]]
    referred: list[tuple[int, ...]]
    carried: list[int]
    campaigns: list[Campaign]
    enrollable: list[int]


class Retired(Read):
    """A flow in which somebody finishes; an older server tells only how many."""

    campaign: int
    version: int
    title: str
    contacts: int
    waiting: int = 0
    gone: bool = False
    published: bool = True
    occupancy: list[Standing] = []


class Sent(Read):
    """What would be sent alike, and how often."""

    kind: EffectKind
    label: str
    campaign: str
    count: int


class Backlog(Read):
    """Who stands where in a campaign, and what would be sent if it were published."""

    occupancy: list[Standing]
    sent: list[Sent]
    next_due: dt.datetime | None = None


class Enrolled(Read):
    """How many contacts are put into a campaign, and whether they have had their turns."""

    contacts: int
    turn: str = "pending"


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
    enrolled: int


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


class Received(Read):
    """Events that were received, and whether they have had their turn."""

    turn: str


class Message(Read):
    """Something to be delivered."""

    number: int
    identity: str
    kind: EffectKind
    contact: int
    to: str
    sender: str
    subject: str
    preheader: str
    body: str
    text: str
    campaign: str
    resource: int | None
    recorded: dt.datetime
    due: dt.datetime | None
    person: str
    withheld: str


class Messages(Read):
    """A page of the outbox."""

    messages: list[Message]
    next: int | None


class Work(Message):
    """Something that people have to do."""

    key: str


class Worklist(Read):
    """A page of what people have to do."""

    work: list[Work]
    next: int | None


class HandedOut(Read):
    """How much was handed out that was not before."""

    count: int


class Counted(Read):
    """How many messages of each kind there are, and the number of the newest."""

    last: int
    kinds: dict[EffectKind, int]


class Delivery(Read):
    """How far a message has come."""

    message: int
    courier: Courier
    state: DeliveryState
    attempts: int
    since: dt.datetime
    next: dt.datetime | None
    at: dt.datetime | None
    detail: str


class Deliveries(Read):
    """How far messages have come."""

    deliveries: list[Delivery]


def instant(moment: dt.datetime) -> Instant:
    """Return a moment as the engine has it."""
    return int(moment.timestamp())


def instant_if(moment: dt.datetime | None) -> Instant | None:
    """Return a moment as the engine has it, if there is one."""
    return None if moment is None else instant(moment)
