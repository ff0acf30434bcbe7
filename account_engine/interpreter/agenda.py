"""The agenda of a turn: what is still to be worked off, first in, first out (C5)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from account_engine.events import Event
from account_engine.flows import LiveFlow
from account_engine.position import Position


@dataclass(frozen=True)
class Happening:
    """An event, from outside or caused by a step.

    Attributes:
        event: What happened.
        enrols: The id of the one campaign whose entry goals hear it, if it is an enrolment (C12).
    """

    event: Event
    enrols: int | None = None


@dataclass(frozen=True)
class Arrival:
    """A contact is about to enter a node.

    Attributes:
        flow: The flow.
        node: The node's key.
        source: The node they come from; of a decision ``key.way``.
        skip: What does not run for them a second time (M3); it travels along the arrows.
    """

    flow: LiveFlow
    node: str
    source: str
    skip: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Reckoning:
    """A waiting field timer is to be computed again (C9)."""

    flow: LiveFlow
    position: Position


Item: TypeAlias = Happening | Arrival | Reckoning


class Agenda:
    """The queue of one turn."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._items: deque[Item] = deque()

    def append(self, item: Item) -> None:
        """Put something at the end."""
        self._items.append(item)

    def next(self) -> Item | None:
        """Take what comes first; None if nothing is left."""
        return self._items.popleft() if self._items else None

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """The pending arrivals, in order."""
        return tuple(item for item in self._items if isinstance(item, Arrival))

    def withdraw(self, flow: LiveFlow, nodes: frozenset[str]) -> tuple[Arrival, ...]:
        """Take back the pending arrivals at these nodes of a flow, and return them."""
        withdrawn: list[Arrival] = []
        kept: deque[Item] = deque()
        for item in self._items:
            if isinstance(item, Arrival) and item.flow.key == flow.key and item.node in nodes:
                withdrawn.append(item)
            else:
                kept.append(item)
        self._items = kept
        return tuple(withdrawn)
