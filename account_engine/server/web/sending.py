"""Forms that people send: read up to a limit, and from where they may come."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request

from account_engine.server.asking import body_of, demand_media
from account_engine.server.problems import ProblemError

URLENCODED = "application/x-www-form-urlencoded"
_LIMIT = 2**18
_FIELDS = 200


async def form_of(request: Request) -> dict[str, str]:
    """Return the values of a form that was sent; of one that is there twice, the last.

    Raises:
        ProblemError: It is too large, or no form.
    """
    demand_media(request, URLENCODED)
    body = await body_of(request, _LIMIT)
    try:
        return dict(
            parse_qsl(
                body.decode("utf-8"),
                keep_blank_values=True,
                max_num_fields=_FIELDS,
                errors="strict",
            )
        )
    except ValueError as error:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "no-form", "What was sent is no form that we could read."
        ) from error


def demand_own(request: Request) -> None:
    """Demand that a form was sent from a page of ours, where it says who sends it.

    Browsers say where a form comes from, and a page elsewhere cannot make them say otherwise. What
    says nothing at all is no browser, and has no cookie to be misused.

    Raises:
        ProblemError: It comes from elsewhere.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    host = request.headers.get("Host", "")
    if site is not None:
        own = site in {"same-origin", "none"}
    else:
        own = origin is None or origin.partition("://")[2] == host
    if not own:
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "from-elsewhere",
            "This was sent from a page that is none of this account's. Nothing was done.",
        )
