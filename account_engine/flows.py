"""Live flows: the campaigns of an account as the interpreter runs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from package_format.campaign.model import Sequence
from package_format.campaign.triggers import ProductPurchased

if TYPE_CHECKING:
    from account_engine.events import Event
    from package_format.campaign.flow import Flow
    from package_format.campaign.model import Goal
    from package_format.campaign.timers import Wait
    from package_format.campaign.triggers import Trigger

_Listening: TypeAlias = "dict[str, dict[tuple[str, str] | None, list[tuple[str, Trigger]]]]"


@dataclass(frozen=True)
class LiveFlow:
    """One version of a campaign in an account; references in it are ids (``#12``).

    Attributes:
        campaign: The campaign's id.
        version: Counts from 1; a republished campaign has a new one.
        flow: The graph.
        ids: The ids of nodes (``remind``) and steps (``remind.nudge``), kept when they move (M1).
        order: What orders campaigns among each other (C10): the campaign's title, casefolded, and
            its id.
        published: An unpublished campaign hears and runs nothing.
        retired: Admits nobody; those in it are heard there and nowhere else in the campaign (M7).
    """

    campaign: int
    version: int
    flow: Flow
    ids: Mapping[str, int]
    order: tuple[str, int]
    published: bool = True
    retired: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """The campaign's id and the version: what tells flows apart."""
        return (self.campaign, self.version)

    def steps_of(self, node: str) -> frozenset[int]:
        """Return the ids of a node's steps; only sequences have any."""
        return self._steps[node]

    def wait(self, node: str, step: str) -> Wait | None:
        """Return a step's wait with the campaign's defaults filled in; None if it has none."""
        return self._waits.get((node, step))

    def listening(self, event: Event) -> Iterator[tuple[str, Goal, tuple[Trigger, ...]]]:
        """Yield the goals, by key, that an event may reach, with the triggers that it may meet.

        Whether it does, `account_engine.language.matching.meets` says; those left out it never
        meets.
        """
        heard = self._listening.get(event.word)
        if heard is None or (None not in heard and heard.keys().isdisjoint(event.said)):
            return  # as nearly all flows of an account with many do
        found: dict[str, list[Trigger]] = {}
        for attribute in (None, *event.said):
            for key, trigger in heard.get(attribute, ()):
                found.setdefault(key, []).append(trigger)
        for key in sorted(found):
            yield key, self.flow.campaign.goals[key], tuple(found[key])

    @cached_property
    def _listening(self) -> _Listening:
        """Goals and triggers by an event's word, and by one attribute that it must have."""
        found: dict[str, dict[tuple[str, str] | None, list[tuple[str, Trigger]]]] = {}
        for key, goal in self.flow.campaign.goals.items():
            for trigger in goal.when:
                attribute = (
                    None
                    if isinstance(trigger, ProductPurchased)  # which knows categories (C10)
                    else next(iter(trigger.narrowing.items()), None)
                )
                found.setdefault(trigger.word, {}).setdefault(attribute, []).append((key, trigger))
        return found

    @cached_property
    def addresses(self) -> dict[int, str]:
        """The addresses of nodes and steps by their ids."""
        return {number: address for address, number in self.ids.items()}

    @cached_property
    def waits_for_fields(self) -> bool:
        """Whether any step waits for a date in a contact's field (C9)."""
        return any(wait.until_field is not None for wait in self._waits.values())

    @cached_property
    def _steps(self) -> dict[str, frozenset[int]]:
        return {
            key: frozenset(self.ids[f"{key}.{step.key}"] for step in node.steps)
            if isinstance(node, Sequence)
            else frozenset()
            for key, node in self.flow.nodes.items()
        }

    @cached_property
    def _waits(self) -> dict[tuple[str, str], Wait]:
        defaults = self.flow.campaign.defaults.wait
        return {
            (key, step.key): step.wait.with_defaults(defaults)
            for key, node in self.flow.nodes.items()
            if isinstance(node, Sequence)
            for step in node.steps
            if step.wait is not None
        }
