"""Scenarios: the model of an author's story about one contact, in virtual time.

A story is a list of steps: what happens to the contact, how time passes, and what is expected by
then. Running one is the business of `cpt.scenarios`; here is only what an author may write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from package_format.campaign.conditions import Scalar
from package_format.campaign.timers import Duration
from package_format.campaign.triggers import ApiName
from package_format.kinds.model import Json, Model, Named, RefTo, any_of
from package_format.references import KEY_PATTERN

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]


def _one_or_many(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _no_zone(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is not None:
        raise ValueError("a scenario's times are in the contact's own time; leave out the zone")
    return moment


def _by_field(value: object) -> object:
    """Read ``{field: value}`` as the list ``[{field, value}]`` that it means."""
    if not isinstance(value, Mapping):
        return value
    return [{"field": field, "value": inner} for field, inner in value.items()]


class FieldValue(Model):
    """A contact's field and its value.

    Attributes:
        field: A built-in field's name or a reference to a custom field.
        value: The value; None where the field is, or shall be, empty.
    """

    field: Annotated[str, RefTo("field")]
    value: Scalar | None = None


FieldValues = Annotated[tuple[FieldValue, ...], BeforeValidator(_by_field)]
Moment = Annotated[dt.datetime, AfterValidator(_no_zone)]
Emails = Annotated[
    tuple[Annotated[str, RefTo("email")], ...], BeforeValidator(_one_or_many), Field(min_length=1)
]
Tags = Annotated[
    tuple[Annotated[str, RefTo("tag")], ...], BeforeValidator(_one_or_many), Field(min_length=1)
]
Tasks = Annotated[
    tuple[Annotated[str, RefTo("task")], ...], BeforeValidator(_one_or_many), Field(min_length=1)
]
NodeName = Annotated[
    str, StringConstraints(pattern=rf"^{KEY_PATTERN}(?:\.{KEY_PATTERN}){{0,2}}$", max_length=194)
]
"""A node (``remind``) or a step (``remind.nudge``), after its campaign's key where a package has
several campaigns (``follow-up.remind``)."""
NodeNames = Annotated[tuple[NodeName, ...], BeforeValidator(_one_or_many), Field(min_length=1)]


class StoryStep(Named):
    """The base of a story's steps."""

    sort: ClassVar[str] = "story step"


class Submit(StoryStep):
    """The contact sends in a web form.

    Attributes:
        form: The form.
        values: What the contact fills in.
    """

    word = "submit"
    shorthand = "form"

    form: Annotated[str, RefTo("form")]
    values: FieldValues = ()


class ApplyTag(StoryStep):
    """Somebody puts a tag on the contact."""

    word = "apply-tag"
    shorthand = "tag"

    tag: Annotated[str, RefTo("tag")]


class RemoveTag(StoryStep):
    """Somebody takes a tag off the contact."""

    word = "remove-tag"
    shorthand = "tag"

    tag: Annotated[str, RefTo("tag")]


class Call(StoryStep):
    """A program calls an API goal by its name."""

    word = "call"

    integration: ApiName
    call: ApiName

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: object) -> object:
        """Take the word off, which is also the name of a field."""
        if isinstance(value, Mapping) and set(value) == {"call"}:
            return value["call"]
        return value


class Buy(StoryStep):
    """The contact buys a product."""

    word = "buy"
    shorthand = "product"

    product: Annotated[str, RefTo("product")]


class SetFields(StoryStep):
    """Somebody changes the contact's fields: ``set: {webinar_date: 2026-03-10}``."""

    word = "set"

    values: Annotated[FieldValues, Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: object) -> object:
        """Take the word off; what stands under it is fields, unless it is canonical data."""
        if not (isinstance(value, Mapping) and set(value) == {"set"}):
            return value
        inner = value["set"]
        if isinstance(inner, Mapping) and isinstance(inner.get("values"), list | tuple):
            return inner
        return {"values": inner}


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


class Expect(StoryStep):
    """What must be so at this point of the story.

    Attributes:
        sent: Emails that were sent since the expectation before, or since the story began.
        not_sent: Emails that were not sent since then.
        in_: Nodes where the contact stands, or steps at which they wait.
        not_in: Nodes where the contact does not stand.
        queued: Nodes where the contact is queued until a goal moves them (C7).
        achieved: Goals that the contact has achieved in this story.
        done: Nodes that the contact has been in and stands in no longer.
        tagged: Tags that the contact carries.
        not_tagged: Tags that the contact does not carry.
        task: Task templates from which the contact's owner was given a task.
        field: Values of the contact's fields; an empty value for an empty field.
    """

    word = "expect"

    sent: Emails | None = None
    not_sent: Emails | None = None
    in_: NodeNames | None = None
    not_in: NodeNames | None = None
    queued: NodeNames | None = None
    achieved: NodeNames | None = None
    done: NodeNames | None = None
    tagged: Tags | None = None
    not_tagged: Tags | None = None
    task: Tasks | None = None
    field: FieldValues | None = None

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("an expectation expects something, such as sent or in")
        return self


STORY_STEPS: Mapping[str, type[StoryStep]] = {
    model.word: model
    for model in (
        Submit, ApplyTag, RemoveTag, Call, Buy, SetFields, Advance, AdvanceTo, Expect,
    )
}  # fmt: skip
"""Every step that a story may have, by its word."""

if TYPE_CHECKING:
    AnyStoryStep: TypeAlias = StoryStep
else:
    AnyStoryStep = any_of(STORY_STEPS.values(), "story-step")


class Scenario(Model):
    """A story about one contact.

    Attributes:
        title: What the story is about.
        contact: The contact's fields at its beginning; ``time_zone`` is UTC unless it is given.
        starts: When it begins, in the contact's own time.
        story: What happens, in order.
    """

    title: Line
    contact: FieldValues = ()
    starts: Moment
    story: Annotated[tuple[AnyStoryStep, ...], Field(min_length=1)]

    @property
    def values(self) -> Mapping[str, Json]:
        """The contact's fields at the beginning, by name or reference."""
        return {entry.field: entry.value for entry in self.contact}
