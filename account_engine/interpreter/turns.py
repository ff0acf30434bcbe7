"""Turns: what sets one off, and working it off to its end (C5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from account_engine.catalogue import NOTHING, Catalogue
from account_engine.contacts import ContactState
from account_engine.effects import Effect
from account_engine.events import Due, Enrolment, Event, Placement, Stimulus
from account_engine.flows import LiveFlow
from account_engine.interpreter import deciding, hearing, joins, running
from account_engine.interpreter.agenda import Arrival, Happening, Reckoning
from account_engine.interpreter.memory import Memory
from account_engine.language.facts import noted
from account_engine.language.scoring import reached, scored
from account_engine.position import Instant, Position, Status
from account_engine.story import Line
from package_format.campaign.model import Decision, Goal, Join
from package_format.campaign.model import Sequence as StepSequence


@dataclass(frozen=True)
class Turn:
    """What one turn made of a contact.

    Attributes:
        state: The contact's state after it.
        effects: What is left for others to do, in the order in which it was recorded (C11).
        story: What happened and why, in order.
    """

    state: ContactState
    effects: tuple[Effect, ...]
    story: tuple[Line, ...]


def turn(
    flows: Sequence[LiveFlow],
    state: ContactState,
    stimulus: Stimulus,
    now: Instant,
    zone: str,
    catalogue: Catalogue = NOTHING,
) -> Turn:
    """Work off one stimulus of one contact, with everything that it causes (C5).

    A timer that is not due, or that nobody waits for any more, changes nothing.

    Args:
        flows: Every version of every campaign that may hear the contact or that they stand in,
            retired ones included, in any order.
        state: The contact's state; of an event that changed a field or a tag, after the change.
        stimulus: What sets the turn off.
        now: The moment of handling.
        zone: The account's time zone (IANA), for contacts who have none of their own.
        catalogue: What is known of the account's resources.
    """
    memory = Memory(flows, state, now, zone, catalogue)
    match stimulus:
        case Event():
            memory.contact = noted(memory.contact, stimulus, catalogue)
            memory.tell("event", None, "", str(stimulus))
            memory.agenda.append(Happening(stimulus))
        case Enrolment():
            _enrol(memory, stimulus)
        case Placement():
            _place(memory, stimulus)
        case Due():
            _fire(memory, stimulus)
        case _:
            assert_never(stimulus)
    _work_off(memory)
    return Turn(memory.state, tuple(memory.effects), tuple(memory.story))


def next_due(flows: Sequence[LiveFlow], state: ContactState) -> tuple[Instant, Due] | None:
    """Return the contact's timer that comes first, and when; by (instant, campaign, node) (C10).

    Args:
        flows: As for `turn`; timers of unpublished campaigns do not run.
        state: The contact's state.
    """
    orders = {flow.key: flow.order for flow in flows if flow.published}
    timed = [
        (position.due, orders[position.identity[:2]], position.node, position.version, position)
        for position in state.positions
        if position.due is not None and position.identity[:2] in orders
    ]
    if not timed:
        return None
    instant, *_, first = min(timed, key=lambda row: row[:-1])
    return instant, Due(*first.identity)


def _enrol(memory: Memory, stimulus: Enrolment) -> None:
    campaign = stimulus.campaign
    mine = (flow for flow in memory.flows if flow.campaign == campaign)
    flow = next((flow for flow in mine if not flow.retired), None)
    if flow is None:
        memory.tell("refused", None, "", "the campaign to be enrolled in is gone, or unpublished")
    elif any(stood == campaign for stood, _ in memory.standing):
        memory.tell("refused", flow, "", "is in the campaign already (C12)")
    else:
        memory.tell("event", flow, "", f"enrolled as by {stimulus.event} (C12)")
        memory.agenda.append(Happening(stimulus.event, enrols=campaign))


def _place(memory: Memory, stimulus: Placement) -> None:
    """Let a contact arrive at a sequence, unless they finish an earlier version (M7)."""
    mine = [flow for flow in memory.flows if flow.campaign == stimulus.campaign]
    flow = next((flow for flow in mine if not flow.retired), None)
    finishing = any(one.retired and one.key in memory.standing for one in mine)
    if flow is None or stimulus.node not in flow.flow.campaign.sequences:
        memory.tell("refused", flow, stimulus.node, "is no sequence of a published campaign")
    elif finishing:
        memory.tell("refused", flow, stimulus.node, "finishes an earlier version (M7)")
    else:
        memory.tell("event", flow, stimulus.node, "sent here from outside")
        memory.agenda.append(Arrival(flow, stimulus.node, "being sent here"))


def _fire(memory: Memory, stimulus: Due) -> None:
    """Let a timer fire that has come (C9)."""
    identity = (stimulus.campaign, stimulus.version, stimulus.node)
    flow, position = memory.flow(identity[:2]), memory.positions.get(identity)
    if flow is None or position is None or position.due is None or position.due > memory.now:
        return
    node = flow.flow.nodes[position.node]
    if position.status is Status.JOINING:
        memory.positions[identity] = replace(position, due=None)
    elif isinstance(node, StepSequence):
        running.fire(memory, flow, position, node, position.due)
    else:
        del memory.positions[identity]
        _leave(memory, flow, position, node)


def _leave(
    memory: Memory, flow: LiveFlow, position: Position, node: Goal | Decision | Join
) -> None:
    """Go on from a node without steps, to which a migration sent the contact."""
    key = position.node
    if isinstance(node, Decision):
        deciding.choose(memory, Arrival(flow, key, key, position.skip), node)
    else:
        memory.lead(flow, key, key, flow.flow.next_nodes(key), position, position.skip)


def _work_off(memory: Memory) -> None:
    """Work off the agenda, and settle the joins whenever it is empty (C8)."""
    while True:
        while (item := memory.agenda.next()) is not None:
            match item:
                case Happening():
                    hearing.hear(memory, item)
                    _score(memory, item)
                    running.reckon_later(memory, item.event)
                case Arrival():
                    _arrive(memory, item)
                case Reckoning():
                    running.reckon(memory, item)
                case _:
                    assert_never(item)
        if not joins.settle(memory):
            return


def _score(memory: Memory, item: Happening) -> None:
    """Give points for what happened; rising ones are an event, lost ones are not."""
    if item.enrols is not None:
        return
    before = memory.contact
    for contact, score, was, points in scored(before, item.event, memory.catalogue, memory.now):
        memory.contact = contact
        memory.tell("scored", None, "", f"{score} from {was} to {points}")
        if points > was:
            memory.agenda.append(Happening(reached(score, was, points)))


def _arrive(memory: Memory, item: Arrival) -> None:
    node = item.flow.flow.nodes[item.node]
    if isinstance(node, StepSequence):
        running.enter(memory, item, node)
    elif isinstance(node, Decision):
        if memory.may_enter(item.flow, item.node):
            deciding.choose(memory, item, node)
    else:
        joins.arrive(memory, item)
