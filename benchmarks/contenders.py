"""A registry's server beside other registries: who is asked, what they have, and how they compare.

Everybody has the same archives, of a package as people write them, and is asked by the same process
(`loading`), in turns, over sixteen connections at once. Ours is what `cpt registry serve DIR` runs,
with every check, the log and search; only its limits of how often one may ask are off, for one
machine asks for all. Requests a second depend on how busy the machine is; the processor's time for
one of them, told beside it, less so.

The peers (`peers`) are installed by their clients into a folder of the user's cache. One that
cannot be is reported, and its figures are not there.
"""

from __future__ import annotations

import hashlib
import http.client
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_cache_path

from benchmarks.loading import Asker, Load, processor_seconds, request
from benchmarks.measuring import CPT, Figure
from benchmarks.peers import MissingPeerError, Peer, Upload
from package_format.archive import build_archive
from package_format.index import IndexLine
from package_format.package import Package
from registry_server.api.desk import utc_now
from registry_server.database.quotas import EVERYBODY
from registry_server.store import Place, Store
from registry_server.upkeep.operating import allow, welcome
from tests.registry_server.conftest import example, retold
from tests.registry_server.search.corpus import Corpus, line_of
from tests.registry_server.search.filling import fill

AT_ONCE = 16
"""Over how many connections is asked at once."""

Ask = Callable[[int, Sequence[bytes], int], Load]
"""See `benchmarks.loading.ask`, in a process of its own."""


@dataclass(frozen=True)
class Contender:
    """Somebody who answers requests, and what they were asked.

    Attributes:
        name: What they are called.
        peer: Where they listen.
        asked: For the requests of each round, by its number.
        expected: The status that every answer has to have.
        rounds: In how many rounds that are counted.
    """

    name: str
    peer: Peer
    asked: Callable[[int], Sequence[bytes]]
    expected: int
    rounds: int


def compared(*comparisons: Callable[[Ask, Path, Path], Iterator[Figure]]) -> Iterator[Figure]:
    """Yield the figures of some comparisons, each of them in an empty folder.

    Args:
        comparisons: Each is told what asks, where peers are installed, and its folder.
    """
    tools = user_cache_path("cpt-benchmarks", ensure_exists=True)
    with Asker() as ask:
        for comparison in comparisons:
            with tempfile.TemporaryDirectory() as name:
                try:
                    yield from comparison(ask, tools, Path(name))
                except MissingPeerError as missing:
                    print(f"     not measured: {missing}", flush=True)


def beside(
    ask: Ask, what: str, times: float, ours: Contender, peer: Contender, *others: Contender
) -> Figure:
    """Ask all of them in turns, and return the peer's requests a second, of which ours are one."""
    everybody = (ours, peer, *others)
    rates: dict[str, list[float]] = {one.name: [] for one in everybody}
    costs: dict[str, list[float]] = {one.name: [] for one in everybody}
    for round_ in range(ours.rounds + 1):
        for one in everybody:
            asked = one.asked(round_)
            before = processor_seconds(one.peer.process)
            load = ask(one.peer.port, asked, AT_ONCE)
            spent = processor_seconds(one.peer.process) - before
            demand(one.expected, load)
            if round_:
                rates[one.name].append(load.rate)
                costs[one.name].append(spent / len(asked))
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    said = "; ".join(
        f"{name} {statistics.median(rates[name]):,.0f}/s, "
        f"{statistics.median(costs[name]) * 1e6:,.0f} µs of processor each"
        for name in rates
    )
    ratio = statistics.median(rates[peer.name]) / statistics.median(rates[ours.name])
    return Figure(f"{what}: {peer.name}'s a second", ratio, 1 / times, "x", said)


def demand(expected: int, load: Load) -> None:
    """Do nothing if every answer had a status."""
    assert set(load.statuses) == {expected}, load.statuses  # noqa: S101


# --- what they have -------------------------------------------------------------------------------


def names(numbers: range) -> Sequence[str]:
    """Return what some packages are called, without their publisher."""
    return [f"campaign-{number}" for number in numbers]


def uploads(numbers: range, versions: Sequence[str]) -> Sequence[Upload]:
    """Return archives of the story's campaign, each under a name of its own."""
    return [
        Upload(name, version, build_archive(package(name, version)).data)
        for version in versions
        for name in names(numbers)
    ]


def package(name: str, version: str) -> Package:
    """Return the story's campaign under another name."""
    return retold(example("webinar-follow-up/2.0.0"), name=f"acme/{name}", version=version)


def made(folder: Path) -> Path:
    """Make a folder, and return it."""
    folder.mkdir()
    return folder


# --- ours -----------------------------------------------------------------------------------------


def to_ours(token: str, upload: Upload) -> bytes:
    """Return the request that publishes a version."""
    said = [("Authorization", f"Bearer {token}")]
    return request("PUT", "/api/v1/packages", upload.data, said)


@contextmanager
def served(folder: Path, filled: int = 0, workers: int = 1) -> Iterator[tuple[Peer, str]]:
    """Run our server, with the package on which the published ones depend; yield a token, too."""
    place = Place.of(folder)
    store = Store.open(place)
    fill(place.database, Corpus(filled).packages(), _line)
    token = welcome(store, "ann", operator=False, now=utc_now())
    allow(store, EVERYBODY, utc_now(), packages=0, bytes_=0, versions=0)
    store.close()
    unlimited = ("--per-address", "0", "--per-token", "0")
    command = (CPT, "registry", "serve", folder, "--port", "0", *unlimited)
    with subprocess.Popen(
        [str(part) for part in (*command, "--workers", workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None  # noqa: S101  it is a pipe
            port = urlsplit(server.stdout.readline().strip()).port
            assert port is not None  # noqa: S101
            tags = build_archive(example("lifecycle-tags"))
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            said = {"Authorization": f"Bearer {token}"}
            wire.request("PUT", "/api/v1/packages", tags.data, said)
            assert wire.getresponse().status == 201  # noqa: S101
            yield Peer(port, server.pid), token
        finally:
            server.terminate()
            server.wait()


def _line(number: int, package: Package) -> IndexLine:
    digest = f"sha256:{hashlib.sha256(package.name.encode()).hexdigest()}"
    return line_of(package, digest, 1, number)
