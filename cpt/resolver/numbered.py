"""Sets of the versions of one package, each version a number: what PubGrub reckons with.

The search compares, joins and subtracts such sets by the million. The versions that an index lists
are known before it begins; so a version is its place in that list, and a set of them one integer,
of which each bit stands for one version. Python's integers go on for ever to the left, so that the
complement of a set is one as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from nab_resolver.types import RangeRelation


@dataclass(frozen=True, slots=True)
class Numbers:
    """A set of versions.

    Attributes:
        bits: Bit n is set where version n is one of them.
    """

    bits: int

    @classmethod
    def empty(cls) -> Self:
        """Return the set of no version."""
        return cls(0)

    @classmethod
    def full(cls) -> Self:
        """Return the set of all versions."""
        return cls(-1)

    @classmethod
    def singleton(cls, version: int) -> Self:
        """Return the set of one version."""
        return cls(1 << version)

    @property
    def is_empty(self) -> bool:
        """Whether no version is in it."""
        return not self.bits

    def __contains__(self, version: int) -> bool:
        """Whether a version is in it."""
        return bool(self.bits >> version & 1)

    def __and__(self, other: object) -> Self:
        """Return what is in both."""
        return type(self)(self.bits & _bits(other))

    def __or__(self, other: object) -> Self:
        """Return what is in either."""
        return type(self)(self.bits | _bits(other))

    def __sub__(self, other: object) -> Self:
        """Return what is in this and not in the other."""
        return type(self)(self.bits & ~_bits(other))

    def __invert__(self) -> Self:
        """Return what is not in it."""
        return type(self)(~self.bits)

    def is_subset(self, other: Self) -> bool:
        """Whether all of this is in the other."""
        return not self.bits & ~other.bits

    def is_superset(self, other: Self) -> bool:
        """Whether all of the other is in this."""
        return not other.bits & ~self.bits

    def is_disjoint(self, other: Self) -> bool:
        """Whether they have nothing in common."""
        return not self.bits & other.bits

    def relation(self, other: Self) -> RangeRelation:
        """Return how this stands to the other."""
        if not self.bits:
            return RangeRelation.EMPTY
        if not self.bits & other.bits:
            return RangeRelation.DISJOINT
        return RangeRelation.OVERLAPPING if self.bits & ~other.bits else RangeRelation.SUBSET


def _bits(other: object) -> int:
    assert isinstance(other, Numbers)  # noqa: S101  ranges of two sorts are never mixed
    return other.bits
