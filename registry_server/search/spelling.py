"""Spelling: which known words somebody may have meant who wrote one that nobody has.

Each known word is kept together with what it is without one of its letters. Two words that are one
slip of the finger apart (a letter too many, too few, another one, two swapped) have such a
remainder in common, so that looking for a handful of texts finds every word that is near (the
symmetric deletion of Wolf Garbe's SymSpell), in either database, without reading one that is not.
"""

from __future__ import annotations

from registry_server.search.words import term

_SHORT = 3


def variants(word: str) -> frozenset[str]:
    """Return a word, and what it is without each of its letters; the same of it without ending."""
    return _without_a_letter(word) | _without_a_letter(term(word))


def _without_a_letter(word: str) -> frozenset[str]:
    if len(word) <= _SHORT:
        return frozenset((word,))
    return frozenset((word, *(word[:i] + word[i + 1 :] for i in range(len(word)))))
