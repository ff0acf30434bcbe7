"""The port: an index of documents, in the same database and transaction as the packages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from registry_server.search.query import All

AHEAD = 30
"""How many packages that are found are read at once with finding them: a page of them."""


Row: TypeAlias = Sequence[Any]
"""What lists show of a package, as `registry_server.database.listed` reads it."""


@dataclass(frozen=True)
class Answer:
    """What an index answers to the questions of a search.

    Attributes:
        places: What each question of each step found: places, the greatest first.
        rows: What lists show of the first `AHEAD` that were found, by their places; none where
            the database does not bring it along.
    """

    places: Sequence[Sequence[Sequence[int]]]
    rows: Mapping[int, Row] = field(default_factory=dict)


class Index(Protocol):
    """An index of documents, each of which is a set of terms at a place.

    A term has letters and digits of whatever script, and of signs only ``+:/-``.

    A place is a number; where several documents match, those with greater places come first.
    """

    def prepare(self) -> None:
        """Bring into the database what finding takes besides the tables; to be called first."""
        ...

    def put(self, place: int, terms: Iterable[str]) -> None:
        """Keep a document at a place where there is none."""
        ...

    def move(self, place: int, to: int) -> None:
        """Give a document another place, which is free."""
        ...

    def remove(self, place: int) -> None:
        """Keep a document no longer; nothing happens if there is none."""
        ...

    def size(self) -> int:
        """Return how many documents are kept."""
        ...

    def clear(self) -> None:
        """Keep no document any longer."""
        ...

    def tidy(self) -> None:
        """Make finding as quick as it can be again, after much was put and removed."""
        ...

    def find(self, wanted: All, limit: int) -> Sequence[int]:
        """Return the places of the documents that match, the greatest first.

        Args:
            wanted: What they have to match.
            limit: How many places at most.
        """
        ...

    def find_in_steps(self, steps: Sequence[Sequence[All]], limit: int, enough: int) -> Answer:
        """Return what `find` finds for each question of each step, up to where there is enough.

        Args:
            steps: The questions; those of a step are all asked.
            limit: How many places at most for each question.
            enough: With how many documents, found by whatever question so far, no further step is
                taken; of steps that are not taken the questions find nothing.
        """
        ...
