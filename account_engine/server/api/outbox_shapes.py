"""Shapes of what goes out: messages, how far they have come, and what people have to do."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from account_engine.outgoing.deliveries import DeliveryState
from account_engine.server.api.shapes import After
from account_engine.server.operations import Number, Shape


class MessageAsked(Shape):
    """Which message."""

    message: Number


class MessageShape(Shape):
    """Something to be delivered, with the contact's values of this moment (C11, C13).

    Attributes:
        number: Under which it was recorded; counts up.
        identity: The key under which delivery is idempotent.
        kind: What is to be done: email, letter, task, ...
        contact: The contact.
        to: Where the contact is reached.
        sender: For an email, from whom.
        subject: The subject or title.
        preheader: For an email, the line that inboxes show beside the subject.
        body: What it says.
        text: What it says as plain text; of an email, the part that goes beside the HTML.
        campaign: The title of the campaign that caused it.
        resource: The number of what it is made of.
        recorded: When it was recorded.
        due: For a task or a call, when it is to be done.
        person: For a task or a call, who is to do it.
        withheld: Why it is not delivered after all; empty if it is.
    """

    number: int
    identity: str
    kind: str
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


class MessageList(Shape):
    """A page of the outbox.

    Attributes:
        messages: In the order in which they were recorded.
        next: What to ask for `after`; null at the end.
    """

    messages: list[MessageShape]
    next: int | None


class MessagesCounted(Shape):
    """Which messages are counted.

    Attributes:
        after: Only those with a greater number.
    """

    after: After = 0


class MessageCounts(Shape):
    """How much was recorded.

    Attributes:
        last: The number of the newest message; 0 if there is none.
        kinds: How many there are of each kind.
    """

    last: int
    kinds: dict[str, int]


# --- deliveries


class DeliveriesAsked(Shape):
    """Which deliveries.

    Attributes:
        state: How far they have come.
        limit: How many at most.
    """

    state: DeliveryState
    limit: Annotated[int, Field(ge=1, le=100_000)] = 1000


class DeliveryShape(Shape):
    """How far a message has come.

    Attributes:
        message: The message's number.
        courier: What carries it.
        state: How far it has come.
        attempts: How often it was tried.
        since: When its delivery was begun.
        next: When it is tried next; null at its end.
        at: When it came to its end.
        detail: What the other side said last, or why it is withheld.
    """

    message: int
    courier: str
    state: str
    attempts: int
    since: dt.datetime
    next: dt.datetime | None
    at: dt.datetime | None
    detail: str


class DeliveryList(Shape):
    """Deliveries, by the numbers of their messages."""

    deliveries: list[DeliveryShape]


# --- work lists


class WorkShape(MessageShape):
    """Something that people have to do.

    Attributes:
        key: What it is known by outside: the same however often it is listed, and no other's.
    """

    key: str


class Worklist(Shape):
    """A page of what people have to do, and was not handed out to them yet.

    Attributes:
        work: In the order in which it was recorded.
        next: What to ask for `after`; null at the end.
    """

    work: list[WorkShape]
    next: int | None


class HandedOut(Shape):
    """What was handed out.

    Attributes:
        count: How much of it was not before.
    """

    count: int
