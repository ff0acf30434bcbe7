"""One request inside another, over real sockets: the second one is never answered as one."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from registry_server.api.desk import utc_now
from registry_server.auth.identity import Scope
from registry_server.auth.tokens import make_token
from registry_server.store import Place, Store
from registry_server.upkeep.operating import welcome
from tests.registry_server.stores import NOW
from tests.registry_server.test_serving import served

pytestmark = pytest.mark.slow

HOST = b"Host: x\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
"""What is answered with 200 wherever it is taken for a request."""

READER = b"cpt_of-who-may-not-publish"
"""What stands for a token that is good for looking alone."""

POST = b"POST /api/v1/me/tokens HTTP/1.1\r\n" + HOST
END = b"0\r\n\r\n"

SMUGGLED: dict[str, bytes] = {
    "a length and chunks": POST
    + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n" + END + HIDDEN,
    "chunks and a length": POST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n" + END + HIDDEN,
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + HIDDEN,
    "a list of lengths": POST + b"Content-Length: 0, 40\r\n\r\n" + HIDDEN,
    "a length with a sign": POST + b"Content-Length: +0\r\n\r\n" + HIDDEN,
    "a length below nothing": POST + b"Content-Length: -1\r\n\r\n" + HIDDEN,
    "chunks that are not last": POST
    + b"Transfer-Encoding: chunked, identity\r\n\r\n" + END + HIDDEN,
    "an encoding that nobody knows": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + END + HIDDEN,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n" + END + HIDDEN,
    "an odd space after it": POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n" + END + HIDDEN,
    "a folded header": POST + b"X: a\r\n Content-Length: 40\r\n\r\n" + HIDDEN,
    "a bare carriage return": POST + b"X: a\rContent-Length: 40\r\n\r\n" + HIDDEN,
    "a NUL": POST + b"X: a\0b\r\n\r\n" + HIDDEN,
    "chunks in HTTP/1.0": POST.replace(b"1.1", b"1.0")
    + b"Transfer-Encoding: chunked\r\n\r\n" + END + HIDDEN,
    "a chunk below nothing": b"PUT /api/v1/packages HTTP/1.1\r\n" + HOST
    + b"Authorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + HIDDEN,
    "a chunk with a prefix": b"PUT /api/v1/packages HTTP/1.1\r\n" + HOST
    + b"Authorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + HIDDEN,
    "a body that is too large": b"PUT /api/v1/packages HTTP/1.1\r\n" + HOST
    + b"Authorization: Bearer %s\r\nContent-Length: 99999999999\r\n\r\n" + HIDDEN,
    "a body that nobody reads": b"GET /index/names.json HTTP/1.1\r\n" + HOST
    + b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a body that nobody is let in to send": b"PUT /api/v1/packages HTTP/1.1\r\n" + HOST
    + b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a body of who may not publish": b"PUT /api/v1/packages HTTP/1.1\r\n" + HOST
    + b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n" % (READER, len(HIDDEN)) + HIDDEN,
    "chunks of who may not publish": b"PUT /api/v1/packages HTTP/1.1\r\n" + HOST
    + b"Authorization: Bearer " + READER + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"%x\r\n" % len(HIDDEN) + HIDDEN + b"\r\n" + END,
    "a body of who may not publish, and is waited for": b"PUT /api/v1/packages HTTP/1.1\r\n" + HOST
    + b"Authorization: Bearer " + READER + b"\r\nExpect: 100-continue\r\n"
    + b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, bytes, bytes]]:
    """A server's port, a token for it, and one that is good for looking alone."""
    folder = tmp_path_factory.mktemp("smuggling")
    store = Store.open(Place.of(folder))
    token = welcome(store, "ann", operator=False, now=NOW)
    with store.database.writing() as records:
        ann = records.people.find("ann")
        assert ann is not None
        reader = make_token(
            records, ann, name="r", scopes=[Scope.READ], package=None, days=1, now=utc_now()
        )
    store.close()
    with served(folder) as (address, _):
        yield int(address.rpartition(":")[2]), token.encode(), reader.secret.encode()


@pytest.mark.parametrize("how", SMUGGLED)
def test_no_request_is_hidden_in_another(how: str, server: tuple[int, bytes, bytes]) -> None:
    port, token, reader = server
    data = SMUGGLED[how].replace(b"%s", token).replace(READER, reader)
    answered = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=1) as wire, suppress(TimeoutError):
        wire.sendall(data)
        while more := wire.recv(65536):
            answered += more
    codes = re.findall(rb"HTTP/1\.1 (\d+)", answered)
    assert len(codes) == 1, "one request, one answer"
    assert not codes[0].startswith(b"5"), "and no fault of ours"
    assert b'{"ok":true}' not in answered
    if READER in SMUGGLED[how]:
        assert codes == [b"403"], "before anything is read"
