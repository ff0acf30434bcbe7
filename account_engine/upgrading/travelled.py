"""Travelled: what a migration is told and what it tells, of contacts and of their positions.

How somebody travels is in `account_engine.upgrading.contact_migration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from account_engine.contacts import ContactState
from account_engine.flows import LiveFlow
from account_engine.position import Position, Status
from account_engine.story import Line
from package_format.campaign.places import Place, PlaceSort


@dataclass(frozen=True)
class Elsewhere:
    """Another campaign in which contacts go on.

    Attributes:
        flow: Its live version, once all is applied.
        moves: What came to it from the campaign that they leave: pairs of inner addresses, there
            and here, of the nodes and steps that moved.
        leaving: Its version before, while the contacts of that are still to be migrated themselves:
            where campaigns exchange what they have, some go before others.
    """

    flow: LiveFlow
    moves: tuple[tuple[str, str], ...] = ()
    leaving: int | None = None


NOWHERE_ELSE: Mapping[str, Elsewhere] = MappingProxyType({})


@dataclass(frozen=True)
class Travelled:
    """What became of one position.

    Attributes:
        before: The position in the old flow, or that of somebody in another campaign who was met.
        after: Where it stands now, on whichever version; None if the contact left.
        why: In words, with the rule.
    """

    before: Position
    after: Position | None
    why: str


@dataclass(frozen=True)
class Migrated:
    """What a migration made of one contact.

    Attributes:
        state: The state after it.
        travelled: One for each position that stood in the old version, or was met elsewhere.
        unanswered: Positions at places without an answer. If there are any, nobody has travelled,
            and whoever asked for the migration must refuse it.
        story: One line for each position that moved, stayed behind or left.
    """

    state: ContactState
    travelled: tuple[Travelled, ...] = ()
    unanswered: tuple[Position, ...] = ()
    story: tuple[Line, ...] = ()


def place_of(position: Position) -> Place:
    """Return the place where a position stands (M2)."""
    if position.status is Status.JOINING:
        return Place(position.node, None, PlaceSort.JOIN)
    if position.status is Status.QUEUED or position.step is None:
        return Place(position.node, None, PlaceSort.END)
    return Place(position.node, position.step, PlaceSort.WAIT)


STAYS = "finishes on the old version (M7)"
"""What is told of one who is left on it."""
