"""The listing: every package in one line, and how words find some of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from package_format.index import IndexLine


@dataclass(frozen=True)
class Listed:
    """A package among the others: the version it is known by, and how many there are."""

    newest: IndexLine
    versions: int


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
