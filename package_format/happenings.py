"""Happenings: what can happen to the contact of a scenario, each a word of the author's.

Everything that a campaign can listen for can happen: ``happens: {link-clicked: course-page}`` is
read by the trigger's own model, so that a new trigger is usable at once. The usual ones have a
shorter word as well (``click: course-page``), which is a row of `SHORT_WORDS`.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from package_format.campaign.conditions import Scalar
from package_format.campaign.triggers import TRIGGERS, AnyTrigger, ApiName, Trigger
from package_format.kinds.model import Model, Named, RefTo


def _no_number(moment: object) -> object:
    """A number would be read as seconds since 1970."""
    if isinstance(moment, int | float):
        raise PydanticCustomError("datetime_type", "a date and time is needed")
    return moment


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
Moment = Annotated[dt.datetime, BeforeValidator(_no_number), AfterValidator(_no_zone)]


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
    """A program calls an API goal by its name.

    Attributes:
        integration: Who calls, as the goal has it.
        call: What is called.
    """

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
    """The contact buys a product; what has a category is heard as one of it.

    Attributes:
        product: What they buy.
        quantity: How many of it.
    """

    word = "buy"
    shorthand = "product"

    product: Annotated[str, RefTo("product")]
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1


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


class Happens(StoryStep):
    """Anything that a campaign can listen for: ``happens: {link-clicked: course-page}``.

    Attributes:
        event: The trigger that hears it; what narrows the trigger says what the event is about.
        values: What the contact fills in along with it.
    """

    word = "happens"

    event: AnyTrigger
    values: FieldValues = ()

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, value: object) -> object:
        """Take the word off; what stands under it is an event, unless it is canonical data."""
        if not (isinstance(value, Mapping) and set(value) == {"happens"}):
            return value
        inner = value["happens"]
        if isinstance(inner, Mapping) and "event" not in inner and "values" in inner:
            rest = {name: given for name, given in inner.items() if name != "values"}
            return {"event": rest, "values": inner["values"]}
        return inner if isinstance(inner, Mapping) and "event" in inner else {"event": inner}


class Short(StoryStep):
    """The base of the steps that are a short word for a trigger's event.

    Attributes:
        trigger: The trigger's word.
    """

    trigger: ClassVar[str]

    @property
    def event(self) -> Trigger:
        """The trigger that hears it."""
        model = TRIGGERS[self.trigger].model
        return model.model_validate({self.trigger: self.canonical()[self.word]})


SHORT_WORDS: Mapping[str, str] = {
    "submit-page": "landing-page-submitted",
    "submit-internal-form": "internal-form-submitted",
    "submit-social-form": "social-form-submitted",
    "submit-lead-card": "lead-card-submitted",
    "click": "link-clicked",
    "open": "email-opened",
    "bounce": "email-bounced",
    "opt-out": "opted-out",
    "fail-to-buy": "purchase-failed",
    "end-subscription": "subscription-ended",
    "note": "note-applied",
    "complete-task": "task-completed",
    "move-opportunity": "opportunity-moved",
    "reach-score": "lead-score-reached",
    "book": "appointment-booked",
    "cancel": "appointment-cancelled",
}
"""The triggers' words by the shorter ones that a story has for their events."""


def _short(word: str, trigger: type[Trigger]) -> type[Short]:
    """Return the step that is a short word for a trigger's event; its fields are the trigger's."""
    name = "".join(part.capitalize() for part in word.split("-"))
    body = {
        "__module__": __name__,
        "__doc__": trigger.__doc__,
        "word": word,
        "trigger": trigger.word,
        "shorthand": trigger.shorthand,
    }
    made = types.new_class(name, (Short, trigger), {}, lambda space: space.update(body))
    assert issubclass(made, Short)  # noqa: S101  it is the first of its bases
    return made


SHORT_STEPS: Mapping[str, type[Short]] = {
    word: _short(word, TRIGGERS[trigger].model)
    for word, trigger in SHORT_WORDS.items()
    if trigger in TRIGGERS
}
"""The steps that are short words, by them."""

HAPPENINGS: tuple[type[StoryStep], ...] = (
    Submit, ApplyTag, RemoveTag, Call, Buy, SetFields, Happens, *SHORT_STEPS.values(),
)  # fmt: skip
"""Everything that can happen to the contact of a scenario."""
