"""The API, put together: its operations, its OpenAPI, and problems for whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from registry_server.api import finding, packages, people, workflows
from registry_server.api.desk import Desk
from registry_server.api.models import Problem
from registry_server.api.problems import MEDIA_TYPE, OUR_FAULT, STATUSES, problem, problem_of
from registry_server.errors import DamagedTreeError, RegistryServerError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PREFIX = "/api/v1"
"""Where the API is."""

_log = logging.getLogger(__name__)

_PROBLEMS: Mapping[int | str, dict[str, Any]] = {
    status.value: {
        "description": status.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in sorted({*STATUSES.values(), HTTPStatus.BAD_REQUEST})
}


def create_api(desk: Desk) -> FastAPI:
    """Return the application that answers under `PREFIX`."""
    api = FastAPI(
        title="CPT registry",
        version="1",
        summary="Publish packages, and look after them.",
        docs_url=None,  # its pages would run scripts of strangers
        redoc_url=None,
        redirect_slashes=False,
        responses={**_PROBLEMS, "default": {"model": Problem, "description": "A problem."}},
        servers=[{"url": PREFIX}],
        exception_handlers={
            RegistryServerError: _on_error,
            RequestValidationError: _on_invalid,
            HTTPException: _on_http,
            HTTPStatus.INTERNAL_SERVER_ERROR: _on_bug,
        },
    )
    api.state.desk = desk
    api.include_router(finding.routes)
    api.include_router(packages.routes)
    api.include_router(people.routes)
    api.include_router(workflows.routes)
    return api


async def _on_error(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, RegistryServerError)  # noqa: S101  registered for nothing else
    if isinstance(error, DamagedTreeError):
        _log.error("%s", error)
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            f"{error} Whoever runs this registry has to restore it from a copy.",
        )
    return problem_of(error)


async def _on_invalid(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for nothing else
    problems = tuple(
        f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
        for found in error.errors()
    )
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not as described.", problems)


async def _on_http(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101  registered for nothing else
    details = {
        HTTPStatus.NOT_FOUND: f"There is no such operation; {PREFIX}/openapi.json lists them.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not do that.",
    }
    status = HTTPStatus(error.status_code)
    response = problem(status, details.get(status, f"{error.detail}."))
    response.headers.update(error.headers or {})
    return response


async def _on_bug(request: Request, error: Exception) -> Response:
    del request, error  # the server logs it, with its traceback
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, OUR_FAULT)
