"""Waiting: until when a position waits at its step, and for what first.

What a wait means on the calendar is said in `account_engine.language.timers`; what is done when it
is over, by the interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from account_engine.contacts import Contact
from account_engine.flows import LiveFlow
from account_engine.language import timers
from account_engine.position import Instant, Position
from package_format.campaign.timers import IfMissing, IfPast, Wait


def timed(
    position: Position, wait: Wait, began: Instant, contact: Contact, now: Instant, zone: str
) -> Position:
    """Return a position with the due time of a wait that began then (M5).

    A delay that is over goes on in the next hours it allows. What a wait says of dates that are
    past or missing is done when it is handled: it begins then.

    Args:
        position: The position, at the step whose wait it is.
        wait: The wait.
        began: When it began.
        contact: Whose it is.
        now: The present moment.
        zone: The account's time zone, for contacts who have none of their own.
    """
    match timers.due(wait, began, contact, now, zone):
        case timers.At(instant):
            own = timers.zone_of(contact, zone)
            due = instant if instant >= now else timers.allowed(wait, now, own)
            return replace(position, began=began, due=due)
        case timers.Missing() if wait.if_missing is IfMissing.HOLD:
            return replace(position, began=began, due=None)
        case timers.Past() | timers.Missing():
            return replace(position, began=now, due=now)
        case outcome:
            assert_never(outcome)


def retimed(
    position: Position, wait: Wait, began: Instant, contact: Contact, now: Instant, zone: str
) -> Position:
    """Return a position whose wait is computed again; what it is owed comes first as before.

    Args: As of `timed`.
    """
    after = timed(position.resumed(), wait, began, contact, now, zone)
    return after.owing(position.owed, position.due)


def catching_up(
    flow: LiveFlow,
    position: Position,
    steps: Sequence[int],
    began: Instant,
    contact: Contact,
    now: Instant,
    zone: str,
) -> Position:
    """Return a position that waits for the first of the steps that it is owed (M4).

    A step's own wait counts from when it began. One that waits for a date that is past or missing
    is passed over, unless it is to go on: nobody leaves or is held for the sake of catching up.

    Args:
        flow: The flow in which it stands.
        position: The position, to which nothing is owed.
        steps: The ids of the steps, in order.
        began: When their waiting began.
        contact: Whose position it is.
        now: The present moment.
        zone: The account's time zone, for contacts who have none of their own.
    """
    for index, number in enumerate(steps):
        node, _, key = flow.addresses[number].partition(".")
        due = _owed(flow.wait(node, key), began, contact, now, zone)
        if due is not None:
            return position.owing(tuple(steps[index:]), due)
    return position


def _owed(
    wait: Wait | None, began: Instant, contact: Contact, now: Instant, zone: str
) -> Instant | None:
    """Return when a step that is owed runs; None if it is passed over."""
    if wait is None:
        return now
    match timers.due(wait, began, contact, now, zone):
        case timers.At(instant):
            own = timers.zone_of(contact, zone)
            return instant if instant >= now else timers.allowed(wait, now, own)
        case timers.Past() if wait.if_past is IfPast.GO_ON:
            return now
        case timers.Past() | timers.Missing():
            return None
        case outcome:
            assert_never(outcome)
