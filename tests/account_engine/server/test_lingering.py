"""Whoever does not take what an account's server sends keeps no place there."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from account_engine.stores.locations import create_store
from account_engine.stores.records import Identity
from tests.account_engine.conftest import START
from tests.readers import Reader, Server, can_listen, only_where_it_is_told, started

pytestmark = [pytest.mark.slow, only_where_it_is_told]

_CODE = """
import sys
from account_engine.server.serving import serve
from cpt.installer.record.installed import installed_in
from package_format.lingering import Patience
from tests.account_engine.witnesses import MemoryWitness

location, host = sys.argv[1:]
serve(
    location, host=host, port=0, address=None, installations=installed_in, witness=MemoryWitness(),
    ready=lambda public, link: print(public, flush=True),
    lingering=Patience(pause=3, least=4096, ending=4, look=0.1),
)
"""
_PAUSE, _ENDING, _GRACE = 3, 4, 10
_MARGIN = 5
"""How many seconds later than it says something may happen on a machine that is busy."""


@pytest.fixture(params=["127.0.0.1", "::1"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    host = str(request.param)
    if not can_listen(host):
        pytest.skip(f"this machine has no {host}")
    location = str(tmp_path / "shop.account")
    identity = Identity("account-1", "first", "Shop", ("email",), "UTC", START)
    create_store(location, identity).close()
    with started(_CODE, location, host, host=host) as found:
        yield found


def test_who_never_reads_is_ended_and_who_is_slow_gets_it_all(server: Server) -> None:
    with Reader(server) as deaf, Reader(server) as slow, Reader(server) as quick:
        deaf.ask_again_and_again("/api/v1/openapi.json")
        slow.ask("/api/v1/openapi.json")
        taken = slow.body(sip=2048, pauses=0.1, during=3 * _PAUSE)
        assert taken == quick.ask("/api/v1/openapi.json").body()
        assert deaf.is_ended(_MARGIN)


def test_who_drips_or_is_half_gone_keeps_no_place(server: Server) -> None:
    line = b"GET /api/v1/openapi.json HTTP/1.1\r\n"
    sent = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n"
    ways = {
        "a header that comes slowly": (line, b"X-More: 1\r\n"),
        "a body that comes slowly": (b"POST /login HTTP/1.1\r\nHost: localhost\r\n" + sent, b"x"),
        "nothing to follow": (b"", b""),
        "nothing to follow what was asked": (line + b"Host: localhost\r\n\r\n", b""),
    }
    with ThreadPoolExecutor(len(ways)) as apart, ExitStack() as stack:
        ended = {
            way: apart.submit(stack.enter_context(Reader(server)).drip, *said, 10 + _MARGIN)
            for way, said in ways.items()
        }
        assert [way for way, is_ended in ended.items() if not is_ended.result()] == []


def test_a_server_ends_in_time_whoever_hangs_there(server: Server) -> None:
    with Reader(server) as deaf, Reader(server) as half:
        deaf.ask_again_and_again("/api/v1/openapi.json")
        half.socket.sendall(
            b"POST /api/v1/keys HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
        )
        took = server.end(_GRACE + _MARGIN)
    assert server.process.returncode == 0
    assert took < _ENDING + _MARGIN
