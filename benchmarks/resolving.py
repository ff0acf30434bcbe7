"""Choosing versions: on generated shops beside resolvelib, and out of a big index on disk.

Each shop has 200 packages with 50 versions each. In those that have *grown*, every version needs
what of three others was new at its time or a bit older; in the *lagging* ones some keep to what
others were long ago, so that the newest does not fit together; in the *impossible* ones two
packages need what excludes each other. What is measured is the search, from index lines in memory.

There is one sort more: every version needs any three others in any range. That is no shop but a
puzzle, at which a SAT solver in C++ works for a minute (`tests.cpt.resolver.test_hard`), and
resolvelib would for many. What is measured there is how soon the search is given up.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from resolvelib import AbstractProvider, BaseReporter, ResolutionError, Resolver

from benchmarks.measuring import WALL, Figure, medians, ms, say
from cpt.errors import TooHardToResolveError, UnresolvableError
from cpt.registries.directory import DirectoryRegistry
from cpt.registries.supply import Supply
from cpt.resolver.solve import solve
from package_format.canonical import to_json
from package_format.index import NAMES_PATH, IndexLine, index_path, index_text
from package_format.versions import Range, Version
from tests.cpt.resolver.test_hard import contradictory, grown, lagging, scattered
from tests.cpt.resolver.test_solve import Shop, line

SHOPS = 10
"""Of each sort."""

PUZZLES = 3
"""How many shops that are none."""

PEER_SHOPS, PEER_ROUNDS = 2, 300
"""In how many of them, and for how many rounds each, resolvelib may search: it takes long."""

INDEX, CLOSURE = 10_000, 20
ROUNDS = 9

Lines = Mapping[str, tuple[IndexLine, ...]]


def measure() -> Iterator[Figure]:
    """Yield the figures of choosing versions."""
    ours: list[float] = []
    theirs: list[tuple[float, bool]] = []
    given_up = 0
    sorts: tuple[tuple[str, Callable[[int], Shop]], ...] = (
        ("grown", grown),
        ("lagging", lagging),
        ("impossible", contradictory),
    )
    for sort, grow in sorts:
        say(f"choosing in {SHOPS} {sort} shops")
        for seed in range(SHOPS):
            lines = _lines(grow(seed))
            took, answered = _timed(partial(_ours, lines))
            given_up += not answered
            ours.append(took)
            if seed < PEER_SHOPS:
                theirs.append(_timed(partial(_theirs, lines)))
            print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    peer = statistics.median(took for took, _ in theirs)
    unanswered = sum(not answered for _, answered in theirs)
    detail = (
        f"{len(ours)} shops, {given_up} given up; resolvelib {ms(peer)}, {unanswered} of "
        f"{len(theirs)} given up after {PEER_ROUNDS} rounds"
    )
    middle = statistics.median(ours)
    yield Figure("resolve 200 packages x 50, median", middle, 0.5, "s", detail)
    worst = f"resolvelib {ms(max(took for took, _ in theirs))}"
    yield Figure("resolve 200 packages x 50, slowest", max(ours), 5, "s", worst)
    yield _puzzles()
    yield _from_disk()


def _puzzles() -> Figure:
    say(f"giving {PUZZLES} puzzles up")
    tried = [_timed(partial(_ours, _lines(scattered(seed)))) for seed in range(PUZZLES)]
    answered = sum(answered for _, answered in tried)
    detail = f"{answered} of {PUZZLES} answered, the others given up"
    return Figure("resolve a puzzle, or give it up", max(took for took, _ in tried), 5, "s", detail)


def _timed(act: Callable[[], bool]) -> tuple[float, bool]:
    begin = time.process_time()
    answered = act()
    return time.process_time() - begin, answered


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


# --- out of a big index ---------------------------------------------------------------------------


def _from_disk() -> Figure:
    say(f"writing an index of {INDEX:,} packages, and choosing {CLOSURE} of them")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write_index(root)

        def choose() -> None:
            supply = Supply(DirectoryRegistry(root))
            found = solve({"a/p0": Range.parse("^1")}, supply.index, names=supply.names)
            assert len(found) == CLOSURE  # noqa: S101  it is what is measured

        (seconds,) = medians([choose], ROUNDS, WALL)
    name = f"{CLOSURE} packages out of {INDEX:,}, from disk"
    return Figure(name, seconds, 0.1, "s", "resolved anew, nothing kept in memory")


def _write_index(root: Path) -> None:
    """Write an index whose packages need a few others each; the first twenty only each other."""
    dice = random.Random(1)
    names = [f"a/p{number}" for number in range(INDEX)]
    (root / "index/a").mkdir(parents=True)
    (root / "config.json").write_text('{"format":1,"blobs":"blobs/"}\n')
    (root / NAMES_PATH).write_bytes(to_json(sorted(names)))
    for number, name in enumerate(names):
        others = range(number + 1, min(CLOSURE if number < CLOSURE else INDEX, number + 40))
        needed = sorted(dice.sample(others, min(3, len(others))))
        if number + 1 < CLOSURE:
            needed = sorted({number + 1, *needed})
        lines = [
            line(name, f"1.{minor}.0", {f"a/p{other}": f"^1.{minor // 2}.0" for other in needed})
            for minor in range(20)
        ]
        (root / index_path(name)).write_text(index_text(lines))
