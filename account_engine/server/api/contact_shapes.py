"""Shapes of contacts and of what happens to them, as programs see them; see `shapes`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from account_engine.server.api.shapes import CampaignAsked, Page, Tags, Text, Value, Values, Word
from account_engine.server.operations import Number, Shape
from package_format.contact_fields import Channel

# --- contacts


class ContactAsked(Shape):
    """Which contact."""

    contact: Number


class ContactTag(ContactAsked):
    """Which contact and which tag."""

    tag: Number


class ContactsAsked(Page):
    """Which contacts.

    Attributes:
        email: Only those with this address, whatever its case.
    """

    email: Word | None = None


class PositionShape(Shape):
    """Where a contact stands.

    Attributes:
        campaign: The campaign.
        version: The version of its flow.
        node: The node's key.
        step: The step's key, for one who waits at a step.
        status: How they stand there.
        due: When they act next, if that is known.
    """

    campaign: int
    version: int
    node: str
    step: str | None
    status: str
    due: dt.datetime | None


class ContactShape(Shape):
    """A contact.

    Attributes:
        id: The account's number for them.
        fields: Their values by the names of built-in and custom fields.
        tags: The tags that they carry.
        refused: The channels by which they do not want to be reached (C13).
        owner: The address of the user they belong to.
        purchases: How many of each product they have bought, by the product's number.
        opportunities: The stages in which their opportunities stand, oldest first.
        tasks: How many tasks about them are open, by the number of the task's template.
        scores: Their points by the number of the lead score.
    """

    id: int
    fields: dict[str, Value]
    tags: list[int]
    refused: list[Channel]
    owner: str | None
    purchases: dict[int, int]
    opportunities: list[int]
    tasks: dict[int, int]
    scores: dict[int, int]


class ContactStanding(ContactShape):
    """A contact and where they stand.

    Attributes:
        positions: Where they stand.
        digest: What changes when, and only when, what is known of them does.
    """

    positions: list[PositionShape]
    digest: str


class ContactList(Shape):
    """A page of contacts.

    Attributes:
        contacts: By their numbers.
        next: What to ask for `after`; null at the end.
    """

    contacts: list[ContactShape]
    next: int | None


class FoundContacts(Shape):
    """Contacts and where they stand, by their numbers; those who are gone are left out."""

    contacts: list[ContactStanding]


class NewContact(Shape):
    """A contact to be added; what they bring along is past, and no event (C12).

    Attributes:
        fields: Their values by the names of fields.
        tags: The tags that they carry.
    """

    model_config = ConfigDict(
        json_schema_extra={"example": {"fields": {"email": "ada@example.com"}, "tags": []}}
    )

    fields: Values = {}
    tags: Tags = []


class ContactAdding(Shape):
    """How a contact is added.

    Attributes:
        unless: ``email``: only if no contact has the address; otherwise that one is answered.
    """

    unless: Literal["email"] | None = None


class ContactChange(Shape):
    """What is to change about a contact; each value and tag that does is an event (C10).

    Attributes:
        fields: New values by the names of fields; null, or an empty text, clears one.
        apply_tags: Tags to put on.
        remove_tags: Tags to take off.
        refuse: Channels by which they do not want to be reached any more.
        allow: Channels by which they may be reached again.
        owner: The address of the user they belong to from now on; empty for nobody.
    """

    fields: Values = {}
    apply_tags: Tags = []
    remove_tags: Tags = []
    refuse: Annotated[list[Channel], Field(max_length=10)] = []
    allow: Annotated[list[Channel], Field(max_length=10)] = []
    owner: Annotated[str, Field(max_length=500)] | None = None


class ContactMerge(Shape):
    """Who is the same person as a contact.

    Attributes:
        duplicate: The contact who becomes the other; their number leads there from now on.
        digest: Only if this is the digest of the one who stays: nobody has changed them meanwhile.
        duplicate_digest: Only if this is the duplicate's digest, likewise.
    """

    duplicate: Number
    digest: Word | None = None
    duplicate_digest: Word | None = None


class ContactGone(ContactAsked):
    """Which contact is to be deleted.

    Attributes:
        digest: Only if this is their digest: nobody has changed them meanwhile.
    """

    digest: Word | None = None


class Added(Shape):
    """How many were added, and the number of the first and the last."""

    count: int
    first: int | None
    last: int | None


class HappeningShape(Shape):
    """One line of a contact's timeline.

    Attributes:
        at: When.
        what: The kind of line: event, achieved, entered, passed, skipped, ended, ...
        campaign: The campaign's title; empty for what came from outside.
        node: The node, and the step after a dot.
        why: The reason in words, with its rule.
    """

    at: dt.datetime
    what: str
    campaign: str
    node: str
    why: str


class TimelineAsked(ContactAsked):
    """Which part of a contact's timeline.

    Attributes:
        before: What came before what this was `earlier` of; the latest if it is left out.
        limit: How many lines; all of them if it is left out.
    """

    before: Number | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] | None = None


class Timeline(Shape):
    """What happened to a contact and why, oldest first.

    Attributes:
        happenings: What happened.
        earlier: What to ask for `before`, to hear what was earlier; null if nothing was.
    """

    happenings: list[HappeningShape]
    earlier: int | None


# --- events


class EventShape(Shape):
    """Something that happened to a contact.

    Attributes:
        contact: The contact.
        event: What: a trigger's word, such as ``web-form-submitted``.
        about: What it says, by name; resources as ``#12``. Of an order, lists of one length.
        message: For a click or an opening: in which message of the outbox it was.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"contact": 1, "event": "web-form-submitted", "about": {"form": "#7"}}
        }
    )

    contact: Number
    event: Word
    about: Annotated[
        dict[Word, Text | Annotated[list[Text], Field(min_length=1, max_length=1000)]],
        Field(max_length=20),
    ] = {}
    message: Number | None = None


class EventAsked(Shape):
    """How an event is received.

    Attributes:
        wait: For how many seconds, at most, to wait for its turn. It is safe in the account before
            that, whatever happens.
    """

    wait: Annotated[float, Field(ge=0, le=30)] = 0.02


class Received(Shape):
    """What was received.

    Attributes:
        count: How many events.
        turn: Whether they have had their turn, or will have it.
    """

    count: int
    turn: Literal["done", "pending"]


class EnrolmentAsked(CampaignAsked, EventAsked):
    """Which campaign, and for how many seconds to wait for the turns.

    Attributes:
        wait: For how many seconds, at most. Whoever is put into the campaign is safe before that.
    """


class Enrolling(Shape):
    """Whom to put into a campaign.

    Attributes:
        tags: The contacts who have any of these tags, and do not stand in the campaign.
    """

    tags: Annotated[list[Number], Field(min_length=1, max_length=100)]


class Enrolled(Shape):
    """Who is put into a campaign.

    Attributes:
        contacts: How many contacts.
        turn: Whether they have had their turns, or will have them.
    """

    contacts: int
    turn: Literal["done", "pending"]


class GoalCall(Shape):
    """A goal, called by its name (``FunnelService.achieveGoal`` of old)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"contact": 1, "integration": "acme", "call": "webinarAttended"}
        }
    )

    contact: Number
    integration: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
    call: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


class GoalAchieved(Shape):
    """A goal that heard a call, and what that ended and started.

    Attributes:
        campaign: The campaign.
        goal: The goal's key.
        started: The sequences that were entered.
        ended: Where the contact stood and does no more.
    """

    campaign: int
    goal: str
    started: list[str]
    ended: list[str]


class Achieved(Shape):
    """The goals that heard a call; none if nobody listens for it."""

    goals: list[GoalAchieved]
