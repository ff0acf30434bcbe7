"""The native API: a route for each row of the table, and the document that describes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from account_engine.account import Account
from account_engine.clock import Clock
from account_engine.errors import RefusedError
from account_engine.server.api.contact_shapes import Enrolled, EventAsked, Received
from account_engine.server.api.table import OPERATIONS
from account_engine.server.asking import (
    admit,
    body_of,
    demand_media,
    read_body,
    read_lines,
    read_query,
)
from account_engine.server.desks import Desks
from account_engine.server.openapi import document
from account_engine.server.operations import PREFIX, Answer, Operation
from account_engine.whereabouts import Witness

JSON = "application/json"
NDJSON = "application/x-ndjson"
DOCUMENT = f"{PREFIX}/openapi.json"


class NativeApi:
    """The native API of one account."""

    def __init__(self, desks: Desks, clock: Clock, witness: Witness | None) -> None:
        """Take the desks where the account is asked, what knows the time, and what remembers."""
        self._desks = desks
        self._clock = clock
        self._witness = witness
        self._document = document(OPERATIONS)

    @property
    def routes(self) -> list[Route]:
        """Where each operation is."""
        found = [Route(DOCUMENT, self.describe, methods=["GET"])]
        for operation in OPERATIONS:
            path = f"{PREFIX}{operation.path}"
            found.append(Route(path, self._endpoint(operation), methods=[operation.method]))
        return found

    async def describe(self, request: Request) -> Response:
        """Give out the OpenAPI document; anybody may read what can be asked."""
        del request
        return JSONResponse(self._document, headers={"Cache-Control": "no-cache"})

    def _endpoint(self, operation: Operation) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def endpoint(request: Request) -> Response:
            await admit(self._desks, request, operation.scope)
            if operation.sends is not None:
                demand_media(request, NDJSON if operation.lines else JSON)
            body = await body_of(request, operation.limit)
            asked = read_query(operation.asks, request)
            # A hundred thousand lines are read beside the desks, where others would wait for them.
            sent = await asyncio.to_thread(_read, operation, body)

            def work(account: Account) -> Answer:
                more = {"witness": self._demand_witness()} if operation.delivers else {}
                return operation.run(account, asked, sent, self._clock.now(), **more)

            answer = await self._desks.do(operation.access, work)
            if answer.hears and isinstance(asked, EventAsked):
                answer = await self._heard(asked, answer)
            elif answer.hears:
                await self._desks.heard(0)
            return _response(operation, answer)

        return endpoint

    def _demand_witness(self) -> Witness:
        if self._witness is None:
            raise RefusedError("this server remembers nothing of what is handed out")
        return self._witness

    async def _heard(self, asked: EventAsked, answer: Answer) -> Answer:
        """Let what was received have its turn, and say whether it has."""
        heard = await self._desks.heard(asked.wait)
        if not heard or not isinstance(answer.body, Received | Enrolled):
            return answer
        return Answer(answer.body.model_copy(update={"turn": "done"}))


def _read(operation: Operation, body: bytes) -> object:
    if operation.sends is None:
        return None
    if operation.lines:
        return read_lines(operation.sends, body)
    return read_body(operation.sends, body)


def _response(operation: Operation, answer: Answer) -> Response:
    headers = {"Cache-Control": "no-store", **answer.headers}
    match answer.body:
        case None:
            return Response(status_code=answer.status, headers=headers)
        case bytes():
            return Response(answer.body, answer.status, media_type=operation.media, headers=headers)
        case BaseModel():
            return Response(
                answer.body.model_dump_json(by_alias=True),
                answer.status,
                media_type=JSON,
                headers=headers,
            )
