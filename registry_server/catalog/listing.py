"""The listing: every package in one line, and how words find some of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from package_format.index import IndexLine
from package_format.package import Package
from registry_server.catalog.contents import contents


@dataclass(frozen=True)
class Listed:
    """A package among the others.

    Attributes:
        newest: The version it is known by.
        versions: How many there are.
        facts: What only its archive says, where that is known without reading it.
        downloads: How often it was fetched; None where nobody counts.
        deprecated: Whether its author says not to choose it any more.
    """

    newest: IndexLine
    versions: int
    facts: Facts | None = None
    downloads: int | None = None
    deprecated: bool = False


@dataclass(frozen=True)
class Facts:
    """What lists show of a package that only its archive says.

    Attributes:
        title: What people call it.
        brings: How many of each kind it brings, in words.
        categories: Where the marketplace shows it.
        campaign: The key of the campaign that is its face; None if it has none.
    """

    title: str
    brings: tuple[str, ...]
    categories: tuple[str, ...]
    campaign: str | None


def facts(package: Package) -> Facts:
    """Return what lists show of a package."""
    table = package.manifest.package
    brings = tuple(group.title for group in contents(package))
    largest = max(package.campaigns, key=lambda one: len(one.flow.nodes), default=None)
    face = None if largest is None else largest.key
    return Facts(table.title, brings, tuple(table.categories), face)


def found_by(words: str, packages: Iterable[Listed]) -> tuple[Listed, ...]:
    """Return the packages whose name or summary contains every one of the words.

    Names that contain a word as it stands come before those that only their summary gives away,
    and the name itself, with or without its publisher, before all.
    """
    wanted = words.casefold().split()

    def rank(package: Listed) -> tuple[int, str]:
        name = package.newest.name
        exact = words.strip().casefold() in (name, name.partition("/")[2])
        in_name = all(word in name for word in wanted)
        return (0 if exact else 1 if in_name else 2), name

    found = [
        package for package in packages if all(word in _text(package.newest) for word in wanted)
    ]
    return tuple(sorted(found, key=rank))


def _text(line: IndexLine) -> str:
    return f"{line.name}\n{line.summary}".casefold()
