"""The stage: where a story stands (the contact, the clock, what was seen), and what happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from account_engine import interpreter
from account_engine.contacts import Contact, ContactState, Points, Value
from account_engine.effects import EffectKind
from account_engine.events import Event, Stimulus
from account_engine.language.facts import noted
from account_engine.language.scoring import decayed
from account_engine.language.timers import later, zone_of
from account_engine.position import Instant
from account_engine.story import Line
from cpt.scenarios.cast import Cast
from cpt.scenarios.expectations import Scene, disappointments, instant
from cpt.scenarios.names import Names
from cpt.scenarios.result import StepResult
from cpt.scenarios.upgrading import upgrade
from package_format.campaign.triggers import (
    EmailOpened,
    LeadScoreReached,
    LinkClicked,
    ProductPurchased,
    Trigger,
)
from package_format.kinds.model import references
from package_format.scenario import (
    Advance,
    AdvanceTo,
    ApplyTag,
    Buy,
    Call,
    Expect,
    Happens,
    RemoveTag,
    SetFields,
    Short,
    StoryStep,
    Submit,
    Upgrade,
)

HOME = "UTC"
"""The time zone of contacts whose scenario gives none."""

_VISITS = ("achieved", "entered", "passed", "skipped", "waiting")
"""The lines of a story that say that the contact came by."""


class Stage:
    """Where a story stands.

    Attributes:
        now: The moment.
        zone: The contact's time zone.
        state: The contact, and where they stand.
        visited: The goals, steps and ways that they came by.
    """

    def __init__(self, on: Cast, contact: Mapping[str, Value | None], starts: dt.datetime) -> None:
        """Begin a story.

        Args:
            on: The version of the package on which it begins.
            contact: The contact's fields, by the author's names.
            starts: When, in the contact's own time.
        """
        self._on = on
        self._names = _names(on)
        values = self._values(contact)
        someone = Contact(1, {name: v for name, v in values.items() if v is not None})
        self.zone = zone_of(someone, HOME)
        self.now: Instant = instant(starts, self.zone)
        self.state = ContactState(someone)
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
                self._pass_time(instant(step.moment, self.zone))
            case Expect():
                contact = decayed(self.state.contact, self._on.catalogue, self.now, HOME)
                seen = replace(self.state, contact=contact)
                problems = disappointments(step, seen, self._scene, self._names, self.zone)
            case _:
                self._happen(step)
        return self._result(self._names.said(step), before, problems)

    def upgrade(self, to: Cast) -> StepResult:
        """Let the account go on to the next version, and the contact come along (M0)."""
        before = len(self._scene.story)
        came = upgrade(self._on, to, self.state, self.now, HOME)
        problems = tuple(
            f"nothing says where contacts at {self._names.node(p.campaign, p.where)} go (M2); "
            "upgrades.yaml can"
            for p in came.stranded
        )
        if not problems:
            self._on, self.state = came.on, came.state
            self._names = _names(came.on)
            self._scene.story += came.story
            self._scene.effects = [
                replace(e, resource=came.addresses.get(e.resource, e.resource))
                for e in self._scene.effects
            ]
        return self._result(Upgrade.word, before, problems)

    def _result(self, said: str, before: int, problems: tuple[str, ...]) -> StepResult:
        told = (self._names.told(line) for line in self._scene.story[before:])
        happened = tuple(one for one in told if one is not None)
        return StepResult(self.now, said, happened, problems)

    def _happen(self, step: StoryStep) -> None:
        match step:
            case Submit():
                self._change(self._values({e.field: e.value for e in step.values}))
                self._heard("web-form-submitted", {"form": self._names.full("form", step.form)})
            case ApplyTag():
                self._heard("tag-applied", {"tag": self._names.full("tag", step.tag)})
            case RemoveTag():
                self._heard("tag-removed", {"tag": self._names.full("tag", step.tag)})
            case Call():
                named = {"integration": step.integration, "call": step.call}
                self._heard("api-called", named)
            case Buy():
                product = self._names.full("product", step.product)
                bought = {"product": product, "quantity": str(step.quantity)}
                self._heard("product-purchased", bought)
            case SetFields():
                self._change(self._values({e.field: e.value for e in step.values}))
            case Happens():
                self._change(self._values({e.field: e.value for e in step.values}))
                self._heard(step.event.word, self._attributes(step.event))
            case Short():
                self._heard(step.trigger, self._attributes(step.event))
            case _:
                raise TypeError(f"{type(step).__name__} is not a step that happens to a contact")

    def _attributes(self, trigger: Trigger) -> dict[str, str]:
        """Return what an event is about, as the data of the trigger that hears it says."""
        kinds = {found[0][-1]: found[1] for found in references(trigger)}
        about = {
            name: self._names.full(kinds[name], value) if name in kinds else value
            for name, value in trigger.narrowing.items()
        }
        match trigger:
            case ProductPurchased(at_least=int(number)):
                about["quantity"] = str(number)
            case LeadScoreReached(at_least=points):
                about |= {"was": str(points - 1), "points": str(points)}
            case LinkClicked(in_=sequences) | EmailOpened(in_=sequences):
                about |= self._sender(about.get("email"), sequences)
            case _:
                pass
        return about

    def _sender(self, email: str | None, sequences: tuple[str, ...] | None) -> dict[str, str]:
        """Return which step had sent the message in which something happens: the latest one."""
        flows = {flow.campaign: flow for flow in self._on.flows}
        for effect in reversed(self._scene.effects):
            flow = flows.get(effect.identity.campaign)
            sender = flow.addresses.get(effect.identity.step, "") if flow is not None else ""
            if effect.kind is not EffectKind.EMAIL or email not in (None, effect.resource):
                continue
            if sequences is None or sender.partition(".")[0] in sequences:
                who = effect.identity
                return {"campaign": f"#{who.campaign}", "step": str(who.step)}
        return {}

    def _heard(self, word: str, attributes: Mapping[str, str]) -> None:
        """Let an event happen, with what it does to the contact; nothing new is no event (C10)."""
        contact = self.state.contact
        tag = attributes.get("tag", "")
        if word == "tag-applied":
            if tag in contact.tags:
                return
            contact = replace(contact, tags=contact.tags | {tag})
        elif word == "tag-removed":
            if tag not in contact.tags:
                return
            contact = replace(contact, tags=contact.tags - {tag})
        elif word == "lead-score-reached":
            points = Points(int(attributes["points"]), self.now)
            scores = {**contact.scores, attributes["score"]: points}
            contact = replace(contact, scores=scores)
        event = Event(word, attributes)
        self._become(noted(contact, event, self._on.catalogue))
        self._turn(event)

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
        return {self._names.full("field", field): value for field, value in given.items()}

    def _become(self, contact: Contact) -> None:
        self.state = replace(self.state, contact=contact)

    def _pass_time(self, to: Instant) -> None:
        while due := interpreter.next_due(self._on.flows, self.state):
            moment, timer = due
            if moment > to:
                break
            self.now = max(self.now, moment)
            self._turn(timer)
        self.now = max(self.now, to)

    def _turn(self, stimulus: Stimulus) -> None:
        turn = interpreter.turn(
            self._on.flows, self.state, stimulus, self.now, HOME, self._on.catalogue
        )
        self.state = turn.state
        self._scene.effects += turn.effects
        self._scene.story += turn.story
        self.visited |= {name for line in turn.story if (name := self._place(line))}

    def _place(self, line: Line) -> str:
        """The goal, step or way that a line of the story says the contact came by."""
        if line.campaign is None or line.what not in _VISITS:
            return ""
        return self._names.node(line.campaign, line.node)


def _names(on: Cast) -> Names:
    return Names(on, [*on.dependencies.values(), on.package])
