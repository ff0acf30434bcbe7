"""Work lists over HTTP: what people have to do, page by page, until it is handed out to them."""

from __future__ import annotations

from account_engine.account import Account
from account_engine.keys import Scope
from account_engine.position import Instant
from account_engine.server.api.outbox import message_of
from account_engine.server.api.outbox_shapes import HandedOut, Worklist, WorkShape
from account_engine.server.api.shapes import Numbers, Page
from account_engine.server.desks import Access
from account_engine.server.operations import Answer, Nothing, Operation
from account_engine.whereabouts import Witness


def list_work(account: Account, asked: Page, _: None, now: Instant, *, witness: Witness) -> Answer:
    """List the letters, faxes, calls, tasks and packages that were not handed out to anybody yet.

    An account that is a copy lists nothing before its owner has said that it is the one.
    """
    found, more = account.work(
        max(now, account.clock()), witness, after=asked.after, limit=asked.limit
    )
    return Answer(
        Worklist(
            work=[
                WorkShape.model_validate({**message_of(one.message), "key": one.key})
                for one in found
            ],
            next=more,
        )
    )


def hand_out(
    account: Account, _: Nothing, sent: Numbers, now: Instant, *, witness: Witness
) -> Answer:
    """Say that work is being done, by the numbers of its messages: it is not listed again."""
    account.demand_original(witness)
    found = account.deliveries(sorted(set(sent.numbers)))
    return Answer(HandedOut(count=account.hand_out(found.values(), max(now, account.clock()))))


WORKLISTS = (
    Operation(
        "listWork",
        "GET",
        "/worklist",
        "List what people have to do",
        Scope.READ,
        list_work,
        {200: Worklist},
        asks=Page,
        access=Access.WRITE,
        delivers=True,
    ),
    Operation(
        "handOut",
        "POST",
        "/worklist/handed-out",
        "Say that work was handed out",
        Scope.EVENTS,
        hand_out,
        {200: HandedOut},
        sends=Numbers,
        access=Access.WRITE,
        delivers=True,
    ),
)
