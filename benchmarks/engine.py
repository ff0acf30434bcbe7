"""A great many contacts at once, beside the raw statements that write the same rows.

Everybody waits at one step: the timer is over, an email goes out, a tag is put on, and the next
timer begins; at the same moment for all, or at moments that are spread over a day. The peer is SQL
that a person would write by hand for just that, without any condition, into the same tables of a
copy of the same account. Each run is a process of its own, so that its memory is no other's; with
PostgreSQL it is that of our process, and the server's does not count.
"""

# ruff: noqa: SLF001  stores are looked into

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

from account_engine.account import Account
from account_engine.stores.rows import Rows
from benchmarks.apart import Apart, apart
from benchmarks.crowd import DAY, MANY, crowded
from benchmarks.measuring import Figure
from benchmarks.moving import (
    ask,
    lengthen,
    raw_ask,
    raw_lengthen,
    raw_republish,
    raw_tick,
    republish,
    tick,
)
from tests.postgres import Cluster, cluster

_ROUNDS = int(os.environ.get("CPT_BENCH_ROUNDS", "3"))

Task: TypeAlias = Callable[[Account], None]

Copied: TypeAlias = Callable[[], AbstractContextManager[str]]
"""Copies an account for one run, and says where the copy is."""


class Measured(NamedTuple):
    """What some runs came to.

    Attributes:
        ours: The median of the seconds that ours took.
        raw: That of the raw statements.
        peak: The most memory that a run of ours had, in MiB.
    """

    ours: float
    raw: float
    peak: float


def _medians(copied: Copied, rounds: int, ours: Task, theirs: Task) -> Measured:
    """Run ours and the raw statements in turns, each on a copy."""
    many: list[Apart] = []
    raw: list[Apart] = []
    for _ in range(rounds):
        for taken, act in ((many, ours), (raw, theirs)):
            with copied() as location:
                taken.append(apart(act, location))
    took, by_hand = (statistics.median(one.seconds for one in those) for those in (many, raw))
    return Measured(took, by_hand, max(one.peak for one in many))


def _in_files(folder: Path, contacts: int, ours: Task, theirs: Task, spread: int = 1) -> Measured:
    """Measure in files: copies of one that is made once."""
    first = folder / f"{contacts}-{spread}.account"
    if not first.exists():
        with crowded(str(first), contacts, spread):
            pass

    @contextmanager
    def copied() -> Iterator[str]:
        copy = folder / "copy.account"
        shutil.copy(first, copy)
        yield str(copy)
        copy.unlink()

    return _medians(copied, _ROUNDS, ours, theirs)


class _Databases:
    """Measures in databases: copies of one that is made once."""

    def __init__(self, servers: Cluster) -> None:
        self._servers = servers
        self._first: dict[tuple[int, int], str] = {}

    def __call__(self, contacts: int, ours: Task, theirs: Task, spread: int = 1) -> Measured:
        if (contacts, spread) not in self._first:
            made = self._servers.database()
            with crowded(f"{made}#many", contacts, spread) as account:
                cast("Rows", account._store).run("VACUUM ANALYZE")
            self._first[contacts, spread] = made
        first = self._first[contacts, spread]

        @contextmanager
        def copied() -> Iterator[str]:
            with self._servers.copied(first) as copy:
                yield f"{copy}#many"

        return _medians(copied, _ROUNDS if contacts < MANY else 1, ours, theirs)


Measure: TypeAlias = Callable[[int, Task, Task, int], Measured]
"""Measures ours and the raw statements: how many contacts, what is done, over how many seconds."""


def _figures(store: str, measured: Measure) -> Iterator[Figure]:
    """Yield the figures of one database."""
    what, tenth = f"{MANY:,} contacts", f"{MANY // 10:,} contacts"
    peaks: list[tuple[float, float]] = []
    for spread, called in ((1, "timer, email, tag, timer"), (DAY, "the same, over a day")):
        few = measured(MANY // 10, tick, raw_tick, spread)
        if spread > 1:
            yield _figure(f"{called}: {store} / raw", few, tenth)
        many = measured(MANY, tick, raw_tick, spread)
        peaks.append((many.peak, few.peak))
        yield _figure(f"{called}: {store} / raw", many, what)
        each = (many.ours / MANY) / (few.ours / (MANY // 10))
        more = f"{many.ours:.1f} s / 10 x {few.ours:.1f} s"
        name = f"a contact's time: {store} / with a tenth of them"
        yield Figure(name, each, 1.5, "x", f"{more}; {called}")
    for called, ours, raw, spread in (
        ("to a new version", republish, raw_republish, 1),
        ("to a longer wait, over a day", lengthen, raw_lengthen, DAY),
    ):
        many = measured(MANY, ours, raw, spread)
        peaks.append((many.peak, measured(MANY // 10, ours, raw, spread).peak))
        yield _figure(f"{called}: {store} / raw", many, what)
    asked = measured(MANY // 10, ask, raw_ask, 1)
    yield _figure(f"events through a goal: {store} / raw", asked, tenth, 5)
    worst = max(asked.peak, *(peak for peak, _ in peaks))
    yield Figure(f"peak memory: {store}", worst, 1024, "MiB", "resident, our process")
    names = ("timer", "over a day", "to a new version", "to a longer wait")
    for name, (peak, less) in zip(names, peaks, strict=True):
        detail = f"{peak:.0f} MiB / {less:.0f} MiB; {name}"
        yield Figure(f"peak: {store} / with a tenth of them", peak / less, 1.25, "x", detail)


def measure() -> Iterator[Figure]:
    """Yield the figures of the engine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _figures("SQLite", partial(_in_files, folder))
    with cluster() as servers:
        yield from _figures("PostgreSQL", _Databases(servers))


def _figure(name: str, those: Measured, what: str, most: float = 3) -> Figure:
    detail = f"{those.ours:.1f} s / {those.raw:.1f} s; {what}"
    return Figure(name, those.ours / those.raw, most, "x", detail)
