"""Retiming: when a position that was carried acts next (M5), or may pass its join at once (M6)."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from account_engine import timers
from account_engine.contacts import Contact
from account_engine.flows import LiveFlow
from account_engine.interpreter.joins import is_busy, may_pass
from account_engine.position import Instant, Position, Status
from package_format.campaign.timers import IfMissing, Wait


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


def woken(
    flow: LiveFlow, position: Position, positions: tuple[Position, ...], now: Instant
) -> Position:
    """Return a position that is looked at now if its join may pass, by what has changed (C8, M6).

    One that only absorbs what still arrives stops if nothing can any more.

    Args:
        flow: The flow in which it stands.
        position: The position.
        positions: All of the contact's positions.
        now: The present moment.
    """
    if position.due is not None or position.step is not None:
        return position
    if position.overtaken and not is_busy(flow, position.node, positions):
        if position.status is Status.QUEUED:
            return replace(position, overtaken=False)
        return replace(position, due=now)
    return replace(position, due=now) if may_pass(flow, position, positions) else position
