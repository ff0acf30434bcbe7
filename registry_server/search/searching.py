"""Searching: from somebody's words to the places of the packages that they find, in order.

First what is called exactly so; then what has all the words in its name or title; then what has
them side by side; then in what it is about; then in what it brings; and last what mentions them.
Within each of these, places say the order: what is fetched more comes first.

It ends where there is enough: a readme in which words stand says little beside packages that are
about them. And no list is walked along further than to the last place that can be shown, so that a
word that everybody has takes no longer than one that few have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol

from registry_server.search.document import Scope
from registry_server.search.port import Answer, Index, Row
from registry_server.search.query import (
    All,
    Group,
    Wanted,
    named,
    phrased,
    within,
)

MOST = 300
"""How many packages words find at most; nobody looks at more, and words can be added."""

ENOUGH = 50
"""How many packages suffice for not looking for words farther away from what they are called."""

MOST_OF_ALL = 500
"""How many packages are found at most where nobody gave words."""

_MEANT = 2
_SCOPES = (Scope.CALLED, Scope.ABOUT, Scope.BRINGS, Scope.MENTIONS)


class Spellings(Protocol):
    """The words that packages have."""

    def like(self, word: str, most: int) -> tuple[str, ...]:
        """Return known words that somebody may have meant who wrote another one."""
        ...


@dataclass(frozen=True)
class Instead:
    """A word that hardly anybody has, and the words that were looked for as well.

    Attributes:
        word: The word.
        words: What it may have been meant to be; none if the word was left out.
    """

    word: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """What words found.

    Attributes:
        places: The places of the packages, the best first.
        rows: What lists show of the first of them, by their places, as far as it came along.
        more: Whether there are more packages than these.
        instead: What was looked for instead of what was asked.
    """

    places: tuple[int, ...]
    rows: Mapping[int, Row] = field(default_factory=dict)
    more: bool = False
    instead: tuple[Instead, ...] = ()


def search(index: Index, spellings: Spellings, wanted: Wanted) -> Places:
    """Return what somebody looks for.

    A word that no package has in what it is called, is about, or brings is forgiven: words that it
    may have been meant to be count as well. If there are none, or if nothing has all of the words,
    one is left out.
    """
    if not wanted.text.strip():
        if not wanted.filters:
            return Places(())
        only = index.find_in_steps([[All(wanted.filters)]], MOST_OF_ALL + 1, 1)
        return _places(only, MOST_OF_ALL)
    groups, instead = wanted.groups, tuple[Instead, ...]()
    found, near = _found(index, groups, wanted)
    if not near:
        groups, instead = _forgiven(index, spellings, groups)
        if instead:
            found, _ = _found(index, groups, wanted, as_written=False)
    if not found.places and len(groups) > 1:
        fewer, left_out = _fewer(index, groups, wanted)
        found, _ = _found(index, fewer, wanted, as_written=False)
        instead = (*instead, *left_out)
    return replace(found, instead=instead)


def _found(
    index: Index, groups: tuple[Group, ...], wanted: Wanted, *, as_written: bool = True
) -> tuple[Places, bool]:
    """The places of the packages that have the words, and whether any has them near its name.

    They are in order: each question is answered from the greatest place down, and what a narrow
    scope has a wider one has as well.
    """
    called = named(wanted) if as_written else ()
    if called and "/" in wanted.text:  # nothing else can be meant by a publisher and a name
        exactly = _places(index.find_in_steps([[called[0]]], MOST + 1, 1), MOST)
        if exactly.places:
            return exactly, True
    steps = [called]
    if groups:
        phrase = phrased(wanted) if as_written else ()
        first, *others = (within(scope, groups, wanted) for scope in _SCOPES)
        steps = [(*called, first, *phrase), *((other,) for other in others)]
    answer = index.find_in_steps(steps, MOST + 1, ENOUGH)
    near = any(chain.from_iterable(answer.places[: len(_SCOPES) - 1]))
    return _places(answer, MOST), near


def _places(answer: Answer, most: int) -> Places:
    """What an answer found, each once, and the first ones of them."""
    every = tuple(dict.fromkeys(chain.from_iterable(chain.from_iterable(answer.places))))
    return Places(every[:most], answer.rows, more=len(every) > most)


def _fewer(
    index: Index, groups: tuple[Group, ...], wanted: Wanted
) -> tuple[tuple[Group, ...], tuple[Instead, ...]]:
    """The words without one of them, the last that can be left out so that something is found."""
    for group in reversed(groups):
        others = tuple(other for other in groups if other is not group)
        if index.find(within(Scope.MENTIONS, others, wanted), 1):
            return others, (Instead(group.text, ()),)
    return (), ()


def _forgiven(
    index: Index, spellings: Spellings, said: Iterable[Group]
) -> tuple[tuple[Group, ...], tuple[Instead, ...]]:
    """The words as they are to be looked for, and those for which others are."""
    groups: list[Group] = []
    instead: list[Instead] = []
    for group in said:
        if index.find(within(Scope.BRINGS, (group,)), 1):
            groups.append(group)
            continue
        meant = tuple(
            word
            for word in spellings.like("".join(group.parts), _MEANT)
            if index.find(within(Scope.BRINGS, (group.or_else((word,)),)), 1)
        )  # words of what nobody may see any more are still spelled somehow
        if meant:
            groups.append(group.or_else(meant))
            instead.append(Instead(group.text, meant))
        elif index.find(within(Scope.MENTIONS, (group,)), 1):
            groups.append(group)
        else:
            instead.append(Instead(group.text, ()))
    return tuple(groups), tuple(instead)
