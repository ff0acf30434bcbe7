"""An account with a great many contacts, asked over HTTP by somebody who does one thing at a time.

The server is a process of its own, as `cpt account serve` starts it, and so is whatever else works
on the account meanwhile: the engine that moves everybody at once.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from account_engine.account import Account
from account_engine.keys import Scope, new_key
from account_engine.server.tokens import random_token
from account_engine.stores.locations import open_store
from benchmarks.crowd import DUE, MANY, crowded
from benchmarks.measuring import CPT, Figure, ms
from tests.postgres import cluster

_WARM, _ASKED = 20, 500
_LOOKED = 11
_EVENT = {"event": "web-form-submitted", "about": {"form": "#4"}}


class Client:
    """Somebody who asks over one connection that stays open.

    Attributes:
        token: The token of their key.
    """

    def __init__(self, address: str, token: str) -> None:
        """Name the server and bring a key."""
        self._wire = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        self.token = token
        self._cookie = ""

    def ask(self, method: str, path: str, body: str = "", media: str = "application/json") -> float:
        """Ask, demand an answer that is no failure, and return the seconds that it took."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media}
        if self._cookie:
            headers["Cookie"] = self._cookie
        start = time.perf_counter()
        self._wire.request(method, path, body or None, headers)
        answer = self._wire.getresponse()
        said = answer.read()
        took = time.perf_counter() - start
        assert answer.status < 400, (answer.status, said[:500])  # noqa: S101
        self._cookie = (answer.headers["Set-Cookie"] or self._cookie).partition(";")[0]
        return took

    def event(self, contact: int) -> float:
        """Say that something happened to a contact; it has its turn before the answer."""
        return self.ask("POST", "/api/v1/events", json.dumps({**_EVENT, "contact": contact}))


@contextmanager
def _served(location: str) -> Iterator[Client]:
    """Serve an account in a process of its own."""
    token = random_token()
    with Account(open_store(location)) as account:
        account.add_key(new_key(token, "bench", Scope, 0))
    command = (CPT, "account", "serve", "--port", "0", "--account", location)
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None  # noqa: S101  it is a pipe
        yield Client(server.stdout.readline().strip(), token)
    finally:
        server.terminate()
        server.wait()


def _measured(location: str, store: str) -> Iterator[Figure]:
    """Measure an account in which everybody waits at one step."""
    chance = random.Random(1)
    with _served(location) as client:
        events, idle = _events(client, chance, _WARM, _ASKED)
        yield _figure(f"one event: {store}", statistics.median(events), 10, events, idle)
        client.ask("POST", "/login", f"key={client.token}", "application/x-www-form-urlencoded")
        for name, path in (("overview", "/"), ("contacts", "/contacts"), ("outbox", "/outbox")):
            taken = sorted(client.ask("GET", path) for _ in range(_LOOKED))
            yield _figure(f"the {name} page: {store}", statistics.median(taken), 100, taken)
        command = (CPT, "account", "tick", "--to", _moment(DUE), "--account", location)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as engine:
            events, idle = [], []
            while engine.poll() is None:
                more, others = _events(client, chance, 0, 1)
                events, idle = events + more, idle + others
                time.sleep(0.02)
        assert engine.returncode == 0  # noqa: S101
        name = f"an event while all move, p99: {store}"
        yield _figure(name, _p99(events), 50, events, idle)


def _events(
    client: Client, chance: random.Random, warm: int, count: int
) -> tuple[list[float], list[float]]:
    """Return what events took, and what requests took that ask the account nothing, in turns."""
    events, idle = [], []
    for number in range(warm + count):
        took, other = client.event(chance.randrange(MANY) + 1), client.ask("GET", "/icon.svg")
        if number >= warm:
            events.append(took)
            idle.append(other)
    return events, idle


def _p99(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.99)]


def _moment(instant: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(instant))


def _figure(
    name: str, seconds: float, most: float, taken: Sequence[float], idle: Sequence[float] = ()
) -> Figure:
    detail = f"{_said(taken)} of {len(taken)}"
    if idle:
        detail += f"; a request that asks nothing: {_said(idle)}"
    return Figure(name, seconds * 1000, most, "ms", f"{detail}; {MANY:,} contacts")


def _said(taken: Sequence[float]) -> str:
    return f"median {ms(statistics.median(taken))}, p99 {ms(_p99(taken))}, worst {ms(max(taken))}"


def measure() -> Iterator[Figure]:
    """Yield the figures of the server."""
    with tempfile.TemporaryDirectory() as name:
        location = str(Path(name) / "many.account")
        with crowded(location, MANY):
            pass
        yield from _measured(location, "SQLite")
    with cluster() as servers:
        location = f"{servers.database()}#many"
        with crowded(location, MANY) as account:
            account._store.run("ANALYZE")  # type: ignore[attr-defined]  # noqa: SLF001
        yield from _measured(location, "PostgreSQL")
