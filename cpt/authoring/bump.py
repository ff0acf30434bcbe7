"""The next version of a package: worked out from what changed, and written into its manifest."""

from __future__ import annotations

from collections.abc import Iterable

import tomlkit
from tomlkit.items import Table

from package_format.index import IndexLine
from package_format.versions import Bump, Version


def predecessor(
    lines: Iterable[IndexLine], version: Version, *, or_same: bool = False
) -> IndexLine | None:
    """Return the greatest published version below one, yanked or not; None if there is none.

    Args:
        lines: The package's lines in the index.
        version: The version that is to be published.
        or_same: Whether the version itself counts, as it does for a folder that still has the
            number that was published last.
    """
    below = [
        line
        for line in lines
        if (found := Version.parse(line.version)) < version or (or_same and found == version)
    ]
    return max(below, key=lambda line: Version.parse(line.version), default=None)


def least_version(older: Version, demanded: Bump) -> Version:
    """Return the smallest version that a bump demands, below 1.0.0 too."""
    for bump in (Bump.NONE, Bump.PATCH, Bump.MINOR, Bump.MAJOR):
        version = older.bumped(bump)
        if version.bump_from(older) >= demanded:
            return version
    return older.bumped(Bump.MAJOR)  # pragma: no cover - a step of the first number is MAJOR


def with_version(manifest: str, version: Version) -> str:
    """Return the text of ``cpt.toml`` with another version; comments and layout stay."""
    document = tomlkit.parse(manifest)
    package = document["package"]
    assert isinstance(package, Table)  # noqa: S101  the manifest has been read as one
    package["version"] = str(version)
    return tomlkit.dumps(document)
