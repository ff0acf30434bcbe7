"""Versions and ranges: SemVer 2.0.0, and npm's grammar of ranges with exactly npm's answers.

Both come from strangers: from manifests, from a registry's index, from a command line. The
libraries read them with regular expressions that some texts send on long ways, so that a text's
length is looked at first, and white space is folded, which means the same wherever it may stand.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache, total_ordering
from types import ModuleType
from typing import TYPE_CHECKING, assert_never

import semver

if TYPE_CHECKING:
    import nodesemver

_VERSION_LIMIT = 256
"""The most characters of a version, which is npm's limit too."""

_RANGE_LIMIT = 1_000
"""The most characters of a range, its white space folded."""

_SAID_LIMIT = 60


class InvalidVersionError(ValueError):
    """The text is not a version or a range; the message says what one looks like."""


class Bump(IntEnum):
    """How far a version moves, in order of weight."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        """Return the name as people write it: ``MAJOR``."""
        return self.name


@total_ordering
@dataclass(frozen=True, eq=False)
class Version:
    """One SemVer 2.0.0 version; compares by precedence, then by build metadata as text."""

    text: str
    _parsed: semver.Version = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read a version such as ``1.4.0`` or ``2.0.0-beta.1``.

        Raises:
            InvalidVersionError: The text is not SemVer 2.0.0.
        """
        if len(text) > _VERSION_LIMIT:
            raise InvalidVersionError(
                f"{_said(text)} is not a version: it has more than {_VERSION_LIMIT} characters"
            )
        try:
            return cls(text, semver.Version.parse(text))
        except (ValueError, TypeError):
            raise InvalidVersionError(
                f"{_said(text)} is not a version; one looks like 1.4.0 or 2.0.0-beta.1"
            ) from None

    @property
    def is_prerelease(self) -> bool:
        """Whether the version comes before a release, such as ``2.0.0-beta.1``."""
        return self._parsed.prerelease is not None

    def bumped(self, bump: Bump) -> Version:
        """Return the next version that a bump leads to."""
        match bump:
            case Bump.MAJOR:
                return Version.parse(str(self._parsed.bump_major()))
            case Bump.MINOR:
                return Version.parse(str(self._parsed.bump_minor()))
            case Bump.PATCH:
                return Version.parse(str(self._parsed.bump_patch()))
            case Bump.NONE:
                return self
        assert_never(bump)

    def bump_from(self, older: Version) -> Bump:
        """Return which bump leads from an older version to this one.

        Below 1.0.0 the usual shift applies: a change of the minor number counts as MAJOR and one
        of the patch number as MINOR, as npm's ``^0.x`` reads them.
        """
        mine, theirs = self._parsed, older._parsed
        if mine.major != theirs.major:
            return Bump.MAJOR
        if mine.minor != theirs.minor:
            return Bump.MINOR if mine.major else Bump.MAJOR
        if mine.patch != theirs.patch:
            return Bump.PATCH if mine.major else Bump.MINOR
        return Bump.NONE

    def __eq__(self, other: object) -> bool:
        """Two versions are equal when their texts are."""
        return isinstance(other, Version) and self.text == other.text

    def __hash__(self) -> int:
        """Hash by text."""
        return hash(self.text)

    def __lt__(self, other: Version) -> bool:
        """Order by SemVer precedence."""
        order = self._parsed.compare(other._parsed)
        return order < 0 or (order == 0 and self.text < other.text)

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return self.text


def least_version(older: Version, demanded: Bump) -> Version:
    """Return the smallest version that is so much of a bump, below 1.0.0 too."""
    for bump in (Bump.NONE, Bump.PATCH, Bump.MINOR, Bump.MAJOR):
        version = older.bumped(bump)
        if version.bump_from(older) >= demanded:
            return version
    return older.bumped(Bump.MAJOR)  # pragma: no cover - a step of the first number is MAJOR


_OR = re.compile(r"\s*\|\|\s*")
_WRITTEN_BOUND = re.compile(r"<\s*v?(\d+\.\d+\.\d+)(?:\+\S*)?(?=\s|$)")


@dataclass(frozen=True)
class Range:
    """A set of versions in npm's grammar: ``^ ~``, x-ranges, hyphens, ``||``, comparators."""

    text: str
    _parsed: nodesemver.Range = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Range:
        """Read a range such as ``^2.1`` or ``>=1.0.0 <3.0.0 || 4.x``.

        Raises:
            InvalidVersionError: The text is not a range.
        """
        folded = " ".join(text.split())
        if len(folded) > _RANGE_LIMIT:
            raise InvalidVersionError(
                f"{_said(text)} is not a version range: "
                f"it has more than {_RANGE_LIMIT:,} characters"
            )
        try:
            folded.encode("ascii")  # digits of other scripts are digits to the library, not to npm
            return cls(text, _read_range(folded))
        except ValueError:
            raise InvalidVersionError(
                f"{_said(text)} is not a version range; "
                "one looks like ^2.1, ~1.4.0 or >=1.0.0 <3.0.0"
            ) from None

    def allows(self, version: Version) -> bool:
        """Whether npm would take this version for this range (its prerelease rule included)."""
        return bool(self._parsed.test(_read_version(version.text)))

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return self.text


def _npm() -> ModuleType:
    """The library that has npm's answers; imported for the first range, as that takes its time."""
    import nodesemver  # noqa: PLC0415

    return nodesemver  # type: ignore[no-any-return]  # it has no types


@lru_cache(maxsize=4096)
def _read_range(text: str) -> nodesemver.Range:
    return _as_npm_has_it(text, _npm().make_range(text, loose=False))


@lru_cache(maxsize=4096)
def _read_version(text: str) -> nodesemver.SemVer:
    return _npm().make_semver(text, loose=False)


def _as_npm_has_it(text: str, parsed: nodesemver.Range) -> nodesemver.Range:
    """Mend what the library, a port of an older npm, answers otherwise than npm.

    An upper bound that was not written but follows (as from ``^1.2``) is below the prereleases of
    its version, too (``<2.0.0-0``); and beside an alternative that takes any version, the others
    mean nothing.
    """
    for comparators, written in zip(parsed.set, _OR.split(text), strict=True):
        bounds = Counter(_WRITTEN_BOUND.findall(written))
        for index, comparator in enumerate(comparators):
            if comparator.operator != "<" or comparator.semver.prerelease:
                continue
            bound = str(comparator.semver)
            if bounds[bound]:
                bounds[bound] -= 1
            else:
                comparators[index] = _npm().make_comparator(f"<{bound}-0", loose=False)
    anything = _npm().ANY
    for comparators in parsed.set:
        if all(comparator.semver == anything for comparator in comparators):
            parsed.set = [comparators]
            break
    return parsed


def _said(text: object) -> str:
    """A text as an error quotes it: not all of one that is long."""
    said = repr(text)
    return said if len(said) <= _SAID_LIMIT else f"{said[:_SAID_LIMIT]}…"
