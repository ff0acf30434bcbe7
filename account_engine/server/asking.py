"""Asking: who asks, and what was sent, before anything is done.

Nothing is read of whoever has no key. Bodies are read up to a limit of size and of time, and no
further: what is announced too large is not read at all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from account_engine.account import Account
from account_engine.keys import ApiKey, Scope
from account_engine.server.desks import Access, Desks
from account_engine.server.problems import ProblemError, invalid

Model = TypeVar("Model", bound=BaseModel)

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="account"'}
MOST_LINES = 100_000

PATIENCE, SLOWEST = 10.0, 2**16
"""A body takes at most so many seconds, and one more for so many bytes that it may have."""


def token_in(request: Request) -> str:
    """Return the token that a request brings, in either of the headers that clients use.

    Raises:
        ProblemError: It brings none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "bearer" and token:
        return token.strip()
    token = request.headers.get("X-Keap-API-Key", "")
    if token:
        return token.strip()
    raise ProblemError(
        HTTPStatus.UNAUTHORIZED,
        "no-key",
        "This needs an API key, in the header 'Authorization: Bearer cpt_…'. Whoever looks after "
        "the account makes one: cpt account key create.",
        headers=_CHALLENGE,
    )


async def admit(desks: Desks, request: Request, scope: Scope) -> None:
    """Let in whoever has a key that is good for something.

    Raises:
        ProblemError: They bring none, there is no such key, or it is not good for this.
    """
    token = token_in(request)
    await desks.do(Access.ADMIT, lambda account: admitted(account, token, scope))


def admitted(account: Account, token: str, scope: Scope) -> ApiKey:
    """Return the key of whoever asks.

    Raises:
        ProblemError: There is no such key, or it is not good for this.
    """
    key = account.key_of(token)
    if key is None:
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "wrong-key",
            "There is no such API key, or it has been revoked.",
            headers=_CHALLENGE,
        )
    if scope not in key.scopes:
        good_for = ", ".join(sorted(key.scopes)) or "nothing"
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "wrong-scope",
            f"This needs a key with the scope {scope}; this key has {good_for}.",
            more={"scope": scope},
        )
    return key


async def body_of(request: Request, limit: int) -> bytes:
    """Return a request's body.

    Raises:
        ProblemError: It is too large, or too slow.
    """
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    read = bytearray()
    try:
        async with asyncio.timeout(PATIENCE + limit / SLOWEST):
            async for piece in request.stream():
                read += piece
                if len(read) > limit:
                    raise _too_large(limit)
    except TimeoutError as error:
        raise ProblemError(
            HTTPStatus.REQUEST_TIMEOUT,
            "too-slow",
            "The body did not come in time; nothing was done.",
            headers={"Connection": "close"},
        ) from error
    return bytes(read)


def _too_large(limit: int) -> ProblemError:
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-large",
        f"A body has up to {limit:,} bytes here; send less at a time.",
        headers={"Connection": "close"},
    )


def media_of(request: Request) -> str:
    """Return what sort of body a request says that it has."""
    return request.headers.get("Content-Type", "").partition(";")[0].strip().casefold()


def demand_media(request: Request, *allowed: str) -> None:
    """Demand one of these sorts of body.

    A browser sends none of them from a form on another site without asking first.

    Raises:
        ProblemError: It has another.
    """
    if media_of(request) not in allowed:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "wrong-media",
            f"The body has to be {' or '.join(allowed)}, and the header Content-Type has to say "
            "so.",
        )


def read_query(model: type[Model], request: Request) -> Model:
    """Read what stands in a request's path and query.

    Raises:
        ProblemError: It is not what it has to be, or says something twice.
    """
    query = request.query_params.multi_items()
    names = Counter(name for name, _ in query)
    twice = next((name for name, times in names.items() if times > 1), None)
    if twice is not None:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", f"The query has {twice[:60]!r} twice."
        )
    clash = next((name for name in names if name in request.path_params), None)
    if clash is not None:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", f"{clash!r} stands in the path alone."
        )
    try:
        return model.model_validate_strings({**dict(query), **request.path_params})
    except ValidationError as error:
        raise invalid(error, "What the address asks") from error


def read_body(model: type[Model], body: bytes) -> Model:
    """Read a JSON body.

    Raises:
        ProblemError: It is not what it has to be.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error, "The body") from error


def read_lines(model: type[Model], body: bytes) -> list[Model]:
    """Read an NDJSON body: a JSON value on each line; empty lines count for nothing.

    Raises:
        ProblemError: A line is not what it has to be; it is named.
    """
    lines = body.split(b"\n")
    if len(lines) > MOST_LINES + 1:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            f"A body has up to {MOST_LINES:,} lines here; send several.",
        )
    found: list[Model] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(model.model_validate_json(line))
            except ValidationError as error:
                raise invalid(error, "The body", number) from error
    return found
