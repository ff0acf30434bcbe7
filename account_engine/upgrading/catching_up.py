"""Catching up: which new steps run for a contact who stands behind them already (M4).

The contact stays where they stand. The steps are noted in their position (`Position.owed`), run one
after the other when their time comes, and then the contact waits on as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Many
from dataclasses import dataclass

from account_engine.contacts import Contact, ContactState
from account_engine.flows import LiveFlow
from account_engine.language import waiting
from account_engine.language.timers import later, zone_of
from account_engine.position import Instant, Position
from package_format.campaign.model import Sequence
from package_format.campaign.timers import Duration, Wait
from package_format.upgrades.answers import Answer


def came_within(
    within: Duration, position: Position, contact: Contact, now: Instant, zone: str
) -> bool:
    """Whether a contact came to where they stand no longer ago than that, on their calendar.

    Args:
        within: For how long they may have stood there.
        position: Where they stand.
        contact: They.
        now: The present moment.
        zone: The account's time zone, for contacts who have none of their own.
    """
    return later(position.came, within, zone_of(contact, zone)) >= now


@dataclass(frozen=True)
class CatchingUp:
    """What one contact is to catch up with, seen from two versions of a campaign.

    Attributes:
        old: The version that the contact stands in.
        new: The version that they go to.
        state: The contact's state.
        now: The moment of the migration.
        zone: The account's time zone, for contacts who have none of their own.
    """

    old: LiveFlow
    new: LiveFlow
    state: ContactState
    now: Instant
    zone: str

    def behind(self, arrived: Position, came: Many[tuple[Position, Answer | None]]) -> Position:
        """Return a position with the new steps before it that run first.

        Those are the steps that it was owed already, and those of its answers, if the contact came
        to where they stood within the time that an answer says. What they have passed is not owed.

        Args:
            arrived: Where the contact stands in the new version.
            came: Where they stood in the old one, and what the answer was; none for one who stood
                there already, in another campaign to which others migrate.
        """
        owed = {number for before, _ in came for number in before.owed}
        owed |= {number for before, answer in came for number in self._said(before, answer)}
        steps = tuple(
            n for n in self._before(arrived) if n in owed and not self._passed(n, arrived)
        )
        for before, _ in came:
            if steps and before.owed[:1] == steps[:1] and self._waits_as_before(steps[0]):
                return arrived.owing(steps, before.due)
        began = min(before.came for before, _ in came)
        return waiting.catching_up(
            self.new, arrived, steps, began, self.state.contact, self.now, self.zone
        )

    def _said(self, before: Position, answer: Answer | None) -> Iterator[int]:
        """Yield the steps of an answer for one who came lately enough."""
        if answer is None:
            return
        for each in answer.catch_up:
            number = self.new.ids.get(f"{answer.node}.{each.step}")
            lately = came_within(each.within, before, self.state.contact, self.now, self.zone)
            if number is not None and lately:
                yield number

    def _before(self, position: Position) -> Iterator[int]:
        """Yield the steps before a position, in order; all of them at the end."""
        sequence = self.new.flow.nodes[position.node]
        for step in sequence.steps if isinstance(sequence, Sequence) else ():
            if step.key == position.step:
                return
            yield self.new.ids[f"{position.node}.{step.key}"]

    def _passed(self, number: int, position: Position) -> bool:
        passing = (self.new.campaign, number, position.entry)
        return number in position.skip or passing in self.state.passed

    def _waits_as_before(self, number: int) -> bool:
        """Whether a step has the same wait in both versions; one that the old has not, waits on."""
        if number not in self.old.addresses:
            return True
        return _wait(self.old, number) == _wait(self.new, number)


def _wait(flow: LiveFlow, number: int) -> Wait | None:
    node, _, step = flow.addresses[number].partition(".")
    return flow.wait(node, step)
