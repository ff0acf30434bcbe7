"""Whoever does not take what a registry sends keeps no place there; whoever is slow gets it all."""

from __future__ import annotations

import hashlib
import random
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from package_format.archive import build_archive
from package_format.package import Package
from registry_server.store import Place, Store
from registry_server.upkeep.operating import welcome
from tests.readers import Reader, Server, can_listen, only_where_it_is_told, started
from tests.registry_server.stores import NOW

pytestmark = [pytest.mark.slow, only_where_it_is_told]

_CODE = """
import sys
from pathlib import Path
from package_format.lingering import Patience
from registry_server.operations.logs import Form
from registry_server.operations.rates import Rates
from registry_server.serving import serve
from registry_server.store import Place

kind, place, host, workers = sys.argv[1:]
serve(
    Place.of(Path(place)) if kind == "store" else Path(place), host=host, port=0, address=None,
    workers=int(workers), rates=Rates(0, 0), log=Form.TEXT, ready=lambda x: print(x, flush=True),
    lingering=Patience(most=20, pause=3, least=4096, ending=4, look=0.1),
)
"""
_PAUSE, _ENDING, _GRACE = 3, 4, 30
_MOST = 20
_MARGIN = 10
"""How many seconds later than it says something may happen on a machine that is busy."""


@contextmanager
def _serving(
    place: Path, *, kind: str = "tree", host: str = "127.0.0.1", workers: int = 1
) -> Iterator[Server]:
    with started(_CODE, kind, str(place), host, str(workers), host=host) as server:
        yield server


@pytest.fixture(scope="module")
def root(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder, to which an archive can be added."""
    return Path(shutil.copytree(root, tmp_path_factory.mktemp("lingering") / "registry"))


@pytest.fixture(scope="module")
def archive(root: Path) -> tuple[str, bytes]:
    """What is larger than all that two systems keep for somebody who does not read."""
    data = random.Random(1).randbytes(12_000_000)  # noqa: S311  not a secret
    digest = hashlib.sha256(data).hexdigest()
    file = root / "blobs/sha256" / digest[:2] / f"{digest}.cpt"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    return f"/{file.relative_to(root).as_posix()}", data


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_who_takes_nothing_is_ended_and_who_is_slow_gets_it_all(
    root: Path, archive: tuple[str, bytes], host: str
) -> None:
    if not can_listen(host):
        pytest.skip(f"this machine has no {host}")
    path, data = archive
    with _serving(root, host=host) as server, Reader(server) as deaf, Reader(server) as slow:
        deaf.ask(path)
        slow.ask(path)
        # Three times as long as somebody may take nothing, at a pace at which all takes minutes.
        assert slow.body(sip=8192, pauses=0.2, during=3 * _PAUSE) == data
        assert deaf.is_ended(_MARGIN)


def test_each_of_several_workers_ends_those_who_take_nothing(
    root: Path, archive: tuple[str, bytes]
) -> None:
    with _serving(root, workers=2) as server, ExitStack() as stack:
        deaf = [stack.enter_context(Reader(server)).ask(archive[0]) for _ in range(12)]
        assert all(reader.is_ended(_PAUSE + _MARGIN) for reader in deaf)
        assert stack.enter_context(Reader(server)).ask(archive[0]).body() == archive[1]


def test_an_address_has_so_many_connections_and_loses_those_of_which_nothing_comes(
    root: Path, archive: tuple[str, bytes]
) -> None:
    path, data = archive
    with _serving(root) as server, ExitStack() as stack:
        reader = stack.enter_context(Reader(server)).ask(path)
        apart = stack.enter_context(ThreadPoolExecutor(1))
        busy = apart.submit(reader.body, sip=8192, pauses=0.1, during=2 * _PAUSE)
        poll = select.poll()
        for _ in range(3 * _MOST):
            idle = stack.enter_context(Reader(server))
            idle.ask("/config.json").body()
            poll.register(idle.socket, 0)
        begun = time.monotonic()
        while len(poll.poll(0)) < 2 * _MOST:
            assert time.monotonic() - begun < 8, "the limit of ten seconds would end them anyway"
            time.sleep(0.05)
        assert len(poll.poll(0)) < 3 * _MOST
        assert busy.result() == data


def test_who_asks_again_and_again_and_never_reads_is_ended(root: Path) -> None:
    with _serving(root) as server, Reader(server) as deaf:
        assert deaf.ask_again_and_again("/config.json").is_ended(_PAUSE + _MARGIN)


def test_a_server_ends_in_time_whoever_hangs_there(root: Path, archive: tuple[str, bytes]) -> None:
    path, _ = archive
    with _serving(root, workers=2) as server, ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(Reader(server)).ask(path)
        half = stack.enter_context(Reader(server))
        half.socket.sendall(
            b"PUT /api/v1/packages HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
        )
        took = server.end(_GRACE + _MARGIN)
    assert server.process.returncode == 0
    assert took < _ENDING + _MARGIN


def test_workers_that_are_told_to_end_while_they_begin_do_so(root: Path) -> None:
    command = [sys.executable, "-c", _CODE, "tree", str(root), "127.0.0.1", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(workers.read_text().split()) < 2:
            assert process.poll() is None
            time.sleep(0.001)
        process.terminate()
        process.wait(_MARGIN)
    assert process.returncode == 0


def test_who_drips_or_is_half_gone_keeps_no_place(tmp_path: Path) -> None:
    store = Store.open(Place.of(tmp_path))
    token = welcome(store, "ann", operator=False, now=NOW)
    store.close()
    line = b"GET /config.json HTTP/1.1\r\n"
    body = f"Host: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 5000\r\n\r\n"
    ways = {
        "a header that comes slowly": (line, b"X-More: 1\r\n"),
        "a body that comes slowly": (b"PUT /api/v1/packages HTTP/1.1\r\n" + body.encode(), b"x"),
        "nothing to follow": (b"", b""),
        "nothing to follow what was asked": (line + b"Host: x\r\n\r\n", b""),
    }
    with (
        _serving(tmp_path, kind="store") as server,
        ThreadPoolExecutor(len(ways)) as apart,
        ExitStack() as stack,
    ):
        ended = {
            way: apart.submit(stack.enter_context(Reader(server)).drip, *said, 10 + _MARGIN)
            for way, said in ways.items()
        }
        assert [way for way, is_ended in ended.items() if not is_ended.result()] == []


def test_what_is_under_way_is_finished_while_others_hang(tmp_path: Path, tags: Package) -> None:
    store = Store.open(Place.of(tmp_path))
    token = welcome(store, "ann", operator=False, now=NOW)
    store.close()
    data = build_archive(tags).data
    with _serving(tmp_path, kind="store") as server, Reader(server) as deaf:
        deaf.ask_again_and_again("/api/v1/openapi.json")
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            head = (
                "PUT /api/v1/packages HTTP/1.1", "Host: x", f"Authorization: Bearer {token}",
                f"Content-Length: {len(data)}", "Expect: 100-continue", "", "",
            )  # fmt: skip
            connection.sendall("\r\n".join(head).encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
            server.process.terminate()
            connection.sendall(data)
            assert connection.recv(10_000).startswith(b"HTTP/1.1 201")
        took = server.end(_GRACE + _MARGIN)
    assert server.process.returncode == 0
    assert took < _ENDING + _MARGIN
