"""Choosing versions: the newest of each package that together fit all that is required.

The search is PubGrub's (`nab_resolver`), which proves its failures; `cpt.resolver.explain` puts the
proof into words. Here stands what is ours: npm's ranges over the versions that an index lists, what
yanked means, and that what is installed stays where it is unless somebody asked to move it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeAlias

from nab_resolver.errors import ResolutionError
from nab_resolver.ranges import Range as Listed
from nab_resolver.resolver import BaseProvider, Resolver
from nab_resolver.types import Incompatibility, RangeProtocol, RootRequirement

from cpt.errors import NoSuchVersionError, UnknownPackageError, UnresolvableError
from cpt.resolver.explain import explain
from package_format.index import IndexLine
from package_format.versions import Range, Version

Index: TypeAlias = Callable[[str], tuple[IndexLine, ...]]
"""Returns a line for each version of a package; none if there is no such package."""

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

    def allowed(self, name: str, range_: Range) -> Listed[Version]:
        """Return the versions of a package that a range allows."""
        return Listed.from_versions(v for v in self.lines(name) if range_.allows(v))

    def preference(self, name: str, among: RangeProtocol[Version]) -> Version | None:
        """Return the version to try first: the preferred one, or else the newest."""
        preferred = self._preferred.get(name)
        fitting = [version for version in self.lines(name) if version in among]
        return preferred if preferred in fitting else max(fitting, default=None)


class _Provider(BaseProvider[str, Version]):
    """What PubGrub asks while it searches."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def choose_version(self, package: str, version_range: RangeProtocol[Version]) -> Version | None:
        return self._shelf.preference(package, version_range)

    def has_satisfying_version(self, package: str, version_range: RangeProtocol[Version]) -> bool:
        return self._shelf.preference(package, version_range) is not None

    def get_dependencies(
        self, package: str, version: Version
    ) -> Mapping[str, RangeProtocol[Version]]:
        line = self._shelf.lines(package)[version]
        return {
            name: self._shelf.allowed(name, Range.parse(text))
            for name, text in sorted(line.dependencies.items())
        }

    def prioritize(
        self,
        package: str,
        version_range: RangeProtocol[Version],
        conflict_counts: Mapping[str, int],
        culprit_counts: Mapping[str, int] | None = None,
    ) -> tuple[int, int, str]:
        """Prefer what has caused conflicts, then what has fewest versions left, then names."""
        del culprit_counts
        left = sum(version in version_range for version in self._shelf.lines(package))
        return (-conflict_counts.get(package, 0), left, package)

    def widen_decision(self, package: str, version: Version) -> Listed[Version]:
        """Say at once what holds for every version with the same dependencies."""
        lines = self._shelf.lines(package)
        alike = lines[version].dependencies
        return Listed.from_versions(v for v in lines if lines[v].dependencies == alike)


def solve(
    requirements: Mapping[str, Range],
    index: Index,
    preferred: Mapping[str, Version] | None = None,
    names: Callable[[], Iterable[str]] = tuple,
) -> dict[str, IndexLine]:
    """Choose a version of each required package and of everything that those need.

    Args:
        requirements: What is asked for: ranges by package name.
        index: Answers which versions of a package there are.
        preferred: Versions to stay at wherever they fit, yanked or not: what is locked or
            installed and is not to move.
        names: Every name that the index knows; asked for only to suggest one.

    Returns:
        The chosen index lines by package name, dependencies included, sorted by name.

    Raises:
        UnknownPackageError: Nothing has a required name.
        NoSuchVersionError: No version at all fits a required range.
        UnresolvableError: The requirements contradict each other; its message is the proof.
    """
    shelf = Shelf(index, preferred or {})
    for name, range_ in requirements.items():
        _demand_some_version(shelf, name, range_, index, names)
    try:
        return _search(requirements, shelf)
    except ResolutionError as error:
        proof = error.incompatibility
        if proof is None:
            raise
        raise _unresolvable(proof, requirements, shelf) from None


def demand_package(
    name: str, index: Index, names: Callable[[], Iterable[str]] = tuple
) -> tuple[IndexLine, ...]:
    """Return the lines of a package's versions.

    Raises:
        UnknownPackageError: There is no such package; the error names those that are close.
    """
    lines = index(name)
    if not lines:
        close = get_close_matches(name, sorted(names()), n=3, cutoff=0.6)
        raise UnknownPackageError(name, tuple(close))
    return lines


def _search(requirements: Mapping[str, Range], shelf: Shelf) -> dict[str, IndexLine]:
    roots = [
        RootRequirement(name, shelf.allowed(name, range_), range_.text)
        for name, range_ in sorted(requirements.items())
    ]
    pins = Resolver(_Provider(shelf)).resolve(roots)
    return {name: shelf.lines(name)[pins[name]] for name in sorted(pins)}


def _demand_some_version(
    shelf: Shelf,
    name: str,
    range_: Range,
    index: Index,
    names: Callable[[], Iterable[str]],
) -> None:
    lines = demand_package(name, index, names)
    if shelf.allowed(name, range_).is_empty:
        raise NoSuchVersionError(
            name,
            range_.text,
            available=tuple(str(version) for version in shelf.lines(name)),
            yanked=tuple(
                line.version
                for line in lines
                if line.status != "active" and range_.allows(Version.parse(line.version))
            ),
        )


def _unresolvable(
    proof: Incompatibility[str, Version], requirements: Mapping[str, Range], shelf: Shelf
) -> UnresolvableError:
    remedies = []
    for name, range_ in sorted(requirements.items()):
        try:
            found = _search({**requirements, name: _ANY}, shelf)
        except ResolutionError:
            continue
        version = found[name].version
        remedies.append(f"{name} {version} would do, instead of {range_.text}: {name}@{version}")
    facts = explain(proof, shelf.lines)
    return UnresolvableError(facts, tuple(remedies))
