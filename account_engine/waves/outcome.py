"""Outcomes: what became of a model contact, as what a store writes for everybody like them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from account_engine.contacts import Contact, ContactState, Fact, Value
from account_engine.effects import Effect
from account_engine.flows import LiveFlow
from account_engine.objects import number_of
from account_engine.position import Instant, Position
from account_engine.stores.records import PlaceRow
from account_engine.story import Line
from account_engine.waves.cohort import OWN, SOME_DAY, SOME_TIME_AGO
from account_engine.waves.probe import NotAlikeError
from package_format.contact_fields import Channel

Spots = Mapping[tuple[int, int, str, str | None, str], PlaceRow]
"""Places by campaign, version, node, step and status."""


@dataclass(frozen=True)
class Put:
    """Where a contact stands after a turn, at one spot.

    Attributes:
        place: The place; of one who has left the spot, any there.
        leaves: Whether they have left it.
        is_new: Whether they did not stand there before.
        position: The position; times that are `SOME_TIME_AGO` or `SOME_DAY` stay what they are.
    """

    place: PlaceRow
    leaves: bool
    is_new: bool
    position: Position

    @property
    def entered(self) -> Instant | None:
        """When the node was entered; None if that stays."""
        return None if self.position.entered == SOME_TIME_AGO else self.position.entered

    @property
    def keeps_beginning(self) -> bool:
        """Whether the wait began when it did."""
        return self.position.began == SOME_TIME_AGO

    @property
    def keeps_end(self) -> bool:
        """Whether the wait is over when it was to be, before anything was owed."""
        return self.position.due == SOME_DAY

    def may_be_due(self, now: Instant, until: Instant) -> bool:
        """Whether anybody who acts no earlier than now can be due there by then."""
        due = self.position.due
        if self.leaves or due is None:
            return False
        return self.keeps_end or (due - OWN + now if due > SOME_DAY else due) <= until


@dataclass(frozen=True)
class Outcome:
    """What a turn comes to for everybody who is like a model.

    Attributes:
        story: What is told.
        effects: What is left for others to do; of the model.
        passed: The steps that are passed: campaign, step, entry.
        fresh: Steps that they must not have passed in that entry, or a later one (C11, M3): else
            something else becomes of them.
        entries: How often nodes are entered by then, of those that were.
        tags: Tags that they have or have no more.
        values: Values that they have; None for those that they have no more.
        facts: Facts that hold or hold no more.
        refused: The channels that they refuse, if that has changed.
        owner: Whose they are, if that has changed.
        puts: Where they stand, at the spots where that has changed.
    """

    story: tuple[Line, ...]
    effects: tuple[Effect, ...]
    passed: frozenset[tuple[int, int, int]]
    fresh: frozenset[tuple[int, int, int]]
    entries: Mapping[tuple[int, int], int]
    tags: Mapping[int, bool]
    values: Mapping[str, Value | None]
    facts: Mapping[Fact, bool]
    refused: frozenset[Channel] | None
    owner: tuple[str | None] | None
    puts: tuple[Put, ...]


NOTHING = Outcome(
    (), (), frozenset(), frozenset(), {}, {}, {}, {}, refused=None, owner=None, puts=()
)
"""Nothing happened."""


def outcome(
    before: ContactState,
    after: ContactState,
    effects: tuple[Effect, ...],
    story: tuple[Line, ...],
    flows: Iterable[LiveFlow],
    spots: Spots,
) -> Outcome:
    """Return what became of a model contact.

    Args:
        before: The model's state before the turn, or before the event changed them.
        after: The model's state after it.
        effects: What it left for others to do.
        story: What was told.
        flows: Every flow.
        spots: Every place.

    Raises:
        NotAlikeError: Not everybody who is like the model would stand there.
    """
    was, now = before.contact, after.contact
    entries = {
        node: count for node, count in after.entries.items() if before.entries.get(node) != count
    }
    held, holds = set(was.facts), set(now.facts)
    facts = dict.fromkeys(held - holds, False) | dict.fromkeys(holds - held, True)
    tags = dict.fromkeys(frozenset.difference(was.tags, now.tags), False)
    tags |= dict.fromkeys(frozenset.difference(now.tags, was.tags), True)
    return Outcome(
        story,
        effects,
        after.passed,
        after.passed | frozenset(_fresh(entries, flows)),
        entries,
        {number: has for tag, has in tags.items() if (number := number_of(tag)) is not None},
        dict(_values(was, now)),
        facts,
        None if was.refused == now.refused else now.refused,
        None if was.owner == now.owner else (now.owner,),
        tuple(_puts(before, after, spots)),
    )


def _fresh(
    entries: Mapping[tuple[int, int], int], flows: Iterable[LiveFlow]
) -> Iterator[tuple[int, int, int]]:
    """Yield the steps of nodes that were entered: no entry of theirs may have gone as far."""
    for flow in flows:
        for (campaign, node), count in entries.items():
            if flow.campaign == campaign and node in flow.addresses:
                key = flow.addresses[node]
                yield from ((campaign, step, count) for step in flow.steps_of(key))


def _values(was: Contact, now: Contact) -> Iterator[tuple[str, Value | None]]:
    kept = dict(now.values.items())
    for field, value in was.values.items():
        if field not in kept:
            yield field, None
        elif (kept[field], type(kept[field])) == (value, type(value)):
            del kept[field]
    yield from kept.items()


def _puts(before: ContactState, after: ContactState, spots: Spots) -> Iterator[Put]:
    old = {one.identity: one for one in before.positions}
    new = {one.identity: one for one in after.positions}
    for identity, position in old.items():
        if identity not in new:
            yield Put(_place(position, spots), leaves=True, is_new=False, position=position)
    for identity, position in new.items():
        if old.get(identity) != position:
            if position.skip:
                raise NotAlikeError
            yield Put(
                _place(position, spots), leaves=False, is_new=identity not in old, position=position
            )


def _place(position: Position, spots: Spots) -> PlaceRow:
    return spots[(*position.identity, position.step, str(position.status))]
