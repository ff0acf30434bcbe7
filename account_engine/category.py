"""A category of tags: a word in an account, and a number for accounts of older days."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from account_engine.objects import normalised

_FIRST = 2**20


@dataclass(frozen=True)
class Category:
    """A category of tags.

    Attributes:
        id: Its number.
        name: The word that its tags have.
        description: What it is for.
    """

    id: int
    name: str
    description: str = ""


def number_of_category(name: str) -> int:
    """Return the number of a category that nobody has written down."""
    return _FIRST + zlib.crc32(normalised(name).encode()) % (2**31 - _FIRST)
