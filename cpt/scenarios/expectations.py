"""Expectations: what an author's story says must be so, compared with how things stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from whenever import PlainDateTime

from account_engine.contacts import ContactState
from account_engine.effects import Effect, EffectKind
from account_engine.position import Instant, Position, Status
from account_engine.story import Line
from cpt.scenarios.names import Names
from package_format.scenario import Expect, Handed, Mailed

_OWN = (str(EffectKind.EMAIL), str(EffectKind.TASK))
"""The effects that have an expectation of their own."""


@dataclass
class Scene:
    """What has happened so far.

    Attributes:
        effects: Everything that was sent or handed out, in order.
        story: Every line of the contact's story.
        looked: How many of the effects an earlier expectation of `sent` has looked at.
    """

    effects: list[Effect] = field(default_factory=list)
    story: list[Line] = field(default_factory=list)
    looked: int = 0


def disappointments(
    expect: Expect, state: ContactState, scene: Scene, names: Names, zone: str
) -> tuple[str, ...]:
    """Return what is expected and is not so, a sentence each.

    Args:
        expect: What is expected.
        state: How the contact stands.
        scene: What has happened so far.
        names: The author's names.
        zone: The contact's time zone, in which moments are meant.
    """
    found = (
        *_of_effects(expect, scene, names, zone),
        *_of_positions(expect, state, scene, names),
        *_of_timers(expect, state, names, zone),
        *_of_contact(expect, state, names),
    )
    if expect.sent is not None:
        scene.looked = len(scene.effects)
    return found


def instant(moment: dt.datetime, zone: str) -> Instant:
    """Return a moment of the contact's own time as an instant."""
    return PlainDateTime(moment).assume_tz(zone).timestamp()


def _of_effects(expect: Expect, scene: Scene, names: Names, zone: str) -> Iterator[str]:
    lately = [e for e in scene.effects[scene.looked :] if e.kind is EffectKind.EMAIL]
    labels = ", ".join(names.label(effect.resource) for effect in lately)
    heard = f"sent since then: {labels or 'nothing'}"
    for sent in expect.sent or ():
        name = sent.email if isinstance(sent, Mailed) else sent
        meant = [e for e in lately if e.resource == names.full("email", name)]
        if not meant:
            yield f"{name} was not sent; {heard}"
        elif isinstance(sent, Mailed):
            yield from _at_another_time(f"{name} was sent", meant, sent.at, zone)
    for email in expect.not_sent or ():
        if names.full("email", email) in [effect.resource for effect in lately]:
            yield f"{email} was sent"
    for task in expect.task or ():
        yield from _of_task(
            task if isinstance(task, Handed) else Handed(task=task), scene, names, zone
        )
    others = [e for e in scene.effects if str(e.kind) not in _OWN]
    for name in expect.posted or ():
        if not any(names.same(name, effect.resource) for effect in others):
            yield f"nothing was posted to {name}"


def _of_task(expected: Handed, scene: Scene, names: Names, zone: str) -> Iterator[str]:
    name, resource = expected.task, names.full("task", expected.task)
    meant = [e for e in scene.effects if e.kind is EffectKind.TASK and e.resource == resource]
    people = " and ".join(
        dict.fromkeys(effect.person or "nobody in particular" for effect in meant)
    )
    if not meant:
        yield f"no task {name} was handed out"
        return
    if expected.to is not None:
        meant = [effect for effect in meant if effect.person == expected.to]
        if not meant:
            yield f"the task {name} was handed to {people}, not to {expected.to}"
            return
    if expected.at is not None:
        yield from _at_another_time(f"the task {name} was handed out", meant, expected.at, zone)


def _at_another_time(
    said: str, effects: Iterable[Effect], at: dt.datetime, zone: str
) -> Iterator[str]:
    moments = [effect.recorded for effect in effects]
    if instant(at, zone) not in moments:
        yield f"{said} at {_written(moments, zone)}, not at {at:%Y-%m-%d %H:%M}"


def _written(moments: Iterable[Instant], zone: str) -> str:
    """Write moments as the contact's clock shows them."""
    return " and ".join(
        dt.datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        for moment in moments
    )


def _of_timers(expect: Expect, state: ContactState, names: Names, zone: str) -> Iterator[str]:
    for wanted in expect.due or ():
        here = [p for p in state.positions if _at(wanted.node, [p], names)]
        dues = [position.due for position in here if position.due is not None]
        if not here:
            yield f"the contact is not in {wanted.node}"
        elif not dues:
            yield f"the contact is in {wanted.node} and waits for no moment"
        elif instant(wanted.at, zone) not in dues:
            until = _written(dues, zone)
            yield f"{wanted.node} is due at {until}, not at {wanted.at:%Y-%m-%d %H:%M}"


def _of_positions(expect: Expect, state: ContactState, scene: Scene, names: Names) -> Iterator[str]:
    stands = ", ".join(
        names.node(p.campaign, p.node if p.step is None else f"{p.node}.{p.step}")
        for p in state.positions
    )
    where = f"they stand in {stands}" if stands else "they stand nowhere"
    queued = [p for p in state.positions if p.status is Status.QUEUED]
    for name in expect.in_ or ():
        if not _at(name, state.positions, names):
            yield f"the contact is not in {name}; {where}"
    for name in expect.not_in or ():
        if _at(name, state.positions, names):
            yield f"the contact is in {name}"
    for name in expect.queued or ():
        if not _at(name, queued, names):
            yield f"the contact is not queued at {name}; {where}"
    yield from _of_the_past(expect, state, scene, names)


def _of_the_past(expect: Expect, state: ContactState, scene: Scene, names: Names) -> Iterator[str]:
    achieved = [line for line in scene.story if line.what == "achieved"]
    been = [line for line in scene.story if line.what in ("achieved", "entered", "joined")]
    for name in expect.achieved or ():
        if not _named(name, achieved, names):
            yield f"the goal {name} was not achieved"
    for name in expect.done or ():
        if _at(name, state.positions, names):
            yield f"the contact is still in {name}"
        elif not _named(name, been, names):
            yield f"the contact has never been in {name}"


def _at(name: str, positions: Iterable[Position], names: Names) -> bool:
    """Whether one of the positions is at a node or step of this name."""
    meant = names.nodes(name)
    return any(
        (position.campaign, place) in meant
        for position in positions
        for place in (position.node, f"{position.node}.{position.step}")
    )


def _named(name: str, lines: Iterable[Line], names: Names) -> bool:
    """Whether one of the lines tells of a node or way of this name."""
    meant = names.nodes(name)
    return any(
        (line.campaign, place) in meant
        for line in lines
        for place in (line.node, line.node.partition(".")[0])
    )


def _of_contact(expect: Expect, state: ContactState, names: Names) -> Iterator[str]:
    contact = state.contact
    for tag in expect.tagged or ():
        if names.full("tag", tag) not in contact.tags:
            yield f"the contact does not carry the tag {tag}"
    for tag in expect.not_tagged or ():
        if names.full("tag", tag) in contact.tags:
            yield f"the contact carries the tag {tag}"
    if expect.owner is not None and contact.owner != expect.owner:
        yield f"the contact belongs to {contact.owner or 'nobody'}, not to {expect.owner}"
    for stage in expect.stage or ():
        if names.full("stage", stage) not in contact.opportunities:
            stands = " and ".join(map(names.label, contact.opportunities))
            where = f"there is one in {stands}" if stands else "there is none"
            yield f"no opportunity stands in {stage}; {where}"
    for reached in expect.score or ():
        points = contact.scores.get(names.full("score", reached.score))
        has = points.points if points is not None else 0
        if has != reached.points:
            yield f"the score {reached.score} is {has}, not {reached.points}"
    for entry in expect.field or ():
        value = contact.values.get(names.full("field", entry.field))
        if value != entry.value:
            shown = "empty" if value is None else repr(value)
            yield f"the field {entry.field} is {shown}, not {entry.value!r}"
