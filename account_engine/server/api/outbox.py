"""The account itself, its outbox, and what became of it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.objects import number_of
from account_engine.outgoing.deliveries import Delivery
from account_engine.outgoing.rendering import Message
from account_engine.position import Instant
from account_engine.server.api.outbox_shapes import (
    DeliveriesAsked,
    DeliveryList,
    DeliveryShape,
    MessageAsked,
    MessageCounts,
    MessageList,
    MessagesCounted,
    MessageShape,
)
from account_engine.server.api.shapes import AccountShape, Numbers, Page, moment, moment_if
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
            messages=[MessageShape.model_validate(message_of(one)) for one in shown],
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
    return Answer(MessageShape.model_validate(message_of(found)))


def count_messages(account: Account, asked: MessagesCounted, _: None, _now: Instant) -> Answer:
    """Count what was recorded, kind by kind, and say under which number the newest was."""
    kinds = account.count_sent(after=asked.after)
    counts = {str(kind): number for kind, number in kinds.items()}
    return Answer(MessageCounts(last=account.last_message(), kinds=counts))


def list_deliveries(account: Account, asked: DeliveriesAsked, _: None, _now: Instant) -> Answer:
    """List the first deliveries that have come so far, such as those that failed."""
    return _deliveries(account.deliveries_in(asked.state, limit=asked.limit))


def find_deliveries(account: Account, _: Nothing, sent: Numbers, _now: Instant) -> Answer:
    """Return how far messages have come, as far as their delivery was begun."""
    found = account.deliveries(sorted(set(sent.numbers)))
    return _deliveries(found[number] for number in sorted(found))


def _deliveries(found: Iterable[Delivery]) -> Answer:
    return Answer(
        DeliveryList(
            deliveries=[
                DeliveryShape(
                    message=one.effect,
                    courier=str(one.courier),
                    state=str(one.state),
                    attempts=one.attempts,
                    since=moment(one.since),
                    next=moment_if(one.next),
                    at=moment_if(one.at),
                    detail=one.detail,
                )
                for one in found
            ]
        )
    )


def message_of(one: Message) -> dict[str, object]:
    """Return a message as its shape has it."""
    return {
        "number": one.number,
        "identity": one.identity,
        "kind": str(one.kind),
        "contact": one.contact,
        "to": one.to,
        "sender": one.sender,
        "subject": one.subject,
        "preheader": one.preheader,
        "body": one.body,
        "text": one.text,
        "campaign": one.campaign,
        "resource": number_of(one.resource),
        "recorded": moment(one.recorded),
        "due": moment_if(one.due),
        "person": one.person,
        "withheld": one.withheld,
    }


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
        "countMessages",
        "GET",
        "/outbox/count",
        "Count messages",
        Scope.READ,
        count_messages,
        {200: MessageCounts},
        asks=MessagesCounted,
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
    Operation(
        "listDeliveries",
        "GET",
        "/deliveries",
        "List deliveries",
        Scope.READ,
        list_deliveries,
        {200: DeliveryList},
        asks=DeliveriesAsked,
    ),
    Operation(
        "findDeliveries",
        "POST",
        "/deliveries/lookup",
        "Find deliveries by the numbers of their messages",
        Scope.READ,
        find_deliveries,
        {200: DeliveryList},
        sends=Numbers,
    ),
)
