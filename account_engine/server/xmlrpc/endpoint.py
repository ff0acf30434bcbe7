"""The endpoint: one address, one method over HTTP, and every answer a success to HTTP."""

from __future__ import annotations

import logging
from xmlrpc.client import Fault

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from account_engine.errors import AccountError
from account_engine.server.asking import body_of, demand_media, token_in
from account_engine.server.desks import Access, Desks
from account_engine.server.problems import UNFORESEEN, ProblemError
from account_engine.server.xmlrpc.faults import Code, fault, meaning
from account_engine.server.xmlrpc.services import arguments_of
from account_engine.server.xmlrpc.wire import read_call, write_answer, write_fault

_LIMIT = 2**18  # nobody is known before it is read

PATHS = ("/crm/xmlrpc/v1", "/api/xmlrpc")

_LOG = logging.getLogger("account_engine.server")


class XmlRpc:
    """The old API of one account."""

    def __init__(self, desks: Desks) -> None:
        """Take the desks where the account is asked."""
        self._desks = desks

    @property
    def routes(self) -> list[Route]:
        """Where it was, and where it was before."""
        return [Route(path, self.call, methods=["POST"]) for path in PATHS]

    async def call(self, request: Request) -> Response:
        """Do what a call asks.

        The key is the call's first argument; clients of later days leave that empty, and send it
        in a header.
        """
        demand_media(request, "text/xml", "application/xml")
        body = await body_of(request, _LIMIT)
        try:
            answer = write_answer(await self._do(request, body))
        except Fault as error:
            answer = write_fault(error)
        except AccountError as error:
            answer = write_fault(meaning(error))
        except Exception:  # noqa: BLE001  a client of this API understands nothing but faults
            _LOG.exception("a call failed")
            answer = write_fault(fault(Code.UNEXPECTED_ERROR, UNFORESEEN))
        return Response(answer, media_type="text/xml", headers={"Cache-Control": "no-store"})

    async def _do(self, request: Request, body: bytes) -> object:
        name, arguments = read_call(body)
        method, token, given = arguments_of(name, arguments)
        sent = _in_header(request) or token
        key = await self._desks.do(Access.ADMIT, lambda account: account.key_of(sent))
        if key is None:
            raise fault(Code.INVALID_KEY, "Invalid Key")
        if method.scope not in key.scopes:
            raise fault(Code.NO_ACCESS, f"This key is not good for {method.scope}.")
        return await self._desks.do(method.access, lambda account: method.run(account, *given))


def _in_header(request: Request) -> str:
    try:
        return token_in(request)
    except ProblemError:
        return ""
