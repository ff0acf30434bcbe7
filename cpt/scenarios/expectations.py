"""Expectations: what an author's story says must be so, compared with how things stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from account_engine.contacts import ContactState
from account_engine.effects import Effect, EffectKind
from account_engine.position import Position, Status
from account_engine.story import Line
from cpt.scenarios.names import Names
from package_format.scenario import Expect


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
    expect: Expect, state: ContactState, scene: Scene, names: Names
) -> tuple[str, ...]:
    """Return what is expected and is not so, a sentence each."""
    found = (
        *_of_effects(expect, scene, names),
        *_of_positions(expect, state, scene, names),
        *_of_contact(expect, state, names),
    )
    if expect.sent is not None:
        scene.looked = len(scene.effects)
    return found


def _of_effects(expect: Expect, scene: Scene, names: Names) -> Iterator[str]:
    def resources(kind: EffectKind, since: int) -> list[str]:
        return [effect.resource for effect in scene.effects[since:] if effect.kind is kind]

    lately = resources(EffectKind.EMAIL, scene.looked)
    heard = f"sent since then: {', '.join(map(names.label, lately)) or 'nothing'}"
    for email in expect.sent or ():
        if names.full("email", email) not in lately:
            yield f"{email} was not sent; {heard}"
    for email in expect.not_sent or ():
        if names.full("email", email) in lately:
            yield f"{email} was sent"
    tasks = resources(EffectKind.TASK, 0)
    for task in expect.task or ():
        if names.full("task", task) not in tasks:
            yield f"no task {task} was handed out"


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
    for entry in expect.field or ():
        value = contact.values.get(names.full("field", entry.field))
        if value != entry.value:
            shown = "empty" if value is None else repr(value)
            yield f"the field {entry.field} is {shown}, not {entry.value!r}"
