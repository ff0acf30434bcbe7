"""Problems: the one envelope in which programs are told what is wrong (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from registry_server.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RegistryServerError,
    TooLargeError,
    TooSlowError,
    UnacceptableError,
    UnauthenticatedError,
    UnavailableError,
    WithheldError,
)
from registry_server.operations import request_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE = "application/problem+json"

OUR_FAULT = "This is a fault of the server, not yours. It has been written to its log."
"""What is said of a fault of ours: nothing of the inside."""

STATUSES: Mapping[type[RegistryServerError], HTTPStatus] = {
    ConflictError: HTTPStatus.CONFLICT,
    NotAllowedError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooSlowError: HTTPStatus.REQUEST_TIMEOUT,
    UnacceptableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    WithheldError: HTTPStatus.FORBIDDEN,
}
"""What each error is in HTTP; one that is not listed is the server's fault."""

_HEADERS: Mapping[HTTPStatus, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
    # Nobody reads the rest, which would be taken for another request.
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {"Connection": "close"},
    HTTPStatus.REQUEST_TIMEOUT: {"Connection": "close"},
}


def problem(status: HTTPStatus, detail: str, problems: tuple[str, ...] = ()) -> JSONResponse:
    """Return a problem+json response.

    Args:
        status: What it is in HTTP.
        detail: What is wrong, a sentence.
        problems: All that is wrong, where it is more than one thing.
    """
    content: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    request = request_ids.current()
    if request is not None:
        content["request_id"] = request
    if problems:
        content["problems"] = list(problems)
    return JSONResponse(
        content, status_code=status, media_type=MEDIA_TYPE, headers=dict(_HEADERS.get(status, {}))
    )


def problem_of(error: RegistryServerError) -> Response:
    """Return the problem+json response that tells an error."""
    return problem(STATUSES[type(error)], str(error), getattr(error, "problems", ()))
