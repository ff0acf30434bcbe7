"""Spelling: the word that was probably meant, among those that there are.

Every "did you mean" comes from here. The words may be a stranger's (a registry's names, a package's
keys), so the work is bounded: only the words that differ least at a glance are compared letter by
letter, and none that is too long for a name.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

_LONGEST = 100
"""How many characters a word may have to be compared."""
_MOST_COMPARED = 200
"""How many words are compared letter by letter."""


def nearest(word: str, words: Iterable[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """Return the words that are most like one, the most alike first.

    Args:
        word: What somebody wrote.
        words: Those that there are.
        most: How many to return at most.
        likeness: How alike they have to be, from 0 to 1 (`difflib.SequenceMatcher.ratio`).
    """
    if len(word) > _LONGEST:
        return []
    from difflib import get_close_matches  # noqa: PLC0415  few words are misspelt

    known = [each for each in words if len(each) <= _LONGEST]
    if len(known) > _MOST_COMPARED:
        known = heapq.nsmallest(_MOST_COMPARED, known, lambda each: (_apart(word, each), each))
    return get_close_matches(word, known, n=most, cutoff=likeness)


def did_you_mean(word: str, words: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """Return the question whether the nearest word was meant; None if no word is near."""
    close = nearest(word, words, likeness=likeness)
    return f"did you mean {close[0]}?" if close else None


def _apart(one: str, other: str) -> int:
    """How much of the longer word is left between what both begin and what both end with."""
    same = _begun_alike(one, other) + _begun_alike(one[::-1], other[::-1])
    return max(len(one), len(other)) - min(same, len(one), len(other))


def _begun_alike(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    for index, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return index
    return min(len(one), len(other))
