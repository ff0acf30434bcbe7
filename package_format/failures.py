"""Failures of the system, as people are told of them."""

from __future__ import annotations


def said_by(error: BaseException) -> str:
    """Return what a failure says: of one of the system's, its words without its number.

    Libraries wrap those, and put the number in front: ``[Errno 111] Connection refused``.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return _of_tls(cause) or cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


def _of_tls(error: OSError) -> str | None:
    """What OpenSSL says, without its codes and lines; None if it is no failure of its."""
    why = getattr(error, "verify_message", None)  # as `ssl`'s errors have; nothing else needs it
    if why:
        return f"its certificate is not believed: {why.rstrip('.')}"
    if getattr(error, "reason", None) == "WRONG_VERSION_NUMBER":
        return "it was asked over https, and answers something else"
    return None
