"""Skipping: which steps an upgrade must not lead a contact to a second time (M3).

A step that stays in its node needs nothing: its id and its entry stay, and what was passed says so.
Skipped are steps that were passed and that

- came from another node, or had others merged into them that were passed, or
- were gone and are back, or
- lie beyond where the contact stands now only because the new flow leads there.

There, what the contact has yet to pass on another way counts as passed: they pass it on that one.
Who skips already all that another of their positions has yet to pass, since that goes before them,
skips what comes to be beyond that one, too.

What the old flow would have led the contact to (again) is no work of the upgrade's, and runs.

Where contacts go on in another campaign, its flow is the new one, and steps were passed that either
of the two campaigns knows to have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from account_engine.contacts import ContactState
from account_engine.flows import LiveFlow
from account_engine.position import Position


@dataclass(frozen=True)
class Skipping:
    """What one contact has passed, seen from two versions of a campaign.

    Attributes:
        old: The version that the contact stands in.
        new: The version that they go to, or the flow of another campaign.
        state: The contact's state.
        moves: Pairs of old and new inner addresses; several are merged where they have one target.
    """

    old: LiveFlow
    new: LiveFlow
    state: ContactState
    moves: tuple[tuple[str, str], ...]

    def beyond(self, before: Position, node: str) -> frozenset[int]:
        """Return the steps, in a node and beyond it, that run no more for one who comes there.

        Args:
            before: Where the contact stood in the old version.
            node: The node of the new one where they go on.
        """
        return before.skip | {
            number
            for place in {node} | self.new.flow.downstream(node)
            for number in self.new.steps_of(place)
            if self._is_back(number)
            or any(
                self._was_passed(source, before, here=place == node)
                for source in self._sources(number, before, node, here=place == node)
            )
        }

    def ahead(self, before: Position, node: str, others: Iterable[Position]) -> frozenset[int]:
        """Return the steps beyond a node that the contact is to pass on another way already.

        Args:
            before: Where the contact stood in the old version.
            node: The node of the new one where they go on.
            others: Where else they stand now.
        """
        stays = self.old.campaign == self.new.campaign
        if stays and self.old.ids[before.node] == self.new.ids[node]:
            return frozenset()
        led = {self.old.ids[key] for key in self.old.flow.downstream(before.node)}
        led.add(self.old.ids[before.node])
        beyond = self.new.flow.downstream(node) - {node}
        return frozenset(
            number
            for other in others
            if other.node in beyond and self.new.ids[other.node] not in led
            for number in self.remaining(other)
        )

    def behind(
        self, before: Position, others: Iterable[tuple[Position, Position]]
    ) -> frozenset[int]:
        """Return the steps that another position passes, behind which one comes that skips its.

        Args:
            before: Where the contact stood in the old version.
            others: Where else they stood in it, and where they stand now.
        """
        return frozenset(
            number
            for was, other in others
            if (left := set(self.remaining(was, self.old))) and left <= before.skip
            for number in self.remaining(other)
        )

    def remaining(self, position: Position, version: LiveFlow | None = None) -> Iterator[int]:
        """Yield the steps of which a position has yet to do the action, there and beyond."""
        live = version or self.new
        flow = live.flow
        sequence = flow.campaign.sequences.get(position.node)
        keys = [step.key for step in sequence.steps] if sequence else []
        first = keys.index(position.step) if position.step is not None else len(keys)
        yield from (live.ids[f"{position.node}.{key}"] for key in keys[first:])
        for place in flow.downstream(position.node) - {position.node}:
            yield from live.steps_of(place)

    @cached_property
    def _merged(self) -> Mapping[str, set[str]]:
        """The old addresses that came to each new one."""
        merged: dict[str, set[str]] = {}
        for source, target in self.moves:
            merged.setdefault(target, set()).add(source)
        return merged

    def _is_back(self, number: int) -> bool:
        """Whether a step was passed that the old flow has not."""
        return number not in self.old.addresses and number in self._ever

    @cached_property
    def _ever(self) -> frozenset[int]:
        """The steps that were passed in any entry."""
        here = (self.old.campaign, self.new.campaign)
        return frozenset(step for campaign, step, _ in self.state.passed if campaign in here)

    def _sources(self, number: int, before: Position, node: str, *, here: bool) -> set[str]:
        """The old addresses of a step that may have been passed without anything saying so."""
        itself = self.old.addresses.get(number, "")
        sources = self._merged.get(self.new.addresses[number], set()) | {itself}
        stays = self.old.ids[before.node] == self.new.ids[node]
        if stays and here and itself.partition(".")[0] == before.node:
            sources.discard(itself)
        return sources

    def _was_passed(self, source: str, before: Position, *, here: bool) -> bool:
        """Whether an old step was passed, and only the upgrade leads to it again.

        Args:
            source: The step's old address; empty for a new step.
            before: Where the contact stood.
            here: Whether the step stands now in the node where the contact does.
        """
        number, node = self.old.ids.get(source), source.partition(".")[0]
        own = node == before.node
        if number is None:
            return False
        if node in self.old.flow.downstream(before.node) and not (own and here):
            return False
        last = self.state.entries.get((self.old.campaign, self.old.ids[node]), 0)
        passing = (self.old.campaign, number, before.entry if own else last)
        return passing in self.state.passed
