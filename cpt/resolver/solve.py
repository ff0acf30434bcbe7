"""Choosing versions: the newest of each package that together fit all that is required.

The search is PubGrub's (`nab_resolver`), which proves its failures; `cpt.resolver.explain` puts the
proof into words. Here stands what is ours: npm's ranges over the versions that an index lists, what
yanked means, and that what is installed stays where it is unless somebody asked to move it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from nab_resolver.errors import ResolutionError, ResolutionLimitError
from nab_resolver.resolver import BaseProvider, Resolver, ResolverObserver
from nab_resolver.types import Incompatibility, RangeProtocol, RootRequirement

from cpt.errors import (
    NoSuchVersionError,
    TooHardToResolveError,
    UnknownPackageError,
    UnresolvableError,
)
from cpt.resolver.explain import explain
from cpt.resolver.numbered import Numbers
from package_format.index import IndexLine, Status
from package_format.spelling import nearest
from package_format.versions import Range, Version

Index: TypeAlias = Callable[[str], tuple[IndexLine, ...]]
"""Returns a line for each version of a package; none if there is no such package."""

EFFORT = 55_000
"""How much a search may do before it is given up: some seconds. Choosing versions is as hard as the
hardest of puzzles, and a registry may hold one; what people publish takes a hundredth of it.
"""

_STEP = 6
"""How much harder a step is that follows a contradiction back to its cause."""

_ANY = Range.parse("*")


class Shelf:
    """The versions that may be chosen, as far as the index was asked for them.

    A yanked version may be chosen only where it is `preferred` already: by a lock, or because it is
    installed.
    """

    def __init__(self, index: Index, preferred: Mapping[str, Version]) -> None:
        """Keep what the index answers, so that each package is looked up once."""
        self._index = index
        self._preferred = preferred
        self._lines: dict[str, dict[Version, IndexLine]] = {}
        self._listed: dict[str, tuple[IndexLine, ...]] = {}
        self._allowed: dict[tuple[str, str], Numbers] = {}
        self._alike: dict[str, dict[int, Numbers]] = {}

    def lines(self, name: str) -> Mapping[Version, IndexLine]:
        """Return the lines of a package's versions that may be chosen, oldest first."""
        if name not in self._lines:
            lines = {Version.parse(line.version): line for line in self._index(name)}
            self._lines[name] = {
                version: lines[version]
                for version in sorted(lines)
                if lines[version].status == "active" or self._preferred.get(name) == version
            }
        return self._lines[name]

    def withdrawn(self, name: str) -> tuple[Version, ...]:
        """Return the versions of a package that may not be chosen."""
        chosen = self.lines(name)
        every = (Version.parse(line.version) for line in self._index(name))
        return tuple(version for version in every if version not in chosen)

    def line(self, name: str, number: int) -> IndexLine:
        """Return the line of a version by its number: its place among the `lines`."""
        if name not in self._listed:
            self._listed[name] = tuple(self.lines(name).values())
        return self._listed[name][number]

    def allowed(self, name: str, range_: str) -> Numbers:
        """Return the numbers of the versions that a range allows."""
        if (name, range_) not in self._allowed:
            read = Range.parse(range_)
            self._allowed[name, range_] = Numbers(
                sum(1 << n for n, version in enumerate(self.lines(name)) if read.allows(version))
            )
        return self._allowed[name, range_]

    def alike(self, name: str, number: int) -> Numbers:
        """Return the numbers of the versions that have the same dependencies as one."""
        if name not in self._alike:
            needs = [line.dependencies for line in self.lines(name).values()]
            groups: dict[str, int] = {}
            keys = [repr(sorted(dependencies.items())) for dependencies in needs]
            for other, key in enumerate(keys):
                groups[key] = groups.get(key, 0) | 1 << other
            self._alike[name] = {n: Numbers(groups[key]) for n, key in enumerate(keys)}
        return self._alike[name][number]

    def left(self, name: str, among: RangeProtocol[int]) -> int:
        """Return a set of versions as bits, those that there are."""
        assert isinstance(among, Numbers)  # noqa: S101  the search has no other sets
        return among.bits & ((1 << len(self.lines(name))) - 1)

    def preference(self, name: str, among: RangeProtocol[int]) -> int | None:
        """Return the number of the version to try first: the preferred one, or else the newest."""
        left = self.left(name, among)
        preferred = self._preferred.get(name)
        if preferred is not None and preferred in self.lines(name):
            number = list(self.lines(name)).index(preferred)
            if left >> number & 1:
                return number
        return left.bit_length() - 1 if left else None


class _Provider(BaseProvider[str, int]):
    """What PubGrub asks while it searches."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def choose_version(self, package: str, version_range: RangeProtocol[int]) -> int | None:
        return self._shelf.preference(package, version_range)

    def has_satisfying_version(self, package: str, version_range: RangeProtocol[int]) -> bool:
        return bool(self._shelf.left(package, version_range))

    def get_dependencies(self, package: str, version: int) -> Mapping[str, RangeProtocol[int]]:
        line = self._shelf.line(package, version)
        return {
            name: self._shelf.allowed(name, text)
            for name, text in sorted(line.dependencies.items())
        }

    def prioritize(
        self,
        package: str,
        version_range: RangeProtocol[int],
        conflict_counts: Mapping[str, int],
        culprit_counts: Mapping[str, int] | None = None,
    ) -> tuple[int, int, str]:
        """Prefer what has caused conflicts, then what has fewest versions left, then names."""
        del culprit_counts
        left = self._shelf.left(package, version_range).bit_count()
        return (-conflict_counts.get(package, 0), left, package)

    def widen_decision(self, package: str, version: int) -> Numbers:
        """Say at once what holds for every version with the same dependencies."""
        return self._shelf.alike(package, version)


class _Effort(ResolverObserver[str, int]):
    """Counts what PubGrub does, and gives up: time is not for the core to look at."""

    def __init__(self, most: int) -> None:
        self.left = most

    def _spend(self, effort: int) -> None:
        self.left -= effort
        if self.left < 0:
            raise TooHardToResolveError

    def on_decision(self, package: str, version: int, level: int) -> None:
        del package, version, level
        self._spend(1)

    def on_derivation(
        self, package: str, *, positive: bool, cause: Incompatibility[str, int]
    ) -> None:
        del package, positive, cause
        self._spend(1)

    def on_conflict_step(
        self,
        incompatibility: Incompatibility[str, int],
        *,
        satisfier_package: str,
        satisfier_is_decision: bool,
        satisfier_level: int,
        previous_level: int,
        can_backjump: bool,
    ) -> None:
        del incompatibility, satisfier_package, satisfier_is_decision
        del satisfier_level, previous_level, can_backjump
        self._spend(_STEP)


def solve(
    requirements: Mapping[str, Range],
    index: Index,
    preferred: Mapping[str, Version] | None = None,
    names: Callable[[], Iterable[str]] = tuple,
    effort: int = EFFORT,
    installed: Collection[str] = (),
) -> dict[str, IndexLine]:
    """Choose a version of each required package and of everything that those need.

    Args:
        requirements: What is asked for: ranges by package name.
        index: Answers which versions of a package there are.
        preferred: Versions to stay at wherever they fit, yanked or not: what is locked or
            installed and is not to move.
        names: Every name that the index knows; asked for only to suggest one.
        effort: How much may be done before the search is given up.
        installed: The required packages that nobody asks for now: they are installed.

    Returns:
        The chosen index lines by package name, dependencies included, sorted by name.

    Raises:
        UnknownPackageError: Nothing has a required name.
        NoSuchVersionError: No version at all fits a required range.
        UnresolvableError: The requirements contradict each other; its message is the proof.
        TooHardToResolveError: The search was given up.
    """
    spent = _Effort(effort)
    shelf = Shelf(index, preferred or {})
    for name, range_ in requirements.items():
        _demand_some_version(shelf, name, range_, index, names)
    try:
        return _search(requirements, shelf, spent)
    except ResolutionError as error:
        if isinstance(error, ResolutionLimitError):
            raise TooHardToResolveError from error
        proof = error.incompatibility
        if proof is None:
            raise
        facts = explain(proof, shelf.lines, shelf.withdrawn, installed)
        raise UnresolvableError(facts, _remedies(requirements, shelf, spent, installed)) from None


def demand_package(
    name: str, index: Index, names: Callable[[], Iterable[str]] = tuple
) -> tuple[IndexLine, ...]:
    """Return the lines of a package's versions.

    Raises:
        UnknownPackageError: There is no such package; the error names those that are close.
    """
    lines = index(name)
    if not lines:
        raise UnknownPackageError(name, tuple(nearest(name, names(), most=3)))
    return lines


def _search(
    requirements: Mapping[str, Range], shelf: Shelf, spent: _Effort
) -> dict[str, IndexLine]:
    roots = [
        RootRequirement(name, shelf.allowed(name, range_.text), range_.text)
        for name, range_ in sorted(requirements.items())
    ]
    pins = Resolver(_Provider(shelf), spent, range_type=Numbers).resolve(roots)
    return {name: shelf.line(name, pins[name]) for name in sorted(pins)}


def _demand_some_version(
    shelf: Shelf,
    name: str,
    range_: Range,
    index: Index,
    names: Callable[[], Iterable[str]],
) -> None:
    lines = demand_package(name, index, names)
    if shelf.allowed(name, range_.text).is_empty:
        raise NoSuchVersionError(
            name,
            range_.text,
            available=tuple(str(version) for version in shelf.lines(name)),
            yanked=_withdrawn(lines, range_, Status.YANKED),
            quarantined=_withdrawn(lines, range_, Status.QUARANTINED),
        )


def _withdrawn(lines: Sequence[IndexLine], range_: Range, status: Status) -> tuple[str, ...]:
    """The versions that would fit, were they not withdrawn in this way."""
    return tuple(
        line.version
        for line in lines
        if line.status is status and range_.allows(Version.parse(line.version))
    )


def _remedies(
    requirements: Mapping[str, Range], shelf: Shelf, spent: _Effort, installed: Collection[str]
) -> tuple[str, ...]:
    """Say what would do instead, as far as what is left of the effort reaches.

    That is another version of one of the packages; where none helps, to go without one.
    """
    others = []
    for name, range_ in sorted(requirements.items()):
        found = _found({**requirements, name: _ANY}, shelf, spent)
        if found is not None:
            version = found[name].version
            others.append(f"{name} {version} would do, instead of {range_.text}: {name}@{version}")
    if others or len(requirements) == 1:
        return tuple(others)
    return tuple(_without(requirements, shelf, spent, installed))


def _without(
    requirements: Mapping[str, Range], shelf: Shelf, spent: _Effort, installed: Collection[str]
) -> Iterator[str]:
    for name in sorted(requirements):
        left = {other: range_ for other, range_ in requirements.items() if other != name}
        found = _found(left, shelf, spent)
        if found is None or name in found:
            continue  # what others need cannot be done without
        if name in installed:
            yield f"without {name} the others fit together: cpt uninstall {name}"
        else:
            yield f"without {name} the others fit together"


def _found(
    requirements: Mapping[str, Range], shelf: Shelf, spent: _Effort
) -> Mapping[str, IndexLine] | None:
    try:
        return _search(requirements, shelf, spent)
    except (ResolutionError, TooHardToResolveError):
        return None
