"""Waves: the same timer of a great many contacts, moved together by a few statements.

What a wave does is found out by asking the interpreter what it does with a *model* contact; there
is no second meaning of campaigns. A `Program` says what that was and which contacts it holds for,
as conditions that a database can answer for each of them. Where the model speaks for nobody else
(an event that somebody hears, a condition, a decision), there is no program, and the interpreter
itself moves those contacts one by one. So the fast way is always right, and grows by additions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from account_engine import interpreter
from account_engine.actions import Scene, perform
from account_engine.catalogue import Catalogue
from account_engine.contacts import Contact, ContactState, Value
from account_engine.effects import EffectKind
from account_engine.events import Due, Event
from account_engine.flows import LiveFlow
from account_engine.interpreter import Turn
from account_engine.matching import meets
from account_engine.objects import number_of
from account_engine.position import Instant, Position, Status
from account_engine.stores.port import PlaceRow
from account_engine.story import Line
from package_format.campaign.actions import (
    Action,
    AddNote,
    AddToFulfilmentList,
    ApplyTag,
    HttpPost,
    RemoveTag,
    SendEmail,
)
from package_format.campaign.model import Goal, Step
from package_format.campaign.model import Sequence as StepSequence

_ALIKE = (SendEmail, ApplyTag, RemoveTag, HttpPost, AddToFulfilmentList, AddNote)
"""The actions that do the same with every contact who can be reached, but for tags they have."""

_MOST_ACTS = 31
"""How many things a wave does at most: which of them are idle for a contact, is one number."""

_MODEL: Mapping[str, Value] = MappingProxyType({"email": "model@example.com"})


@dataclass(frozen=True)
class Order:
    """Something that is left for others to do (C11).

    Attributes:
        kind: What is to be done.
        resource: The number of the object that it is made of.
    """

    kind: EffectKind
    resource: int


@dataclass(frozen=True)
class Act:
    """What one step does.

    Attributes:
        step: The step's id.
        order: What is left for others to do, if anything is.
        tag: The number of the tag that is put on or taken off, if one is.
        applies: Whether it is put on.
        lines: What is told.
        idle: What is told of contacts whom the tag is on, or off, already.
    """

    step: int
    order: Order | None
    tag: int | None
    applies: bool
    lines: tuple[Line, ...]
    idle: tuple[Line, ...]


@dataclass(frozen=True)
class Program:
    """What the timer at one place does with contacts to whom nothing special applies.

    Attributes:
        campaign: The campaign's id.
        place: Where they wait.
        punctual: Whether it holds only for those who are due just now, as the wait has hours or
            weekdays that the late have to keep (C9).
        acts: What is done, in order.
        target: Where they stand then; None if they have left the sequence.
        waits: Whether they wait there, until a moment that depends on their time zone.
        lines: What is told at last; of a wait, all but why.
    """

    campaign: int
    place: PlaceRow
    punctual: bool
    acts: tuple[Act, ...]
    target: PlaceRow | None
    waits: bool
    lines: tuple[Line, ...]

    @property
    def mails(self) -> bool:
        """Whether it holds only for those who can be reached by email (C13)."""
        return any(
            act.order is not None and act.order.kind is EffectKind.EMAIL for act in self.acts
        )


def program(
    flow: LiveFlow,
    place: PlaceRow,
    places: Sequence[PlaceRow],
    flows: Sequence[LiveFlow],
    catalogue: Catalogue,
    now: Instant,
) -> Program | None:
    """Return what the timer at a place does; None where it is not the same for everybody.

    Args:
        flow: The flow.
        place: The place.
        places: Every place of the flow.
        flows: Every flow of the account.
        catalogue: What is known of its resources.
        now: The moment at which the model contact is due.
    """
    sequence = flow.flow.nodes.get(place.node)
    wait = flow.wait(place.node, place.step or "")
    if not isinstance(sequence, StepSequence) or place.status is not Status.RUNNING or wait is None:
        return None
    run = _run(sequence, place.step or "")
    actions = [step.action for step in run if step.action is not None]
    if len(actions) > _MOST_ACTS or catalogue.scores or any(step.if_ for step in run):
        return None
    if not all(_is_alike(action, flows, catalogue) for action in actions):
        return None
    tags = [action.tag for action in actions if isinstance(action, ApplyTag | RemoveTag)]
    if len(set(tags)) != len(tags):
        return None
    following = _following(sequence, run)
    waits_on = flow.wait(place.node, following) if following is not None else None
    if waits_on is not None and waits_on.until_field is not None:
        return None
    if following is None and not _ends_simply(flow, place.node):
        return None
    without, having = (
        _turn(flow, place, flows, catalogue, now, "UTC", tags=carried) for carried in ((), tags)
    )
    target = _target(without, places)
    if (None if target is None else target.step) != following:  # the next wait was none
        return None
    return Program(
        flow.campaign,
        place,
        wait.at is not None or bool(wait.weekdays),
        tuple(_act(flow, place.node, step, without, having) for step in run if step.action),
        target,
        following is not None,
        _last(without, place.node, following),
    )


def outlook(
    flow: LiveFlow,
    place: PlaceRow,
    flows: Sequence[LiveFlow],
    catalogue: Catalogue,
    now: Instant,
    account_zone: str,
    own_zone: str | None,
) -> tuple[Instant, str] | None:
    """Return until when one waits whose timer at a place has fired, and how the story says it.

    Args:
        flow: The flow.
        place: The place; it has a program that waits.
        flows: Every flow of the account.
        catalogue: What is known of its resources.
        now: The moment of the turn.
        account_zone: The account's time zone.
        own_zone: The contact's own, if they have one.

    Returns:
        None if they do not wait there: the interpreter says what they do.
    """
    sequence = flow.flow.campaign.sequences[place.node]
    following = _following(sequence, _run(sequence, place.step or ""))
    values = {} if own_zone is None else {"time_zone": own_zone}
    turn = _turn(flow, place, flows, catalogue, now, account_zone, values=values)
    for position in turn.state.positions:
        # Where the wait's date is past already, it is passed over, and they wait elsewhere.
        if position.due is not None and position.step == following:
            return position.due, turn.story[-1].why
    return None


def _turn(
    flow: LiveFlow,
    place: PlaceRow,
    flows: Sequence[LiveFlow],
    catalogue: Catalogue,
    now: Instant,
    zone: str,
    *,
    tags: Iterable[str] = (),
    values: Mapping[str, Value] = MappingProxyType({}),
) -> Turn:
    """Let the timer of a model contact fire."""
    position = Position(
        flow.campaign,
        flow.version,
        place.node,
        Status.RUNNING,
        place.step,
        entry=1,
        entered=now - 1,
        began=now - 1,
        due=now,
    )
    contact = Contact(0, {**_MODEL, **values}, frozenset(tags))
    state = ContactState(contact, (position,), {(flow.campaign, flow.ids[place.node]): 1})
    due = Due(flow.campaign, flow.version, place.node)
    return interpreter.turn(flows, state, due, now, zone, catalogue)


def _run(sequence: StepSequence, first: str) -> tuple[Step, ...]:
    """Return the steps from one whose wait is over up to the next that waits."""
    keys = [step.key for step in sequence.steps]
    begin = keys.index(first)
    end = begin + 1
    while end < len(keys) and sequence.steps[end].wait is None:
        end += 1
    return sequence.steps[begin:end]


def _following(sequence: StepSequence, run: Sequence[Step]) -> str | None:
    """Return the step that waits behind a run; None if the sequence ends there."""
    keys = [step.key for step in sequence.steps]
    after = keys.index(run[-1].key) + 1
    return keys[after] if after < len(keys) else None


def _is_alike(action: Action, flows: Sequence[LiveFlow], catalogue: Catalogue) -> bool:
    """Whether an action does the same with everybody, and nobody hears of it."""
    if not isinstance(action, _ALIKE):
        return False
    tags = frozenset({action.tag} if isinstance(action, RemoveTag) else ())
    done = perform(action, Contact(0, _MODEL, tags), Scene(0, "UTC", catalogue))
    return not any(_is_heard(event, flows, catalogue) for event in done.events)


def _is_heard(event: Event, flows: Sequence[LiveFlow], catalogue: Catalogue) -> bool:
    return any(
        meets(event, trigger, flow, catalogue)
        for flow in flows
        if flow.published
        for _, _, triggers in flow.listening(event)
        for trigger in triggers
    )


def _ends_simply(flow: LiveFlow, node: str) -> bool:
    """Whether who comes to a sequence's end waits there for a goal, or is done (C7)."""
    targets = flow.flow.next_nodes(node)
    return not flow.flow.campaign.joins and all(
        isinstance(flow.flow.nodes[target], Goal) for target in targets
    )


def _act(flow: LiveFlow, node: str, step: Step, without: Turn, having: Turn) -> Act:
    number, where = flow.ids[f"{node}.{step.key}"], f"{node}.{step.key}"
    effect = next((one for one in without.effects if one.identity.step == number), None)
    order = None
    if effect is not None:
        order = Order(effect.kind, number_of(effect.resource) or 0)
    tag = step.action.tag if isinstance(step.action, ApplyTag | RemoveTag) else None
    applies = isinstance(step.action, ApplyTag)
    lines, idle = (
        tuple(line for line in turn.story if line.node == where) for turn in (without, having)
    )
    if isinstance(step.action, RemoveTag):
        lines, idle = idle, lines
    return Act(number, order, None if tag is None else number_of(tag), applies, lines, idle)


def _target(turn: Turn, places: Iterable[PlaceRow]) -> PlaceRow | None:
    """Return where the model contact stands after the turn; None if nowhere."""
    for position in turn.state.positions:
        for place in places:
            if (place.node, place.step, place.status) == (
                position.node,
                position.step,
                position.status,
            ):
                return place
    return None


def _last(turn: Turn, node: str, following: str | None) -> tuple[Line, ...]:
    """Return what is told of the end, or of the next wait."""
    where = node if following is None else f"{node}.{following}"
    return tuple(line for line in turn.story if line.node == where)
