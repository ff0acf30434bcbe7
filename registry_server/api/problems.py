"""Problems: the one envelope in which programs are told what is wrong (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import JSONResponse


def problem(status: HTTPStatus, detail: str) -> JSONResponse:
    """Return a problem+json response; `detail` is a sentence."""
    return JSONResponse(
        {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
        },
        status_code=status,
        media_type="application/problem+json",
    )
