"""Failures of the system, as people are told of them."""

from __future__ import annotations


def said_by(error: BaseException) -> str:
    """Return what a failure says: of one of the system's, its words without its number.

    Libraries wrap those, and put the number in front: ``[Errno 111] Connection refused``.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__
