"""Failures of the system are told in words, however they are wrapped."""

from __future__ import annotations

import ssl

import httpcore
import httpx
import pytest

from package_format.failures import said_by


def _wrapped(cause: BaseException) -> httpx.ConnectError:
    try:
        try:
            raise cause
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
    except httpcore.ConnectError as error:
        found = httpx.ConnectError(str(error))
        found.__cause__ = error
        return found


def _refused() -> ssl.SSLCertVerificationError:
    found = ssl.SSLCertVerificationError(1, "[SSL: …] certificate verify failed (_ssl.c:1006)")
    found.verify_message = "it has expired."
    return found


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (_wrapped(ConnectionRefusedError(111, "Connection refused")), "Connection refused"),
        (_wrapped(OSError(-2, "Name or service not known")), "Name or service not known"),
        (httpx.ReadError(""), "ReadError"),
        (httpx.InvalidURL("no host"), "no host"),
        (ssl.SSLError(1, "no protocol"), "no protocol"),
        (_wrapped(_refused()), "its certificate is not believed: it has expired"),
    ],
)
def test_a_failure_says_what_happened_and_no_number(error: Exception, said: str) -> None:
    assert said_by(error) == said
