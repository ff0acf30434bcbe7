"""Bumping: comparing a working folder with what was published, and writing what that demands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cpt.authoring.bump import with_version
from cpt.authoring.changelog import with_entry
from cpt.cli.predecessors import find_predecessor
from cpt.cli.reading import read_text
from cpt.cli.writing import write_file
from cpt.registries.supply import Supply
from package_format.compatibility import compare
from package_format.package import Package
from package_format.versions import Bump, Version, least_version

_MANIFEST, _CHANGELOG = "cpt.toml", "CHANGELOG.md"


@dataclass(frozen=True)
class Bumped:
    """What bumping came to.

    Attributes:
        old: The version that was compared with; None if there is none.
        demanded: What the changes demand.
        version: The version that the package has now.
        said: What was found, in a sentence.
        wrote: The files that were written.
    """

    old: str | None
    demanded: Bump
    version: Version
    said: str
    wrote: tuple[str, ...] = ()


def bump_package(
    root: Path, package: Package, supply: Supply, against: str | None, *, dry_run: bool
) -> Bumped:
    """Write the version that a package's changes demand, and begin the changelog's entry.

    Raises:
        BadInputError: What to compare with cannot be found, or a file cannot be written.
    """
    version = package.manifest.version
    older = find_predecessor(package, supply, against, or_same=True)
    if older is None:
        said = f"nothing of {package.name} is published yet: {version} stays"
        return Bumped(None, Bump.NONE, version, said)
    comparison = compare(older, package)
    old, demanded = older.manifest.version, comparison.demanded
    least = least_version(old, demanded)
    word = str(demanded) if demanded else "no bump"
    enough = version > old and version.bump_from(old) >= demanded
    next_ = version if enough or not demanded else least
    stays = f"{version} stays" if next_ == version else f"{version} becomes {next_}"
    said = f"against {old} this demands {word}: {stays}"
    wrote: list[str] = []
    if demanded and not dry_run:
        if next_ != version:
            wrote.append(_rewritten(root / _MANIFEST, lambda text: with_version(text, next_)))
        wrote.append(
            _rewritten(root / _CHANGELOG, lambda text: with_entry(text, next_, comparison))
        )
    return Bumped(str(old), demanded, next_, said, tuple(filter(None, wrote)))


def _rewritten(file: Path, change: Callable[[str], str]) -> str:
    """Write a file anew; return its path if that made a difference."""
    before = read_text(file) if file.exists() else ""
    after = change(before)
    if after == before:
        return ""
    write_file(file, after)
    return str(file)
