"""The endpoints of REST v2: a route for each row, and the vendor's envelope for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as HttpRoute

from account_engine.account import Account
from account_engine.server.asking import admit, body_of, demand_media
from account_engine.server.desks import Desks
from account_engine.server.operations import SMALL
from account_engine.server.problems import ProblemError
from account_engine.server.rest_v2.asking import Call, Route
from account_engine.server.rest_v2.campaigns import CAMPAIGNS
from account_engine.server.rest_v2.contacts import CONTACTS
from account_engine.server.rest_v2.fields import FIELDS
from account_engine.server.rest_v2.products import PRODUCTS
from account_engine.server.rest_v2.tags import TAGS
from package_format.kinds.model import Json

PREFIX = "/crm/rest/v2"
ROUTES: tuple[Route, ...] = (*TAGS, *FIELDS, *CONTACTS, *PRODUCTS, *CAMPAIGNS)
"""Every operation; where paths could be taken for each other, the narrower one comes first."""


class RestV2:
    """The face that the vendor's libraries know."""

    def __init__(self, desks: Desks) -> None:
        """Take the desks where the account is asked."""
        self._desks = desks

    @property
    def routes(self) -> list[HttpRoute]:
        """Where each operation is."""
        return [
            HttpRoute(f"{PREFIX}{row.path}", self._endpoint(row), methods=[row.method])
            for row in ROUTES
        ]

    def _endpoint(self, row: Route) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def endpoint(request: Request) -> Response:
            await admit(self._desks, request, row.scope)
            if row.method in {"POST", "PATCH"}:
                demand_media(request, "application/json")
            query: dict[str, list[str]] = {}
            for name, value in request.query_params.multi_items():
                query.setdefault(name, []).append(value)
            call = Call(request.path_params, query, await body_of(request, SMALL))

            def work(account: Account) -> tuple[int, Json]:
                return row.run(account, call)

            status, answer = await self._desks.do(row.access, work)
            headers = {"Cache-Control": "no-store"}
            if answer is None:
                return Response(status_code=status, headers=headers)
            return JSONResponse(answer, status, headers=headers)

        return endpoint


def response(error: ProblemError) -> JSONResponse:
    """Return a problem as the vendor says it."""
    return JSONResponse(
        {
            "code": error.status.value,
            "message": error.detail,
            "status": error.status.name,
            "details": [],
        },
        status_code=error.status,
        headers=dict(error.headers),
    )
