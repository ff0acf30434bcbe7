"""Hearing: which goals an event reaches, and what achieving them ends and starts (C2, C3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from account_engine.catalogue import Catalogue
from account_engine.contacts import Value
from account_engine.errors import InvalidDataError
from account_engine.events import Event
from account_engine.flows import LiveFlow
from account_engine.interpreter.agenda import Happening
from account_engine.interpreter.memory import Memory
from account_engine.language.actions import with_value
from account_engine.language.matching import meets, value_of
from account_engine.position import Status
from account_engine.values import read_value
from package_format.campaign.model import Audience, Ends, Goal, Runs
from package_format.campaign.model import Sequence as StepSequence
from package_format.contact_fields import BUILT_IN, FieldType


@dataclass(frozen=True)
class Heard:
    """A goal that hears an event."""

    flow: LiveFlow
    key: str
    goal: Goal


def hear(memory: Memory, item: Happening) -> None:
    """Let every goal hear an event: chosen first, then all ends, values saved, all starts (C2)."""
    chosen = tuple(h for h in _hearers(memory, item) if memory.may_enter(h.flow, h.key))
    for heard in chosen:
        memory.tell("achieved", heard.flow, heard.key, str(item.event))
        if heard.goal.ends is Ends.UPSTREAM:
            _end_upstream(memory, heard)
    for heard in chosen:
        _save(memory, heard, item.event)
    for heard in chosen:
        _start(memory, heard, chosen)


def _hearers(memory: Memory, item: Happening) -> Iterator[Heard]:
    """Yield the goals that hear an event, by campaign and key."""
    standing = memory.standing
    campaigns = {campaign for campaign, _ in standing}
    for flow in _listening(memory.flows, standing):
        if item.enrols not in (None, flow.campaign):
            continue
        stands = flow.campaign in campaigns
        for key, goal, triggers in flow.listening(item.event):
            if (
                any(meets(item.event, one, flow, memory.catalogue) for one in triggers)
                and _admits(goal, stands=stands)
                and memory.holds(goal.if_, standing)
            ):
                yield Heard(flow, key, goal)


def _listening(
    flows: Iterable[LiveFlow], standing: frozenset[tuple[int, int]]
) -> Iterator[LiveFlow]:
    """Yield the flows in which a contact is heard at all.

    One who is in a retired flow is heard there and nowhere else in that campaign, and a retired
    flow hears nobody else (M7).
    """
    flows = tuple(flows)
    finishing = {flow.campaign for flow in flows if flow.retired and flow.key in standing}
    for flow in flows:
        if flow.key in standing if flow.retired else flow.campaign not in finishing:
            yield flow


def _admits(goal: Goal, *, stands: bool) -> bool:
    hears = goal.hears
    return hears is Audience.ANY_CONTACT or (hears is Audience.IN_CAMPAIGN) == stands


def _end_upstream(memory: Memory, heard: Heard) -> None:
    """End what leads to a goal, or overtake what runs until it is complete (C3)."""
    flow, why = heard.flow, f"stopped by goal {heard.key} (C3)"
    upstream = flow.flow.upstream(heard.key)
    for arrival in memory.agenda.withdraw(flow, upstream):
        memory.tell("ended", flow, arrival.node, why)
    for position in memory.at(flow, upstream):
        node = flow.flow.nodes[position.node]
        runs_on = isinstance(node, StepSequence) and node.runs is Runs.UNTIL_COMPLETE
        if not runs_on or position.status is not Status.RUNNING:
            del memory.positions[position.identity]
            memory.tell("ended", flow, position.where, why)
        elif not position.overtaken:
            memory.positions[position.identity] = replace(position, overtaken=True)
            overtaken = f"overtaken by goal {heard.key}; finishes its steps (C3)"
            memory.tell("overtaken", flow, position.where, overtaken)


def _save(memory: Memory, heard: Heard, event: Event) -> None:
    """Put values of the event into the contact's fields, before anything starts."""
    flow, catalogue = heard.flow, memory.catalogue
    if not heard.goal.save:
        return
    trigger = next(one for one in heard.goal.when if meets(event, one, flow, catalogue))
    for save in heard.goal.save:
        given = value_of(event, trigger, save.attribute, catalogue)
        if given is None:
            continue
        try:
            value = _read(save.field, given, catalogue)
        except InvalidDataError as error:
            memory.tell("skipped", flow, heard.key, f"not saved: {error}")
            continue
        changed = with_value(memory.contact, save.field, value)
        if changed is not None:
            memory.contact = changed
            memory.tell("saved", flow, heard.key, f"{save.attribute} in field {save.field}")
            memory.agenda.append(Happening(Event("field-changed", {"field": save.field})))


def _read(field: str, given: str, catalogue: Catalogue) -> Value | None:
    custom = catalogue.fields.get(field)
    if custom is not None:
        return read_value(given, custom.type, custom.choices, name=f"the field {field}")
    return read_value(given, BUILT_IN.get(field, FieldType.TEXT), name=f"the field {field}")


def _start(memory: Memory, heard: Heard, chosen: Sequence[Heard]) -> None:
    """Start what follows a goal, but nothing upstream of another goal of the event (C2)."""
    flow = heard.flow
    upstream = {
        other.key: flow.flow.upstream(other.key)
        for other in chosen
        if other.flow.key == flow.key and not flow.flow.on_one_loop(heard.key, other.key)
        if other.key != heard.key
    }
    targets = flow.flow.next_nodes(heard.key)
    onward = [target for target in targets if not isinstance(flow.flow.nodes[target], Goal)]
    free = []
    for target in onward:
        before = next((key for key, nodes in upstream.items() if target in nodes), None)
        if before is None:
            free.append(target)
        else:
            why = f"goal {before} was achieved by the same event (C2)"
            memory.tell("refused", flow, target, why)
    if free:
        memory.lead(flow, heard.key, heard.key, free)
    elif not onward and not any(heard.key in nodes for nodes in upstream.values()):
        memory.lead(flow, heard.key, heard.key, targets)
