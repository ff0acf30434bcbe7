"""The account itself, and its outbox, over HTTP."""

from __future__ import annotations

from http import HTTPStatus

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.objects import number_of
from account_engine.position import Instant
from account_engine.rendering import Message
from account_engine.server.api.shapes import (
    AccountShape,
    MessageAsked,
    MessageList,
    MessageShape,
    Page,
    moment,
    moment_if,
)
from account_engine.server.operations import Answer, Nothing, Operation
from account_engine.server.problems import ProblemError


def read_account(account: Account, _: Nothing, _sent: None, _now: Instant) -> Answer:
    """Return what the account says of itself."""
    info = account.info
    return Answer(
        AccountShape(
            id=info.id,
            incarnation=info.incarnation,
            name=info.name,
            features=info.features,
            zone=info.zone,
            now=moment(info.now),
            head=info.head,
            contacts=account.count_contacts(),
        )
    )


def list_messages(account: Account, asked: Page, _: None, _now: Instant) -> Answer:
    """List what is to be delivered, in the order in which it was recorded."""
    found = account.outbox(after=asked.after, limit=asked.limit + 1)
    shown = found[: asked.limit]
    return Answer(
        MessageList(
            messages=[_message(one) for one in shown],
            next=shown[-1].number if len(found) > len(shown) else None,
        )
    )


def read_message(account: Account, asked: MessageAsked, _: None, _now: Instant) -> Answer:
    """Return one message, filled in with the contact's values of this moment."""
    found = account.message(asked.message)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "no-such-message", f"There is no message {asked.message}."
        )
    return Answer(_message(found))


def _message(one: Message) -> MessageShape:
    return MessageShape(
        number=one.number,
        identity=one.identity,
        kind=str(one.kind),
        contact=one.contact,
        to=one.to,
        sender=one.sender,
        subject=one.subject,
        body=one.body,
        campaign=one.campaign,
        resource=number_of(one.resource),
        recorded=moment(one.recorded),
        due=moment_if(one.due),
        person=one.person,
        withheld=one.withheld,
    )


OUTBOX = (
    Operation(
        "readAccount",
        "GET",
        "/account",
        "Read the account",
        Scope.READ,
        read_account,
        {200: AccountShape},
    ),
    Operation(
        "listMessages",
        "GET",
        "/outbox",
        "List messages",
        Scope.READ,
        list_messages,
        {200: MessageList},
        asks=Page,
    ),
    Operation(
        "readMessage",
        "GET",
        "/outbox/{message}",
        "Read a message",
        Scope.READ,
        read_message,
        {200: MessageShape},
        asks=MessageAsked,
    ),
)
