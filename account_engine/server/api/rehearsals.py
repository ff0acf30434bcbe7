"""Rehearsals over HTTP: what an account would send in the coming days; nothing of it happens."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from pydantic import AwareDatetime

from account_engine.account import Account
from account_engine.effects import EffectKind
from account_engine.keys import Scope
from account_engine.position import Instant
from account_engine.rehearsal import Sending, rehearse
from account_engine.server.api.changes import ChangeSetShape, change_set_of
from account_engine.server.api.shapes import moment
from account_engine.server.desks import Access
from account_engine.server.operations import LARGE, Answer, Nothing, Operation, Shape
from account_engine.server.problems import ProblemError

MOST = 200_000
"""How many sendings are answered; a copy that sends more is looked at where the account is."""


class RehearsalAsked(Shape):
    """How far to look ahead, and after what.

    Attributes:
        until: Until when time runs ahead.
        change_set: What is applied first, in the copy alone; null for nothing.
    """

    until: AwareDatetime
    change_set: ChangeSetShape | None = None


class SendingShape(Shape):
    """Something that would be sent, or handed to somebody.

    Attributes:
        at: When.
        contact: To whom, or about whom.
        to: Their email address; empty if they have none.
        kind: What it is.
        resource: The id (``#7``) of what it is made of.
        label: What people call that.
        campaign: The title of the campaign that sends it.
    """

    at: dt.datetime
    contact: int
    to: str
    kind: EffectKind
    resource: str
    label: str
    campaign: str


class RehearsalShape(Shape):
    """What would be sent, in order."""

    sendings: list[SendingShape]


def run_rehearsal(account: Account, _: Nothing, sent: RehearsalAsked, _now: Instant) -> Answer:
    """Let time run ahead in a copy of the account, and return what would be sent until then.

    Nothing in the account changes, and nothing is sent. One rehearsal runs at a time.
    """
    change_set = change_set_of(sent.change_set) if sent.change_set is not None else None
    found = rehearse(account, change_set, int(sent.until.timestamp()))
    if len(found) > MOST:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "too-much",
            f"{len(found):,} messages would be sent, and {MOST:,} are answered at most; look less "
            "far ahead, or rehearse where the account is.",
        )
    return Answer(RehearsalShape(sendings=[_shape(one) for one in found]))


def _shape(one: Sending) -> SendingShape:
    return SendingShape(
        at=moment(one.at),
        contact=one.contact,
        to=one.to,
        kind=one.kind,
        resource=one.resource,
        label=one.label,
        campaign=one.campaign,
    )


REHEARSALS = (
    Operation(
        "rehearse",
        "POST",
        "/rehearsals",
        "Look ahead in a copy",
        Scope.INSTALL,
        run_rehearsal,
        {200: RehearsalShape},
        sends=RehearsalAsked,
        access=Access.REHEARSE,
        limit=LARGE,
        refuses=(409,),
    ),
)
