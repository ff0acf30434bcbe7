"""A marketplace of 50,000 packages: finding some of them, looking at one, and what it all weighs.

Searching is measured in this process, the way a page asks: from the words to the packages that are
shown first; by the processor's time, in PostgreSQL, which is another process, by that of both. What
the clock says stands beside it. Pages are asked for over HTTP, of a server that
`cpt registry serve` started, by one who asks one thing at a time, and in turns with something that
takes no work, which says how busy the machine is. What the server weighs is what all of its
processes do together.
"""

from __future__ import annotations

import http.client
import random
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import chain
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks.measuring import CPT, WALL, Figure, say
from package_format.archive import build_archive
from package_format.garbage_collection import everything_lasts
from package_format.index import IndexLine
from package_format.manifest import CATEGORIES, FEATURES
from package_format.package import Package
from registry_server.database.database import Database, open_database
from registry_server.search.query import Wanted
from registry_server.store import Place, Store
from registry_server.trees.stored_lists import StoredLists
from tests.postgres import cluster
from tests.registry_server.search.corpus import Corpus, line_of
from tests.registry_server.search.filling import fill

MANY = 50_000
_EACH = 200
_EVERY = 100
_WITH_AN_ARCHIVE = 250
"""Every how many packages there is one whose archive is there, so that its page can be shown."""
_SHOWN = 30
_LISTS = (
    "/", "/search", "/search?q=email", "/search?q=newsleter&category=events", "/new?page=500",
    "/categories/education", "/publishers", "/feed.atom",
)  # fmt: skip
_LONG = ("/sitemaps/2.xml", "/index/names.json", "/status")


def measure() -> Iterator[Figure]:
    """Yield the figures of search and of the marketplace's pages."""
    with tempfile.TemporaryDirectory() as name:
        place = Place.of(Path(name))
        say(f"bringing {MANY:,} packages into SQLite")
        shown = _fill(place, Store.open(place))
        print()
        with closing(open_database(place.database)) as database:
            yield from _searches(database, "SQLite", time.process_time)
        yield from _pages(name, shown)
    with cluster() as server, tempfile.TemporaryDirectory() as name:
        place = Place.of(Path(name), server.database())
        say(f"bringing {MANY:,} packages into PostgreSQL")
        _fill(place, Store.open(place))
        print()
        with closing(open_database(place.database)) as database:
            yield from _searches(database, "PostgreSQL", _of_both(database))


def _fill(place: Place, store: Store) -> list[str]:
    """Bring the packages into a store; return the names of those whose archives are there."""
    shown: list[str] = []

    def line_for(number: int, package: Package) -> IndexLine:
        if number % _WITH_AN_ARCHIVE:
            digest = f"sha256:{sha256(package.name.encode()).hexdigest()}"
            return line_of(package, digest, 1, number)
        archive = build_archive(package)
        store.blobs.add(archive.digest, archive.data)
        shown.append(package.name)
        return line_of(package, archive.digest, archive.size, number)

    with closing(store):
        fill(place.database, Corpus(MANY).packages(), line_for)
    return shown


def _searches(database: Database, store: str, clock: Callable[[], float]) -> Iterator[Figure]:
    """Measure what people look for, of each sort, and all of it together."""
    everything_lasts()  # as the server does
    lists = StoredLists(database)
    sorts = _asked(lists.names()[::_EVERY])
    taken: dict[str, list[float]] = {sort: [] for sort in sorts}
    waited: list[float] = []
    for wanted in chain.from_iterable(list(each)[:5] for each in sorts.values()):
        _find(lists, wanted, clock)
    for row in zip(*sorts.values(), strict=True):
        for sort, wanted in zip(sorts, row, strict=True):
            start = WALL()
            taken[sort].append(_find(lists, wanted, clock))
            waited.append(WALL() - start)
    everything = list(chain.from_iterable(taken.values()))
    slowest = ", ".join(
        f"{sort} {statistics.median(each) * 1000:.1f}/{_at(0.99, each) * 1000:.1f}"
        for sort, each in taken.items()
    )
    yield Figure(
        f"search, median: {store}", statistics.median(everything) * 1000, 2, "ms",
        f"{len(everything):,} searches; by the clock {statistics.median(waited) * 1000:.1f} ms, "
        f"p99 {_at(0.99, waited) * 1000:.1f}",
    )  # fmt: skip
    yield Figure(
        f"search, p99: {store}", _at(0.99, everything) * 1000, 20, "ms",
        f"median/p99 of {slowest}",
    )  # fmt: skip


def _of_both(database: Database) -> Callable[[], float]:
    """Return what tells how long this process and the one that answers it have worked.

    One thing is asked at a time, so there is one connection, and at its other end one process.
    """
    with database.searching() as records:
        process = records.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return lambda: time.process_time() + _worked(process)


def _worked(*processes: int) -> float:
    """Return how many seconds of the processor's time the threads of some processes have had."""
    threads = (
        thread.read_text("ascii").split()[0]
        for process in processes
        for thread in Path(f"/proc/{process}/task").glob("*/schedstat")
    )
    return sum(map(int, threads)) / 1e9


def _find(lists: StoredLists, wanted: Wanted, clock: Callable[[], float]) -> float:
    """Return the seconds from the words to the packages that a page shows first."""
    start = clock()
    found = lists.found(wanted)
    assert len(found.packages[:_SHOWN]) <= len(found.packages)  # noqa: S101
    return clock() - start


def _asked(listed: Sequence[tuple[str, str]]) -> Mapping[str, Sequence[Wanted]]:
    """What people look for, of some packages and besides: as many of each sort."""
    chance = random.Random(7)
    words = Corpus(0).words
    names = [name for name, _ in listed]

    def mistyped(word: str) -> str:
        at = chance.randrange(1, len(word))
        return word[:at] + chance.choice("aeinrst") + word[at + chance.choice((0, 1)) :]

    def common() -> str:
        return chance.choice(words[:25])

    def rare() -> str:
        return chance.choice(words[2000:])

    def titled() -> str:
        return chance.choice(names).partition("/")[2].replace("-", " ")

    return {
        "common": [Wanted(common()) for _ in range(_EACH)],
        "two common": [Wanted(f"{common()} {common()}") for _ in range(_EACH)],
        "rare": [Wanted(rare()) for _ in range(_EACH)],
        "common and rare": [Wanted(f"{common()} {rare()}") for _ in range(_EACH)],
        "titles": [Wanted(titled()) for _ in range(_EACH)],
        "names": [Wanted(chance.choice(names)) for _ in range(_EACH)],
        "misspelt": [
            Wanted(f"{mistyped(first)} {' '.join(rest[:1])}")
            for first, *rest in (titled().split() for _ in range(_EACH))
        ],
        "a category": [Wanted(common(), category=chance.choice(CATEGORIES)) for _ in range(_EACH)],
        "a feature": [
            Wanted(titled().partition(" ")[0], feature=chance.choice(FEATURES))
            for _ in range(_EACH)
        ],
        "a publisher": [
            Wanted(common(), publisher=chance.choice(names).partition("/")[0]) for _ in range(_EACH)
        ],
        "only a category": [Wanted(category=chance.choice(CATEGORIES)) for _ in range(_EACH)],
        "unheard of": [Wanted(f"{rare()}{rare()} {rare()}qx") for _ in range(_EACH)],
    }


def _pages(folder: str, shown: Sequence[str]) -> Iterator[Figure]:
    """Measure a server's pages, and what it weighs after all of them."""
    command = (CPT, "registry", "serve", folder, "--port", "0", "--per-address", "0")
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None  # noqa: S101  it is a pipe
        wire = http.client.HTTPConnection(urlsplit(server.stdout.readline().strip()).netloc)
        slowest = max(min(_get(wire, path) for _ in range(3)) for path in _LISTS)
        for path in _LONG:  # for what they weigh
            _get(wire, path)
        first: list[float] = []
        again: list[float] = []
        idle: list[float] = []
        work: list[float] = []
        for taken in (first, again):
            for name in shown:
                before = _worked(*_children(server.pid))
                taken.append(_get(wire, f"/packages/{quote(name)}"))
                work.append(_worked(*_children(server.pid)) - before)
                idle.append(_get(wire, "/icon.svg"))
        yield Figure(
            "a package's page, p95", _at(0.95, first) * 1000, 30, "ms",
            f"median {statistics.median(first) * 1000:.1f} ms, the second time "
            f"{statistics.median(again) * 1000:.1f}, p95 {_at(0.95, again) * 1000:.1f}; of the "
            f"processor's time p95 {_at(0.95, work[: len(shown)]) * 1000:.1f} and "
            f"{_at(0.95, work[len(shown) :]) * 1000:.1f}; "
            f"a picture meanwhile {statistics.median(idle) * 1000:.1f}, "
            f"p95 {_at(0.95, idle) * 1000:.1f}",
        )  # fmt: skip
        yield Figure(
            "a list's page, the slowest", slowest * 1000, 100, "ms", f"of {len(_LISTS)} lists"
        )
        weights = [_weight(number) for number in (server.pid, *_children(server.pid))]
        yield Figure(
            "memory of the server", sum(weights), 150, "MiB",
            f"of the process that looks after it and of its worker: "
            f"{', '.join(f'{weight:.0f}' for weight in weights)}",
        )  # fmt: skip
    finally:
        server.terminate()
        server.wait()


def _get(wire: http.client.HTTPConnection, path: str) -> float:
    start = time.perf_counter()
    wire.request("GET", path)
    answer = wire.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)  # noqa: S101
    return time.perf_counter() - start


def _children(parent: int) -> list[int]:
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")
    return [int(number) for number in text.split()]


def _weight(process: int) -> float:
    """The mebibytes of a process that are in memory, of shared ones its part (Linux's PSS)."""
    status = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None  # noqa: S101  Linux says so
    return int(found[1]) / 1024


def _at(share: float, taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * share)]
