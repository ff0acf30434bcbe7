"""Running a scenario: a contact's story on the interpreter, in virtual time, step by step.

The interpreter is the one that accounts run on; what is told here is only how an author's step
becomes an event or a stretch of time, and how an expectation is compared with where things stand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from whenever import PlainDateTime

from account_engine import interpreter
from account_engine.contacts import Contact, ContactState, Value
from account_engine.events import Event, Stimulus
from account_engine.position import Instant
from account_engine.story import Line
from account_engine.timers import later, zone_of
from cpt.scenarios.cast import Cast, cast
from cpt.scenarios.expectations import Scene, disappointments
from cpt.scenarios.names import Names
from cpt.scenarios.result import ScenarioResult, StepResult
from package_format.package import Package
from package_format.scenario import (
    Advance,
    AdvanceTo,
    ApplyTag,
    Buy,
    Call,
    Expect,
    RemoveTag,
    Scenario,
    SetFields,
    StoryStep,
    Submit,
)

HOME = "UTC"
"""The time zone of contacts whose scenario gives none."""

_VISITS = ("achieved", "entered", "passed", "skipped", "waiting")
"""The lines of a story that say that the contact came by."""


def run(
    package: Package, dependencies: Mapping[str, Package], scenario: Scenario
) -> ScenarioResult:
    """Tell a scenario's story, up to its end or to the first step that disappoints.

    Args:
        package: The package whose scenario it is.
        dependencies: Every package that it depends on, by name.
        scenario: The story.

    Raises:
        BrokenPackageError: A reference of a package leads nowhere.
    """
    on = cast(package, dependencies)
    stage = _Stage(on, Names(on, [*dependencies.values(), package]), scenario)
    steps = []
    for step in scenario.story:
        steps.append(stage.tell(step))
        if steps[-1].problems:
            break
    return ScenarioResult(scenario.title, stage.zone, tuple(steps), frozenset(stage.visited))


class _Stage:
    """Where the story stands: the contact, the clock, and what was seen so far."""

    def __init__(self, on: Cast, names: Names, scenario: Scenario) -> None:
        self.names = names
        self._flows = on.flows
        values = self._values({e.field: e.value for e in scenario.contact})
        contact = Contact(1, {name: v for name, v in values.items() if v is not None})
        self.zone = zone_of(contact, HOME)
        self.now: Instant = _moment(scenario.starts, self.zone)
        self.state = ContactState(contact)
        self.visited: set[str] = set()
        self._scene = Scene()

    def tell(self, step: StoryStep) -> StepResult:
        """Let one step happen."""
        before = len(self._scene.story)
        problems: tuple[str, ...] = ()
        match step:
            case Advance():
                self._pass_time(later(self.now, step.by, self.zone))
            case AdvanceTo():
                self._pass_time(_moment(step.moment, self.zone))
            case Expect():
                problems = disappointments(step, self.state, self._scene, self.names)
            case _:
                self._happen(step)
        happened = tuple(
            said for line in self._scene.story[before:] if (said := self.names.told(line))
        )
        return StepResult(self.now, self.names.said(step), happened, problems)

    def _happen(self, step: StoryStep) -> None:
        contact = self.state.contact
        match step:
            case Submit():
                self._change(self._values({e.field: e.value for e in step.values}))
                self._turn(
                    Event("web-form-submitted", {"form": self.names.full("form", step.form)})
                )
            case ApplyTag():
                tag = self.names.full("tag", step.tag)
                if tag not in contact.tags:
                    self._become(replace(contact, tags=contact.tags | {tag}))
                    self._turn(Event("tag-applied", {"tag": tag}))
            case RemoveTag():
                tag = self.names.full("tag", step.tag)
                if tag in contact.tags:
                    self._become(replace(contact, tags=contact.tags - {tag}))
                    self._turn(Event("tag-removed", {"tag": tag}))
            case Call():
                named = {"integration": step.integration, "call": step.call}
                self._turn(Event("api-called", named))
            case Buy():
                product = self.names.full("product", step.product)
                self._turn(Event("product-purchased", {"product": product}))
            case SetFields():
                self._change(self._values({e.field: e.value for e in step.values}))
            case _:
                raise TypeError(f"{type(step).__name__} is not a step that happens to a contact")

    def _change(self, values: Mapping[str, Value | None]) -> None:
        """Give fields other values; each that really changes is an event (C10)."""
        for field, value in values.items():
            contact = self.state.contact
            if contact.values.get(field) == value:
                continue
            rest = {name: v for name, v in contact.values.items() if name != field}
            changed = rest if value is None else {**rest, field: value}
            self._become(replace(contact, values=changed))
            self._turn(Event("field-changed", {"field": field}))

    def _values(self, given: Mapping[str, Value | None]) -> dict[str, Value | None]:
        return {self.names.full("field", field): value for field, value in given.items()}

    def _become(self, contact: Contact) -> None:
        self.state = replace(self.state, contact=contact)

    def _pass_time(self, to: Instant) -> None:
        while due := interpreter.next_due(self._flows, self.state):
            instant, timer = due
            if instant > to:
                break
            self.now = max(self.now, instant)
            self._turn(timer)
        self.now = max(self.now, to)

    def _turn(self, stimulus: Stimulus) -> None:
        turn = interpreter.turn(self._flows, self.state, stimulus, self.now, HOME)
        self.state = turn.state
        self._scene.effects += turn.effects
        self._scene.story += turn.story
        self.visited |= {name for line in turn.story if (name := self._place(line))}

    def _place(self, line: Line) -> str:
        """The goal, step or way that a line of the story says the contact came by."""
        if line.campaign is None or line.what not in _VISITS:
            return ""
        return self.names.node(line.campaign, line.node)


def _moment(local: dt.datetime, zone: str) -> Instant:
    return PlainDateTime(local).assume_tz(zone).timestamp()
