"""Events: what happened to contacts, from outside; one by one, in bulk, and goals by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from account_engine.account import Account
from account_engine.errors import InvalidDataError, RefusedError, UnknownObjectError
from account_engine.events import Event
from account_engine.keys import Scope
from account_engine.position import Instant
from account_engine.reporting import read_event
from account_engine.server.api.contact_shapes import (
    Achieved,
    EventAsked,
    EventShape,
    GoalAchieved,
    GoalCall,
    Received,
)
from account_engine.server.desks import Access
from account_engine.server.goals import call
from account_engine.server.operations import LARGE, Answer, Nothing, Operation
from account_engine.server.problems import ProblemError

MOST = 100_000
"""How many events one request may bring."""


def event_of(account: Account, sent: EventShape) -> Event:
    """Read an event that was sent.

    Raises:
        RefusedError: It is nothing that one can report.
    """
    about = {
        name: value if isinstance(value, str) else tuple(value)
        for name, value in sent.about.items()
    }
    event = read_event(account, sent.event, about)
    if sent.message is None:
        return event
    return account.in_message(sent.contact, event, sent.message)


def receive_event(account: Account, _: EventAsked, sent: EventShape, _now: Instant) -> Answer:
    """Say what happened to a contact: it is safe in the account before this answers.

    It has its turn at once, unless something large is going on; then the answer is 202, and the
    turn comes afterwards, in the order in which events came (C10).
    """
    account.receive(sent.contact, event_of(account, sent))
    return Answer(Received(count=1, turn="pending"), 202, hears=True)


def receive_events(
    account: Account, _: EventAsked, sent: Sequence[EventShape], _now: Instant
) -> Answer:
    """Say what happened to many contacts, an event on each line (NDJSON): all of it or nothing.

    A line that cannot be refuses the whole request and is named.
    """
    if len(sent) > MOST:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            f"One request brings up to {MOST:,} events, and this has {len(sent):,}; send several.",
        )
    read: dict[tuple[object, ...], Event] = {}

    def events() -> Iterator[tuple[int, Event]]:
        for line, one in enumerate(sent, 1):
            alike = (one.event, str(one.about), one.message and (one.message, one.contact))
            if alike not in read:
                try:
                    read[alike] = event_of(account, one)
                except RefusedError as error:
                    raise InvalidDataError(f"line {line}: {error}") from error
            yield one.contact, read[alike]

    happened = list(events())
    try:
        count = account.receive_all(happened)
    except UnknownObjectError as error:
        raise InvalidDataError(f"line {_unknown(account, sent)}: {error}") from error
    return Answer(Received(count=count, turn="pending"), 202, hears=bool(count))


def _unknown(account: Account, sent: Sequence[EventShape]) -> int:
    """Return the first line that names nobody."""
    for line, one in enumerate(sent, 1):
        try:
            account.contact(one.contact)
        except UnknownObjectError:
            return line
    return len(sent)


def call_goal(account: Account, _: Nothing, sent: GoalCall, _now: Instant) -> Answer:
    """Call a goal by its name, as `FunnelService.achieveGoal` did; it has its turn at once."""
    found = call(account, sent.contact, sent.integration, sent.call)
    return Answer(
        Achieved(
            goals=[
                GoalAchieved(
                    campaign=one.campaign,
                    goal=one.goal,
                    started=[name for name, _ in one.started],
                    ended=[name for name, _ in one.ended],
                )
                for one in found
            ]
        )
    )


EVENTS = (
    Operation(
        "receiveEvent",
        "POST",
        "/events",
        "Say what happened to a contact",
        Scope.EVENTS,
        receive_event,
        {200: Received, 202: Received},
        asks=EventAsked,
        sends=EventShape,
        access=Access.RECEIVE,
    ),
    Operation(
        "receiveEvents",
        "POST",
        "/events/bulk",
        "Say what happened to many contacts",
        Scope.EVENTS,
        receive_events,
        {200: Received, 202: Received},
        asks=EventAsked,
        sends=EventShape,
        access=Access.RECEIVE,
        lines=True,
        limit=LARGE,
    ),
    Operation(
        "callGoal",
        "POST",
        "/goals",
        "Call a goal by its name",
        Scope.EVENTS,
        call_goal,
        {200: Achieved},
        sends=GoalCall,
        access=Access.WRITE,
    ),
)
