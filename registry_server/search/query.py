"""Queries: what somebody's words ask of an index, as a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from registry_server.search.document import Scope, category, feature, paired, publisher, scoped
from registry_server.search.words import apart, compounds, joined, pairs, term

MOST_CHARACTERS = 200
"""How much of what somebody writes is read."""

_MOST_WORDS = 8
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?")


@dataclass(frozen=True)
class Group:
    """One word that is looked for.

    Attributes:
        text: The word, folded.
        parts: Its parts, which are more than one for a compound.
        ways: The ways to have it; each is terms of which all are there.
    """

    text: str
    parts: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]

    def or_else(self, words: Iterable[str]) -> Group:
        """Return the group that other words satisfy as well."""
        more = ((term(word),) for word in words)
        return Group(self.text, self.parts, tuple(dict.fromkeys((*self.ways, *more))))


@dataclass(frozen=True)
class All:
    """What matches the documents that satisfy every one of some groups.

    Attributes:
        groups: The groups; each is ways to satisfy it, each way is terms that are all there.
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...]


def written(wanted: All, and_: str, or_: str, quoted: Callable[[str], str]) -> str:
    """Write down what is wanted in the language of an index.

    Args:
        wanted: What documents have to match.
        and_: Stands between what is all needed.
        or_: Stands between what suffices each.
        quoted: Makes a term a string of the language.
    """

    def way(terms: Iterable[str]) -> str:
        return f"({and_.join(map(quoted, terms))})"

    return and_.join(f"({or_.join(map(way, ways))})" for ways in wanted.groups)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for.

    Attributes:
        text: Their words.
        category: Packages of this category only.
        feature: Packages only that use this feature of the account.
        publisher: Packages of this publisher only.
    """

    text: str = ""
    category: str | None = None
    feature: str | None = None
    publisher: str | None = None

    @property
    def groups(self) -> tuple[Group, ...]:
        """What each of the words asks for; of very many, the first ones."""
        seen = dict.fromkeys(compounds(self.text[:MOST_CHARACTERS]))
        return tuple(_group(parts) for parts in islice(seen, _MOST_WORDS))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of packages that the text may be, as it is or with hyphens for spaces."""
        text = self.text[:MOST_CHARACTERS].strip().casefold()
        candidates = dict.fromkeys((text, "-".join(text.split())))
        return tuple(name for name in candidates if _NAME.fullmatch(name))

    @property
    def filters(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """What must be so besides."""
        asked: Mapping[str, str | None] = {
            "category": self.category and category(self.category),
            "feature": self.feature and feature(self.feature),
            "publisher": self.publisher and publisher(self.publisher),
        }
        return tuple(((term,),) for term in asked.values() if term)


def _group(parts: tuple[str, ...]) -> Group:
    ways = (apart(parts),) if len(parts) == 1 else (apart(parts), (joined(parts),))
    return Group("-".join(parts), parts, ways)


def named(wanted: Wanted) -> tuple[All, ...]:
    """Return what matches the packages that are called exactly so; nothing if none can be."""
    ways = tuple((scoped(Scope.NAMED, name),) for name in wanted.names)
    return (All((*wanted.filters, ways)),) if ways else ()


def phrased(wanted: Wanted) -> tuple[All, ...]:
    """Return what matches the packages with the words side by side; nothing for a single word."""
    neighbours = tuple(islice(pairs(wanted.text[:MOST_CHARACTERS]), _MOST_WORDS))
    asked = All((*wanted.filters, *(((paired(pair),),) for pair in neighbours)))
    return (asked,) if neighbours else ()


def within(scope: Scope, groups: Iterable[Group], wanted: Wanted | None = None) -> All:
    """Return what matches the packages that have all words within a scope.

    Args:
        scope: The scope.
        groups: The words.
        wanted: Says what must be so besides.
    """
    filters = wanted.filters if wanted else ()
    ways = (
        tuple(tuple(scoped(scope, term) for term in way) for way in group.ways) for group in groups
    )
    return All((*filters, *ways))
