"""Places: where a contact can stand and wait in a campaign (M2).

A place is each step with a wait, the end of each sequence whose only arrows lead to goals (one
queues there, C7), and each join. Compatibility asks every place of an old version for its answer in
the new one, and migration carries the contacts who stand there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from package_format.campaign.model import Join, Sequence

if TYPE_CHECKING:
    from package_format.campaign.flow import Flow


class PlaceSort(StrEnum):
    """What one waits for at a place."""

    WAIT = "wait"
    END = "end"
    JOIN = "join"


@dataclass(frozen=True)
class Place:
    """Somewhere that a contact can stand.

    Attributes:
        node: The key of the sequence or join (of a decision or goal too, for one queued there).
        step: The step's key at a wait; None at an end or a join.
        sort: What one waits for there.
    """

    node: str
    step: str | None
    sort: PlaceSort

    @property
    def inner(self) -> tuple[str, ...]:
        """The place's part of an address: the node's key, and the step's."""
        return (self.node,) if self.step is None else (self.node, self.step)

    def __str__(self) -> str:
        """Say where it is in an author's words: ``remind.nudge``, ``the end of remind``."""
        match self.sort:
            case PlaceSort.WAIT:
                return f"{self.node}.{self.step}"
            case PlaceSort.END:
                return f"the end of {self.node}"
            case PlaceSort.JOIN:
                return f"the join {self.node}"
            case _:
                assert_never(self.sort)


def places(flow: Flow) -> tuple[Place, ...]:
    """Return every place of a flow, by node and in the order of the steps."""
    found: list[Place] = []
    for key, node in flow.nodes.items():
        if isinstance(node, Sequence):
            found += [Place(key, s.key, PlaceSort.WAIT) for s in node.steps if s.wait is not None]
        if isinstance(node, Join):
            found.append(Place(key, None, PlaceSort.JOIN))
        elif flow.leads_only_to_goals(key) and isinstance(node, Sequence):
            found.append(Place(key, None, PlaceSort.END))
    return tuple(found)
