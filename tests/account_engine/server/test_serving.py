"""Where a server listens, and what its errors are over XML-RPC."""

from __future__ import annotations

import socket

import pytest

from account_engine.errors import (
    AccountBusyError,
    AccountError,
    AccountFileError,
    CannotServeError,
    DatabaseError,
    EngineBugError,
    InvalidDataError,
    UnknownObjectError,
)
from account_engine.server import serving
from account_engine.server.xmlrpc.faults import meaning


def test_a_free_port_is_found_and_a_taken_one_refused() -> None:
    assert serving.free_port("127.0.0.1", 0) > 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServeError, match=f"port {port}") as caught:
            serving.free_port("127.0.0.1", port)
    assert "--port" in caught.value.help[0]


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UnknownObjectError("there is no #1"), 5, "[RecordNotFound]there is no #1"),
        (InvalidDataError("no"), 12, "[InvalidParameter]no"),
        (AccountBusyError("busy"), 4, "[DatabaseError]busy"),
        (DatabaseError("postgresql://me:secret@host"), 4, "[DatabaseError]The account cannot be"),
        (AccountFileError("/home/me/shop.account"), 4, "[DatabaseError]The account cannot be"),
        (EngineBugError("a law"), 3, "[UnexpectedError]This is a fault of the server"),
        (AccountError("anything"), 3, "[UnexpectedError]This is a fault of the server"),
    ],
)
def test_an_error_of_the_account_has_its_number_and_keeps_its_insides(
    error: AccountError, code: int, said: str
) -> None:
    fault = meaning(error)
    assert (fault.faultCode, fault.faultString.startswith(said)) == (code, True)
