"""Choosing versions: on generated shops beside resolvelib, and out of a big index in the cache.

Each shop has 200 packages with 50 versions each. In those that have *grown*, every version needs
what of three others was new at its time or a bit older; in the *lagging* ones some keep to what
others were long ago, so that the newest does not fit together; in the *impossible* ones two
packages need what excludes each other. What is measured is the search, from index lines in memory:
by the clock, and beside it by the processor's time, which tells what the machine was busy with. A
shop that is given up is no shop that was resolved soon: none may be.

There is one sort more: every version needs any three others in any range. That is no shop but a
puzzle, at which a SAT solver in C++ works for a minute (`tests.cpt.resolver.test_hard`), and
resolvelib would for many. What is measured there is how soon the search is given up.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple

from resolvelib import AbstractProvider, BaseReporter, ResolutionError, Resolver

from benchmarks import from_cache
from benchmarks.measuring import Figure, ms, say
from cpt.errors import TooHardToResolveError, UnresolvableError
from cpt.resolver.solve import solve
from package_format.index import IndexLine
from package_format.versions import Range, Version
from tests.cpt.resolver.test_hard import contradictory, grown, lagging, scattered
from tests.cpt.resolver.test_solve import Shop, line

SHOPS = 10
"""Of each sort."""

PUZZLES = 3
"""How many shops that are none."""

PEER_SHOPS, PEER_ROUNDS = 2, 300
"""In how many of them, and for how many rounds each, resolvelib may search: it takes long."""

Lines = Mapping[str, tuple[IndexLine, ...]]


class Taken(NamedTuple):
    """What one search took.

    Attributes:
        seconds: By the clock.
        busy: The processor's, in this process.
        answered: Whether it was not given up.
    """

    seconds: float
    busy: float
    answered: bool


def measure() -> Iterator[Figure]:
    """Yield the figures of choosing versions."""
    ours: list[Taken] = []
    theirs: list[Taken] = []
    sorts: tuple[tuple[str, Callable[[int], Shop]], ...] = (
        ("grown", grown),
        ("lagging", lagging),
        ("impossible", contradictory),
    )
    for sort, grow in sorts:
        say(f"choosing in {SHOPS} {sort} shops")
        for seed in range(SHOPS):
            lines = _lines(grow(seed))
            ours.append(_timed(partial(_ours, lines)))
            if seed < PEER_SHOPS:
                theirs.append(_timed(partial(_theirs, lines)))
            print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    name = "resolve 200 packages x 50"
    yield _seconds(f"{name}, median", statistics.median, ours, theirs, 0.5)
    yield _seconds(f"{name}, slowest", max, ours, theirs, 5)
    unanswered = _given_up(theirs)
    detail = f"resolvelib {unanswered} of {len(theirs)}, after {PEER_ROUNDS} rounds"
    yield Figure(f"{name}, given up", _given_up(ours), 0, "", f"of {len(ours)}; {detail}")
    yield _puzzles()
    yield from from_cache.measure()


def _seconds(
    name: str,
    of: Callable[[list[float]], float],
    ours: Sequence[Taken],
    theirs: Sequence[Taken],
    most: float,
) -> Figure:
    """Return a figure of the clock's seconds, with the processor's and the peer's beside them."""
    busy, peer = of([one.busy for one in ours]), of([one.seconds for one in theirs])
    detail = f"{len(ours)} shops; {ms(busy)} of the processor's; resolvelib {ms(peer)}"
    return Figure(name, of([one.seconds for one in ours]), most, "s", detail)


def _given_up(those: Iterable[Taken]) -> int:
    return sum(not one.answered for one in those)


def _puzzles() -> Figure:
    say(f"giving {PUZZLES} puzzles up")
    tried = [_timed(partial(_ours, _lines(scattered(seed)))) for seed in range(PUZZLES)]
    detail = f"{_given_up(tried)} of {PUZZLES} given up, the others answered"
    slowest = max(one.seconds for one in tried)
    return Figure("resolve a puzzle, or give it up", slowest, 5, "s", detail)


def _timed(act: Callable[[], bool]) -> Taken:
    begin, busy = time.perf_counter(), time.process_time()
    answered = act()
    return Taken(time.perf_counter() - begin, time.process_time() - busy, answered)


def _lines(shop: Shop) -> Lines:
    return {
        name: tuple(line(name, version, needs) for version, needs in versions.items())
        for name, versions in shop.items()
    }


def _ours(lines: Lines) -> bool:
    try:
        solve({"a/p0": Range.parse("*")}, lines.__getitem__)
    except UnresolvableError:
        return True
    except TooHardToResolveError:
        return False
    return True


# --- the peer -------------------------------------------------------------------------------------


class Need(NamedTuple):
    """A requirement: a package and a range."""

    name: str
    range: str


class Candidate(NamedTuple):
    """One version of a package."""

    name: str
    version: Version
    needs: tuple[Need, ...]


class _Provider(AbstractProvider[Need, Candidate, str]):
    """The same shop for resolvelib: newest first, fewest versions left first."""

    def __init__(self, lines: Lines) -> None:
        self._candidates = {
            name: sorted(
                (
                    Candidate(
                        name,
                        Version.parse(each.version),
                        tuple(Need(*pair) for pair in each.dependencies.items()),
                    )
                    for each in versions
                ),
                key=lambda candidate: candidate.version,
                reverse=True,
            )
            for name, versions in lines.items()
        }
        self._parsed = cache(Range.parse)
        self._allows = cache(lambda text, version: self._parsed(text).allows(version))

    def identify(self, requirement_or_candidate: Need | Candidate) -> str:
        return requirement_or_candidate.name

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Candidate],
        candidates: Mapping[str, Iterator[Candidate]],
        information: object,
        backtrack_causes: Sequence[object],
    ) -> tuple[bool, int, str]:
        del resolutions, information
        causes = {cause.requirement.name for cause in backtrack_causes}  # type: ignore[attr-defined]
        return (identifier not in causes, sum(1 for _ in candidates[identifier]), identifier)

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Need]],
        incompatibilities: Mapping[str, Iterator[Candidate]],
    ) -> list[Candidate]:
        wanted = [need.range for need in requirements[identifier]]
        refused = set(incompatibilities[identifier])
        return [
            candidate
            for candidate in self._candidates[identifier]
            if candidate not in refused
            and all(self._allows(text, candidate.version) for text in wanted)
        ]

    def is_satisfied_by(self, requirement: Need, candidate: Candidate) -> bool:
        return bool(self._allows(requirement.range, candidate.version))

    def get_dependencies(self, candidate: Candidate) -> Iterable[Need]:
        return candidate.needs


def _theirs(lines: Lines) -> bool:
    resolver: Resolver[Need, Candidate, str] = Resolver(_Provider(lines), BaseReporter())
    try:
        resolver.resolve([Need("a/p0", "*")], max_rounds=PEER_ROUNDS)
    except ResolutionError as error:
        return type(error).__name__ != "ResolutionTooDeep"
    return True
