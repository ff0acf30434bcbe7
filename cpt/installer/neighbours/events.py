"""Events: which ones a campaign's steps cause, and which its goals hear (C2, C10).

Both are read from the tables of actions and triggers; who hears whom is said in `interference`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from package_format.campaign.actions import ACTIONS
from package_format.campaign.model import Campaign
from package_format.campaign.triggers import TRIGGERS


@dataclass(frozen=True, order=True)
class PossibleEvent:
    """Something that may happen to a contact, as far as a campaign's data tells.

    Attributes:
        word: The word of the trigger that listens for it.
        attributes: What narrows it, sorted by name.
    """

    word: str
    attributes: tuple[tuple[str, str], ...]

    @property
    def values(self) -> tuple[str, ...]:
        """What narrows it, without the names."""
        return tuple(value for _, value in self.attributes)


@dataclass(frozen=True)
class Caused:
    """What one step of a sequence causes."""

    event: PossibleEvent
    sequence: str
    step: str
    action: str


def caused(campaign: Campaign) -> Iterator[Caused]:
    """Yield what the steps of a campaign cause."""
    for key, sequence in sorted(campaign.sequences.items()):
        for step in sequence.steps:
            if step.action is None:
                continue
            word = step.action.word
            for event in ACTIONS[word].causes:
                names = TRIGGERS[event].model.model_fields
                known = {n: getattr(step.action, n, None) for n in names}
                yield Caused(_event(event, known), key, step.key, word)


def heard(campaign: Campaign) -> Iterator[tuple[PossibleEvent, str]]:
    """Yield what the goals of a campaign listen for, and the goals' keys."""
    for key, goal in sorted(campaign.goals.items()):
        for trigger in goal.when:
            yield _event(trigger.word, dict(trigger.narrowing)), key


def _event(word: str, attributes: dict[str, object]) -> PossibleEvent:
    known = {name.rstrip("_").replace("_", "-"): str(v) for name, v in attributes.items() if v}
    return PossibleEvent(word, tuple(sorted(known.items())))
