"""The closure: a package and all that it depends on, where campaigns can set each other off.

References are resolved to full addresses here, so that what one package causes and another hears
can be compared, whatever each calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import takewhile
from typing import NamedTuple

from package_format.campaign.actions import ACTIONS, Action
from package_format.campaign.flow import Flow
from package_format.campaign.model import Campaign, Goal, Sequence, Step
from package_format.campaign.triggers import Trigger
from package_format.checks.resolving import named
from package_format.checks.rule import Subject, once
from package_format.contact_fields import BUILT_IN
from package_format.kinds.model import Named, kinds_named
from package_format.package import Package
from package_format.references import InvalidReferenceError, Reference


class Event(NamedTuple):
    """What happens to a contact, as far as a trigger tells events apart.

    Attributes:
        word: The trigger's word.
        attributes: What narrows it; references are full addresses.
    """

    word: str
    attributes: Mapping[str, object]

    def meets(self, trigger: Event) -> bool:
        """Whether this event may be one that a trigger hears; what is not said may be anything."""
        return self.word == trigger.word and all(
            self.attributes.get(name, value) == value for name, value in trigger.attributes.items()
        )


class PlacedGoal(NamedTuple):
    """A goal of the closure."""

    package: Package
    campaign: str
    key: str
    goal: Goal

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells it apart: its package, campaign and key."""
        return self.package.name, self.campaign, self.key


class PlacedStep(NamedTuple):
    """A step of the closure that has an action.

    Attributes:
        package: Its package.
        campaign: The key of its campaign.
        sequence: The key of its sequence.
        step: The step.
        action: Its action.
        said: What the action says of its event.
    """

    package: Package
    campaign: str
    sequence: str
    step: Step
    action: Action
    said: Mapping[str, object]

    @property
    def caused(self) -> Iterator[Event]:
        """The events that it causes (C10)."""
        for word in ACTIONS[self.action.word].causes:
            yield Event(word, self.said)


@dataclass(frozen=True)
class Closure:
    """A package and its dependencies, as far as they are at hand."""

    subject: Subject

    @property
    def packages(self) -> tuple[Package, ...]:
        """Every package, the one that is checked first."""
        return (self.subject.package, *self.subject.dependencies.values())

    @cached_property
    def campaigns(self) -> tuple[tuple[Package, str, Campaign], ...]:
        """Every campaign, with its package and its key."""
        return tuple(
            (package, resource.key, resource.model)
            for package in self.packages
            for resource in package.campaigns
            if isinstance(resource.model, Campaign)
        )

    @cached_property
    def _flows(self) -> Mapping[tuple[str, str], Flow]:
        return {
            (package.name, resource.key): resource.flow
            for package in self.packages
            for resource in package.campaigns
        }

    @cached_property
    def goals(self) -> tuple[PlacedGoal, ...]:
        """Every goal."""
        return tuple(
            PlacedGoal(package, campaign_key, key, goal)
            for package, campaign_key, campaign in self.campaigns
            for key, goal in campaign.goals.items()
        )

    @cached_property
    def steps(self) -> tuple[PlacedStep, ...]:
        """Every step that has an action."""
        return tuple(
            PlacedStep(
                package, campaign_key, key, step, step.action, attributes(package, step.action)
            )
            for package, campaign_key, campaign in self.campaigns
            for key, sequence in campaign.sequences.items()
            for step in sequence.steps
            if step.action is not None
        )

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str, str, str], PlacedStep]:
        return {
            (one.package.name, one.campaign, one.sequence, one.step.key): one for one in self.steps
        }

    def heard(self, package: Package, trigger: Trigger) -> Event:
        """Return the event that a trigger waits for."""
        plain = attributes(package, trigger)
        narrowing = {name: plain[name] for name in trigger.narrowing if name in plain}
        return Event(trigger.word, narrowing)

    @cached_property
    def _events(self) -> Mapping[tuple[str, str, object], tuple[Event, ...]]:
        """The events that steps cause, by word and by each of their attributes."""
        found: dict[tuple[str, str, object], list[Event]] = {}
        for one in self.steps:
            for event in one.caused:
                for name, value in event.attributes.items():
                    found.setdefault((event.word, name, value), []).append(event)
        return {key: tuple(events) for key, events in found.items()}

    def causes(self, trigger: Event) -> bool:
        """Whether some step causes what a trigger, which names something, waits for."""
        name, value = next(iter(trigger.attributes.items()))
        return any(
            event.meets(trigger) for event in self._events.get((trigger.word, name, value), ())
        )

    @cached_property
    def done(self) -> frozenset[tuple[str, str, object]]:
        """What steps do, by the action's word and each of its attributes."""
        return frozenset(
            (one.action.word, name, value) for one in self.steps for name, value in one.said.items()
        )

    def quickly(self, goal: PlacedGoal) -> Iterator[PlacedStep]:
        """Yield the steps with actions that run in the turn in which a goal is achieved (C5)."""
        yield from self._acting(goal, quick_steps(self._flow_of(goal), goal.key))

    def sooner_or_later(self, goal: PlacedGoal) -> Iterator[PlacedStep]:
        """Yield the steps with actions that run once a goal is achieved, before the next goal."""
        yield from self._acting(goal, steps_after(self._flow_of(goal), goal.key))

    def _flow_of(self, goal: PlacedGoal) -> Flow:
        return self._flows[goal.package.name, goal.campaign]

    def _acting(self, goal: PlacedGoal, steps: Iterable[tuple[str, Step]]) -> Iterator[PlacedStep]:
        for sequence, step in steps:
            if step.action is not None:
                yield self._by_name[goal.package.name, goal.campaign, sequence, step.key]


@once
def _closures(subject: Subject) -> Iterator[Closure]:
    yield Closure(subject)


def closure_of(subject: Subject) -> Closure:
    """Return the closure of what is checked, which all rules share."""
    return _closures(subject)[0]


def quick_steps(flow: Flow, start: str) -> Iterator[tuple[str, Step]]:
    """Yield the steps that run before anything waits, once a contact leaves a node."""
    yield from _steps_after(flow, start, stops=lambda step: step.wait is not None)


def steps_after(flow: Flow, start: str) -> Iterator[tuple[str, Step]]:
    """Yield the steps that run before the next goal, once a contact leaves a node."""
    yield from _steps_after(flow, start, stops=lambda _: False)


def _steps_after(
    flow: Flow, start: str, stops: Callable[[Step], bool]
) -> Iterator[tuple[str, Step]]:
    seen: set[str] = set()
    pending = [arrow.target for arrow in flow.arrows if arrow.source == start]
    while pending:
        key = pending.pop(0)
        node = flow.nodes[key]
        if key in seen or isinstance(node, Goal):
            continue
        seen.add(key)
        steps = node.steps if isinstance(node, Sequence) else ()
        running = tuple(takewhile(lambda step: not stops(step), steps))
        yield from ((key, step) for step in running)
        if len(running) == len(steps):
            pending += [arrow.target for arrow in flow.arrows if arrow.source == key]


def attributes(package: Package, model: Named) -> Mapping[str, object]:
    """Return what a trigger or an action says of its event: its texts and numbers."""
    said: dict[str, object] = {}
    for name, alias, default, kind in _fields(type(model)):
        value = getattr(model, name)
        if isinstance(value, _SAID) and value != default:
            if kind is not None and isinstance(value, str):
                value = full_address(package, kind, value)
            said[alias] = value
    return said


_SAID = (str, int, float)


@cache
def _fields(model: type[Named]) -> tuple[tuple[str, str, object, str | None], ...]:
    """The fields of a trigger or an action: name, alias, default, and the kind of what it names."""
    kinds = kinds_named(model)
    return tuple(
        (name, field.alias or name, field.default, kinds.get(name))
        for name, field in model.model_fields.items()
    )


def full_address(package: Package, kind: str, text: str) -> str:
    """Return what a reference means in any package: ``acme/lifecycle-tags:tag/attended``."""
    try:
        reference = Reference.parse(text)
    except InvalidReferenceError:
        return text
    if not reference.alias:
        built_in = kind == "field" and reference.key in BUILT_IN
        return f":{kind}/{reference.key}" if built_in else f"{package.name}:{kind}/{reference.key}"
    names = named(package, reference.alias)
    return f"{names[0] if names else reference.alias}:{kind}/{reference.key}"
