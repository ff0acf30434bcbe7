"""Scenarios: the model of an author's story about one contact, in virtual time.

A story is a list of steps: what happens to the contact, how time passes, and what is expected by
then. It may be told of several contacts, with several sets of parameters, and it may begin on an
older version of the package and come to this one in the middle. Running one is the business of
`cpt.scenarios`; here is only what an author may write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Self, TypeAlias, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from package_format.campaign.timers import Duration
from package_format.forms import STEP
from package_format.happenings import (
    HAPPENINGS,
    ApplyTag,
    Buy,
    Call,
    FieldValue,
    FieldValues,
    Happens,
    Moment,
    RemoveTag,
    SetFields,
    Short,
    StoryStep,
    Submit,
)
from package_format.kinds.model import Json, Key, Model, Path, RefTo, any_of
from package_format.versions import InvalidVersionError, Range

__all__ = [
    "STORY_STEPS", "Advance", "AdvanceTo", "ApplyTag", "Buy", "Call", "Expect", "FieldValue",
    "FieldValues", "Handed", "Happens", "Mailed", "Moment", "RemoveTag", "Scenario", "SetFields",
    "Short", "StoryStep", "Submit", "Upgrade", "Waiting",
]  # fmt: skip

_Step = TypeVar("_Step", bound=StoryStep)

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]


def _one_or_many(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _with_moments(name: str) -> BeforeValidator:
    """Read ``{confirmed: 2026-03-02T09:00}`` as ``[{email: confirmed, at: …}]``.

    Args:
        name: What the model calls what stands before the colon.
    """

    def read(value: object) -> object:
        if not isinstance(value, list | tuple):
            value = [value]
        return [inner for item in value for inner in expanded(item)]

    def expanded(item: object) -> list[object]:
        if not isinstance(item, Mapping) or name in item:
            return [item]
        return [
            key if moment is None else {name: key, "at": moment} for key, moment in item.items()
        ]

    return BeforeValidator(read)


Person = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""The address of somebody of the account."""


class Mailed(Model):
    """An email and the moment at which it was sent, in the contact's own time."""

    email: Annotated[str, RefTo("email")]
    at: Moment


class Handed(Model):
    """A task's template, and to whom and at which moment the task was handed out.

    Attributes:
        task: The template.
        at: The moment, in the contact's own time, if it matters.
        to: The address of the person, if it matters: the owner, or who has the role.
    """

    task: Annotated[str, RefTo("task")]
    at: Moment | None = None
    to: Person | None = None


Emails = Annotated[
    tuple[Annotated[str, RefTo("email")], ...], BeforeValidator(_one_or_many), Field(min_length=1)
]
Sent = Annotated[
    tuple[Annotated[str, RefTo("email")] | Mailed, ...],
    _with_moments("email"),
    Field(min_length=1),
]
Tags = Annotated[
    tuple[Annotated[str, RefTo("tag")], ...], BeforeValidator(_one_or_many), Field(min_length=1)
]
Tasks = Annotated[
    tuple[Annotated[str, RefTo("task")] | Handed, ...],
    _with_moments("task"),
    Field(min_length=1),
]
Stages = Annotated[
    tuple[Annotated[str, RefTo("stage")], ...], BeforeValidator(_one_or_many), Field(min_length=1)
]
NodeName = Annotated[str, StringConstraints(pattern=STEP.pattern, max_length=194)]
"""A node (``remind``) or a step (``remind.nudge``), after its campaign's key where a package has
several campaigns (``follow-up.remind``)."""
NodeNames = Annotated[tuple[NodeName, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
Names = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=200)], ...],
    BeforeValidator(_one_or_many),
    Field(min_length=1),
]


class Reached(Model):
    """A lead score and the points that the contact has of it."""

    score: Annotated[str, RefTo("score")]
    points: Annotated[int, Field(ge=0)]


def _by_score(value: object) -> object:
    """Read ``{warmth: 15}`` as the list ``[{score: warmth, points: 15}]`` that it means."""
    if not isinstance(value, Mapping):
        return value
    return [{"score": score, "points": points} for score, points in value.items()]


Scores = Annotated[tuple[Reached, ...], BeforeValidator(_by_score), Field(min_length=1)]


class Waiting(Model):
    """A node or step and the moment at which the contact goes on from there."""

    node: NodeName
    at: Moment


class Advance(StoryStep):
    """Time passes, and everything that falls due happens."""

    word = "advance"
    shorthand = "by"

    by: Duration

    @field_validator("by")
    @classmethod
    def _is_forward(cls, by: Duration) -> Duration:
        if by.count <= 0:
            raise ValueError("time only goes forward")
        return by


class AdvanceTo(StoryStep):
    """Time passes until a moment, in the contact's own time."""

    word = "advance-to"
    shorthand = "moment"

    moment: Moment


class Upgrade(StoryStep):
    """The account goes on to this version, and the contact comes along: ``- upgrade``."""

    word = "upgrade"


class Expect(StoryStep):
    """What must be so at this point of the story.

    Attributes:
        sent: Emails that were sent since the expectation before, or since the story began; with
            the moment, if it matters: ``sent: {confirmed: 2026-03-02T09:00}``.
        not_sent: Emails that were not sent since then.
        in_: Nodes where the contact stands, or steps at which they wait.
        not_in: Nodes where the contact does not stand.
        queued: Nodes where the contact is queued until a goal moves them (C7).
        achieved: Goals that the contact has achieved in this story.
        done: Nodes that the contact has been in and stands in no longer.
        due: Nodes or steps where the contact waits, and until when.
        tagged: Tags that the contact carries.
        not_tagged: Tags that the contact does not carry.
        task: Task templates from which somebody was given a task; with the moment, if it
            matters (``task: {call: 2026-03-02T09:00}``), or the person (``task: {task: call,
            to: eva@example.com}``).
        posted: What was handed to something outside the account, such as an HTTP endpoint.
        field: Values of the contact's fields; an empty value for an empty field.
        owner: The address of the person to whom the contact belongs.
        score: The points that the contact has of lead scores: ``score: {warmth: 15}``.
        stage: Pipeline stages in which an opportunity of the contact stands.
    """

    word = "expect"

    sent: Sent | None = None
    not_sent: Emails | None = None
    in_: NodeNames | None = None
    not_in: NodeNames | None = None
    queued: NodeNames | None = None
    achieved: NodeNames | None = None
    done: NodeNames | None = None
    due: Annotated[tuple[Waiting, ...], _with_moments("node"), Field(min_length=1)] | None = None
    tagged: Tags | None = None
    not_tagged: Tags | None = None
    task: Tasks | None = None
    posted: Names | None = None
    field: FieldValues | None = None
    owner: Person | None = None
    score: Scores | None = None
    stage: Stages | None = None

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("an expectation expects something, such as sent or in")
        return self


_EVERY: tuple[type[StoryStep], ...] = (*HAPPENINGS, Advance, AdvanceTo, Upgrade, Expect)

STORY_STEPS: Mapping[str, type[StoryStep]] = {model.word: model for model in _EVERY}
"""Every step that a story may have, by its word."""

if TYPE_CHECKING:
    AnyStoryStep: TypeAlias = StoryStep
else:
    AnyStoryStep = any_of(STORY_STEPS.values(), "story-step")


class Contact(Model):
    """One of several contacts of whom a story is told.

    Attributes:
        key: What tells them apart.
        fields: Their fields, over those of the scenario's `contact`.
    """

    key: Key
    fields: FieldValues = ()


class Setting(Model):
    """One of several sets of parameters with which a story is told."""

    key: Key
    values: dict[str, Json] = {}


def _people(value: object) -> object:
    return _by_key(value, "fields")


def _settings(value: object) -> object:
    """Read one set of parameters, or several by their keys."""
    if isinstance(value, Mapping) and not (
        value and all(isinstance(inner, Mapping) for inner in value.values())
    ):
        return [{"key": "given", "values": value}]
    return _by_key(value, "values")


def _by_key(value: object, inner: str) -> object:
    """Read ``{ada: {…}}`` as ``[{key: ada, …}]``; those of a plain list are called by number."""
    if isinstance(value, Mapping):
        return [{"key": key, inner: given} for key, given in value.items()]
    if not isinstance(value, list | tuple):
        return value
    return [
        item if isinstance(item, Mapping) and inner in item else {"key": str(number), inner: item}
        for number, item in enumerate(value, 1)
    ]


class Scenario(Model):
    """A story about one contact, or about each of several.

    Attributes:
        title: What the story is about.
        contact: The contact's fields at its beginning; ``time_zone`` is UTC unless it is given.
        contacts: Of whom the story is told, each by a key: ``contacts: {ada: {email: …}}``.
        parameters: The values of the package's parameters; or several sets of them, by a key each.
        installed: The version (or range) on which the story begins, until its step ``upgrade``.
        starts: When it begins, in the contact's own time.
        story: What happens, in order.
    """

    title: Line
    contact: FieldValues = ()
    contacts: Annotated[tuple[Contact, ...], BeforeValidator(_people)] = ()
    parameters: Annotated[tuple[Setting, ...], BeforeValidator(_settings)] = ()
    installed: str | None = None
    starts: Moment
    story: Annotated[tuple[AnyStoryStep, ...], Field(min_length=1)]

    @field_validator("story", mode="before")
    @classmethod
    def _bare_words(cls, value: object) -> object:
        """Read a bare word as a step of which nothing else is said: ``- upgrade``."""
        if not isinstance(value, list | tuple):
            return value
        return [{item: {}} if isinstance(item, str) else item for item in value]

    @field_validator("installed")
    @classmethod
    def _is_a_range(cls, installed: str | None) -> str | None:
        if installed is not None:
            try:
                Range.parse(installed)
            except InvalidVersionError as error:
                raise ValueError(str(error)) from None
        return installed

    @model_validator(mode="after")
    def _upgrades_once(self) -> Self:
        upgrades = sum(isinstance(step, Upgrade) for step in self.story)
        if upgrades > 1:
            raise ValueError("a story comes to this version once")
        if upgrades and self.installed is None:
            raise ValueError("a story with an upgrade says which version is installed before it")
        if self.installed is not None and not upgrades:
            raise ValueError("a story that begins on an older version has a step upgrade")
        keys = [one.key for one in self.contacts]
        if len(set(keys)) < len(keys):
            raise ValueError("two contacts have the same key")
        return self

    @property
    def values(self) -> Mapping[str, Json]:
        """The contact's fields at the beginning, by name or reference."""
        return {entry.field: entry.value for entry in self.contact}

    @property
    def told_before(self) -> int:
        """How many steps are told of the older version; what they name is in that one."""
        if self.installed is None:
            return 0
        return next(i for i, step in enumerate(self.story) if isinstance(step, Upgrade))

    @property
    def expectations(self) -> Iterator[tuple[int, Expect]]:
        """What is expected, each with its place in the story."""
        return self._steps(Expect)

    @property
    def submissions(self) -> Iterator[tuple[int, Submit]]:
        """The forms that are sent in, each with its place in the story."""
        return self._steps(Submit)

    @property
    def advances(self) -> Iterator[tuple[int, AdvanceTo]]:
        """The moments that time advances to, each with its place in the story."""
        return self._steps(AdvanceTo)

    def _steps(self, sort: type[_Step]) -> Iterator[tuple[int, _Step]]:
        return ((place, step) for place, step in enumerate(self.story) if isinstance(step, sort))

    def is_of_older(self, path: Path) -> bool:
        """Whether what stands at a path is about the older version on which the story begins."""
        match path:
            case ("story", int(index), *_):
                return index < self.told_before
            case _:
                return self.installed is not None and path[:1] in (("contact",), ("contacts",))
