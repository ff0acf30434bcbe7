"""Problems: the one envelope in which programs are told what is wrong (RFC 9457).

`type` is a word that programs can rely on, `detail` a sentence for people. What an error of the
account means over HTTP is a row of `_MEANINGS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse

from account_engine.errors import (
    AccountBusyError,
    AccountError,
    AccountFileError,
    DatabaseError,
    RefusedError,
    StalePlanError,
    StillUsedError,
    StrandedContactsError,
)
from package_format.kinds.model import Json

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS = 50


@dataclass
class ProblemError(Exception):
    """A request that is not going to be done.

    Attributes:
        status: The HTTP status.
        type: A word that programs can rely on.
        detail: A sentence, or several: what happened, why, what to do.
        headers: Headers that belong to it.
        more: Further members.
    """

    status: HTTPStatus
    type: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Json] = field(default_factory=dict)


class Fault(BaseModel):
    """One thing that is wrong with what was sent.

    Attributes:
        where: Where it stands in what was sent.
        what: What is wrong with it.
    """

    where: str
    what: str


class Problem(BaseModel):
    """What went wrong, as every answer that is no success says it (RFC 9457).

    Attributes:
        type: What sort of problem it is: ``urn:cpt:stale-plan``.
        title: The HTTP status in words.
        status: The HTTP status.
        detail: What happened, why, and what to do.
        errors: Each thing that is wrong with what was sent.
        differences: What has changed since a change set was made.
        stranded: Where contacts stand for whom a change set has no answer, and how many.
        scope: What the key would have to be good for.
    """

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = Field(default=None)
    differences: list[str] | None = Field(default=None)
    stranded: dict[str, int] | None = Field(default=None)
    scope: str | None = Field(default=None)


_MEANINGS: tuple[tuple[type[AccountError], HTTPStatus, str], ...] = (
    (StalePlanError, HTTPStatus.CONFLICT, "stale-plan"),
    (StrandedContactsError, HTTPStatus.CONFLICT, "stranded-contacts"),
    (StillUsedError, HTTPStatus.CONFLICT, "still-used"),
    (RefusedError, HTTPStatus.UNPROCESSABLE_ENTITY, "refused"),
    (AccountBusyError, HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
    (DatabaseError, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
    (AccountFileError, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
    (AccountError, HTTPStatus.INTERNAL_SERVER_ERROR, "bug"),
)
"""What an account's errors mean; the first row that fits."""

UNFORESEEN = "This is a fault of the server, not yours. It has been written to its log."
AWAY = "The account cannot be reached at this moment; nothing was changed. Try again later."


def meaning(error: AccountError) -> ProblemError:
    """Return what an error of the account means over HTTP."""
    status, word = next((s, w) for kind, s, w in _MEANINGS if isinstance(error, kind))
    if isinstance(error, StalePlanError):
        more = {"differences": list(error.differences)}
        return ProblemError(status, word, _sentence(error), more=more)
    if isinstance(error, StrandedContactsError):
        return ProblemError(status, word, _sentence(error), more={"stranded": dict(error.stranded)})
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        # What the file or the database is called is no business of whoever asks.
        detail = _sentence(error) if isinstance(error, AccountBusyError) else AWAY
        return ProblemError(status, word, detail, headers={"Retry-After": "1"})
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return ProblemError(status, word, UNFORESEEN)
    return ProblemError(status, word, _sentence(error))


def invalid(error: ValidationError, what: str, line: int | None = None) -> ProblemError:
    """Return the problem of something that was sent and is not what it has to be.

    Args:
        error: What pydantic found.
        what: What was sent: ``the body``.
        line: On which line of it, if it has lines.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    place = f"line {line}" if line else ""
    if found[0]["type"] == "json_invalid":
        said = found[0]["msg"].removeprefix("Invalid JSON: ")
        where = f" ({place})" if place else ""
        return ProblemError(
            HTTPStatus.BAD_REQUEST, "not-json", f"{what}{where} is not JSON: {said}."
        )
    faults = [
        {"where": ".".join(filter(None, (place, *map(str, one["loc"])))), "what": one["msg"]}
        for one in found[:_MOST_FAULTS]
    ]
    first = faults[0]
    about = f"{first['where']}: " if first["where"] else ""
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        f"{what} is not what it has to be: {about}{first['what']}.",
        more={"errors": faults},
    )


def response(error: ProblemError) -> JSONResponse:
    """Return the answer that says a problem."""
    return JSONResponse(
        {
            "type": f"urn:cpt:{error.type}",
            "title": error.status.phrase,
            "status": error.status.value,
            "detail": error.detail,
            **error.more,
        },
        status_code=error.status,
        media_type=MEDIA_TYPE,
        headers=dict(error.headers),
    )


def _sentence(error: AccountError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
