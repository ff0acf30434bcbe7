"""Versions: which one a package is known by, and what each of them was to the one before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from package_format.index import IndexLine, Status, newest_active
from package_format.versions import Bump, Version


@dataclass(frozen=True)
class Release:
    """A version among the others of its package.

    Attributes:
        line: What the index says about it.
        bump: How far it moved from the version below it; None for the lowest one.
    """

    line: IndexLine
    bump: Bump | None

    @property
    def yanked(self) -> bool:
        """Whether the author withdrew it: it stays where it runs, and is not chosen anew."""
        return self.line.status is Status.YANKED


def releases(lines: Iterable[IndexLine]) -> tuple[Release, ...]:
    """Return every version of a package, the greatest first."""
    rising = sorted(lines, key=_version)
    found = [
        Release(line, _version(line).bump_from(_version(below)) if below else None)
        for below, line in zip([None, *rising], rising, strict=False)
    ]
    return tuple(reversed(found))


def newest(lines: Sequence[IndexLine]) -> IndexLine:
    """Return the version that a package is known by.

    That is the greatest one that is neither yanked nor a prerelease; failing that, the greatest
    that is not yanked; failing that, the greatest.
    """
    return newest_active(lines) or max(lines, key=_version)


def _version(line: IndexLine) -> Version:
    return Version.parse(line.version)
