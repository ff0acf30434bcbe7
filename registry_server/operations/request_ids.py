"""Request ids: what a request is called in its answer, in its problem, and in the log."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-Id"
"""The header in which an answer says it, and in which something in front may have said it."""

RAW_HEADER = HEADER.lower().encode()
"""Its name as it goes through the server."""

_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CURRENT: ContextVar[str | None] = ContextVar("request id", default=None)


def begin(given: str | None) -> str:
    """Name the request that begins, and return its name.

    Args:
        given: What something in front of the server calls it; taken if it is a plain word.
    """
    name = given if given is not None and _GIVEN.fullmatch(given) else secrets.token_hex(8)
    _CURRENT.set(name)
    return name


def current() -> str | None:
    """Return what the request is called that is being answered; None outside of one."""
    return _CURRENT.get()
