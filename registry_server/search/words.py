"""Words: what a text is made of for search, whichever database keeps it.

A word is folded (no case, no accents) and its ending taken off, so that *Renewals* and *renewal*
are one. Both databases are given the terms that come out of here and nothing else: neither has a
say in what a word is, and nothing that a person typed is ever read as the language of a query.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from snowballstemmer.english_stemmer import EnglishStemmer

LONGEST_WORD = 40
"""How many characters of a word count."""

_MOST_PARTS = 6
_SHORT = 60
_WRITTEN_WITHOUT_SPACES = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_APOSTROPHE = "\u2019"
_COMPOUND = re.compile(
    rf"[{_WRITTEN_WITHOUT_SPACES}]|[^\W_{_WRITTEN_WITHOUT_SPACES}]+"
    rf"(?:['{_APOSTROPHE}\-_./][^\W_{_WRITTEN_WITHOUT_SPACES}]+)*"
)
_PART = re.compile(r"[^\W_]+")
_UNSAID = frozenset(
    """
    a an and are as at be but by can for from has have i if in into is it its my no not of on or our
    so than that the their them then there these they this to was we when who will with you your
    """.split()  # noqa: SIM905  a list of words reads as one
)


def compounds(text: str) -> Iterable[tuple[str, ...]]:
    """Return the words of a text, folded, each in its parts: ``("follow", "up")`` for *Follow-up*.

    Words that say nothing, such as *the*, are left out.
    """
    return _short_compounds(text) if len(text) <= _SHORT else _compounds(text)


@lru_cache(5_000)  # what packages bring and do is much the same everywhere
def _short_compounds(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_compounds(text))


def _compounds(text: str) -> Iterator[tuple[str, ...]]:
    for found in _COMPOUND.finditer(_folded(text)):
        parts = tuple(
            part[:LONGEST_WORD]
            for part in _PART.findall(found[0].replace("'", "").replace(_APOSTROPHE, ""))
        )
        if parts and not (len(parts) == 1 and parts[0] in _UNSAID):
            yield parts[:_MOST_PARTS]


def words(text: str) -> Iterator[str]:
    """Yield the words of a text as they are written, but folded, a compound's parts one by one."""
    for parts in compounds(text):
        yield from _telling(parts)


def terms(text: str) -> Iterable[str]:
    """Return the terms by which a text is found: those of its words.

    Of a compound these are its parts and what they make when they are written as one, so that
    *follow-up* is found by *follow*, *followup* and *follow up*.
    """
    return _short_terms(text) if len(text) <= _SHORT else _terms(text)


@lru_cache(5_000)
def _short_terms(text: str) -> tuple[str, ...]:
    return tuple(_terms(text))


def _terms(text: str) -> Iterator[str]:
    for parts in compounds(text):
        yield from apart(parts)
        if len(parts) > 1:
            yield joined(parts)
            yield from (joined(pair) for pair in pairwise(parts))


def pairs(text: str) -> Iterable[str]:
    """Return what each two neighbours among the words of a text make together, as one term.

    By these a phrase is told from words that only stand in the same text: *sends letters* is
    *Send letter*.
    """
    return _short_pairs(text) if len(text) <= _SHORT else _pairs(text)


@lru_cache(5_000)
def _short_pairs(text: str) -> tuple[str, ...]:
    return tuple(_pairs(text))


def _pairs(text: str) -> Iterator[str]:
    neighbours = pairwise(term for parts in compounds(text) for term in apart(parts))
    return (first + second for first, second in neighbours)


def apart(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the terms of a compound's parts, without those that say nothing."""
    return tuple(term(part) for part in _telling(parts))


def _telling(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in parts if part not in _UNSAID) or parts


def joined(parts: tuple[str, ...]) -> str:
    """Return the term of a compound that is written as one word."""
    return term("".join(parts)[:LONGEST_WORD])


@lru_cache(20_000)
def term(word: str) -> str:
    """Return the term of a folded word: the word without its ending."""
    return str(EnglishStemmer().stemWord(word))


def _folded(text: str) -> str:
    """A text without case and accents; of compatibility forms, what they stand for."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
