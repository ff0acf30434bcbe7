"""Documents: what search keeps of a package.

A term is kept once for the scope in which it stands, and for every wider one: what a package is
called, what it is about, what it brings and does, and what it mentions anywhere. So a word that is
repeated says no more than one that is said once, and what an author writes at length weighs less
than a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from package_format.kinds.table import KINDS
from package_format.package import Package
from registry_server.catalog.behaviour import calls_out, does, listens_for, sends
from registry_server.catalog.wording import Filled, parts
from registry_server.search.words import pairs, terms, words

FORMAT = 1
"""Which form documents have; one of another form is made anew."""

_TITLE_WORDS = 10
_KEYWORDS = 15
_MOST = {1: 60, 2: 120, 3: 400, 4: 1200}
_README_LIMIT = 40_000
_SHORTEST_TO_SPELL = 3
_LONGEST_TO_SPELL = 24
_MOST_SPELT = 150
_MOST_PAIRS = 300


class Scope(IntEnum):
    """How far away from its name a package may have a word; a greater one holds the smaller ones.

    Attributes:
        NAMED: It is exactly what the package is called.
        CALLED: It stands in its name or title.
        ABOUT: In its keywords, categories or summary.
        BRINGS: In what it brings, listens for, sends and does.
        MENTIONS: In its readme.
    """

    NAMED = 0
    CALLED = 1
    ABOUT = 2
    BRINGS = 3
    MENTIONS = 4


@dataclass(frozen=True)
class Document:
    """What is kept of a package.

    Attributes:
        terms: What it is found by.
        words: Its words that somebody may mistype, as they are written.
    """

    terms: frozenset[str]
    words: frozenset[str]


def scoped(scope: Scope, term: str) -> str:
    """Return the term for a word that stands within a scope."""
    return f"{scope.value}{term}"


def paired(pair: str) -> str:
    """Return the term for two neighbours that stand somewhere, but not in the readme."""
    return f"+{pair}"


def category(word: str) -> str:
    """Return the term of all packages of a category."""
    return f"category:{word}"


def feature(word: str) -> str:
    """Return the term of all packages that use a feature of the account."""
    return f"feature:{word}"


def publisher(name: str) -> str:
    """Return the term of all packages of a publisher."""
    return f"publisher:{name}"


def document(package: Package) -> Document:
    """Return what search keeps of a package."""
    table = package.manifest.package
    name = table.name
    own, short = name.split("/")
    readme = package.documents.get("README.md", b"")[:_README_LIMIT].decode(errors="replace")
    title = " ".join(table.title.split()[:_TITLE_WORDS])
    keywords = table.keywords[:_KEYWORDS]
    texts = {
        Scope.CALLED: (name.replace("/", " "), title),
        Scope.ABOUT: (*keywords, *table.categories, table.summary),
        Scope.BRINGS: tuple(dict.fromkeys(_brought(package))),
        Scope.MENTIONS: (readme,),
    }
    kept = {
        scoped(Scope.NAMED, name),
        scoped(Scope.NAMED, short),
        publisher(own),
        *(category(word) for word in table.categories),
        *(feature(word) for word in package.manifest.account.features),
    }
    within: dict[str, None] = {}
    for scope, said in texts.items():
        room = _MOST[scope]
        new = dict.fromkeys(term for text in said for term in terms(text) if term not in within)
        within |= dict.fromkeys(islice(new, room))
        kept |= {scoped(scope, term) for term in within}
    lines = dict.fromkeys((*texts[Scope.CALLED], *texts[Scope.ABOUT], *texts[Scope.BRINGS]))
    phrases = dict.fromkeys(pair for text in lines for pair in pairs(text))
    kept |= {paired(pair) for pair in islice(phrases, _MOST_PAIRS)}
    spelt = dict.fromkeys(
        word
        for text in lines
        for word in words(text)
        if _SHORTEST_TO_SPELL <= len(word) <= _LONGEST_TO_SPELL and word.isalpha()
    )
    return Document(frozenset(kept), frozenset(islice(spelt, _MOST_SPELT)))


def _plain(text: str) -> str:
    """A text without what somebody or something fills in."""
    return " ".join(part.text for part in parts(text) if part.filled is Filled.PLAIN)


def _brought(package: Package) -> Iterator[str]:
    """What a package brings and does: kinds, names, events and actions, in all their words."""
    for resource in package.resources.values():
        yield resource.kind
        yield KINDS[resource.kind].title
        yield _plain(resource.label)
    yield from package.manifest.account.features
    for behaviours, verb in (
        (listens_for(package), "listens"),
        (sends(package), "sends"),
        (calls_out(package), "calls out"),
        (does(package), ""),
    ):
        for it in behaviours:
            yield from (verb, it.word, it.title)
            yield from (_plain(named.label) for named in it.subjects)
            yield from (_plain(word) for word in it.words)
