"""Triggers: everything a campaign's goals can listen for. One row a trigger.

A trigger's model holds what narrows it; what is left out narrows nothing. An event has the
trigger's word and *attributes*; what meets what is the engine's business
(`account_engine.language.matching`). Adding a trigger is adding a model and a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Self, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from package_format.contact_fields import Channel
from package_format.forms import API_NAME, FOREIGN_NAME
from package_format.kinds.model import Key, Named, RefTo, Text, any_of

ApiName = Annotated[str, StringConstraints(pattern=API_NAME.pattern)]
ForeignName = Annotated[str, StringConstraints(pattern=FOREIGN_NAME.pattern, max_length=200)]
"""What something is called in a system that is no account's."""


def _one_or_many(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


Sequences = Annotated[tuple[Key, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
"""Keys of sequences of the same campaign."""


class Trigger(Named):
    """The base of all triggers."""

    compared: ClassVar[tuple[str, ...]] = ()
    """The fields that are not simply equal to the event's attribute of their name."""

    @property
    def narrowing(self) -> dict[str, str]:
        """The attributes that an event has to have, by name: what it is about."""
        names = (name for name in type(self).model_fields if name not in self.compared)
        return {
            type(self).model_fields[name].alias or name: str(value)
            for name in names
            if (value := getattr(self, name)) is not None
        }


class TagApplied(Trigger):
    """The contact got a tag that they did not have."""

    word = "tag-applied"
    shorthand = "tag"

    tag: Annotated[str, RefTo("tag")]


class TagRemoved(Trigger):
    """The contact lost a tag."""

    word = "tag-removed"
    shorthand = "tag"

    tag: Annotated[str, RefTo("tag")]


class NoteApplied(Trigger):
    """Somebody wrote a note about the contact, or a step did."""

    word = "note-applied"
    shorthand = "note"

    note: Annotated[str, RefTo("note")]


class InternalFormSubmitted(Trigger):
    """Somebody of the account filled in an internal form about the contact."""

    word = "internal-form-submitted"
    shorthand = "form"

    form: Annotated[str, RefTo("internal-form")]


class TaskCompleted(Trigger):
    """A task about the contact was done."""

    word = "task-completed"
    shorthand = "task"

    task: Annotated[str, RefTo("task")]


class OpportunityMoved(Trigger):
    """An opportunity of the contact came to a stage; a new one comes to its first.

    Attributes:
        stage: The stage it came to.
        from_: The stage it came from.
    """

    word = "opportunity-moved"
    shorthand = "stage"

    stage: Annotated[str, RefTo("stage")]
    from_: Annotated[str, RefTo("stage")] | None = None


class WebFormSubmitted(Trigger):
    """The contact sent in a web form."""

    word = "web-form-submitted"
    shorthand = "form"

    form: Annotated[str, RefTo("form")]


class LandingPageSubmitted(Trigger):
    """The contact sent in the form of a landing page."""

    word = "landing-page-submitted"
    shorthand = "page"

    page: Annotated[str, RefTo("page")]


class LinkClicked(Trigger):
    """The contact followed a tracked link.

    Attributes:
        link: The link.
        in_: The sequences of this campaign of which one has to have sent the message.
    """

    word = "link-clicked"
    shorthand = "link"
    compared = ("in_",)

    link: Annotated[str, RefTo("link")]
    in_: Sequences | None = None


class LeadScoreReached(Trigger):
    """The contact's score rose to so many points, or over them; losing points is no event.

    Attributes:
        score: The score.
        at_least: The points.
    """

    word = "lead-score-reached"
    compared = ("at_least",)

    score: Annotated[str, RefTo("score")]
    at_least: Annotated[int, Field(ge=1)]


class ProductPurchased(Trigger):
    """The contact bought something; one order is one event, whatever its lines.

    Attributes:
        product: The product that one of the order's lines has to be.
        category: The category that a line's product has to be in.
        at_least: How many of them the order has to have, over all such lines.
    """

    word = "product-purchased"
    shorthand = "product"
    compared = ("at_least",)

    product: Annotated[str, RefTo("product")] | None = None
    category: Text | None = None
    at_least: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _is_about_one(self) -> Self:
        if (self.product is None) == (self.category is None):
            raise ValueError("product-purchased has exactly one of product and category")
        return self


class SocialFormSubmitted(Trigger):
    """The contact sent in a form on a social network (GroSocial).

    Attributes:
        form: What the form is called there.
    """

    word = "social-form-submitted"
    shorthand = "form"

    form: ForeignName


class LeadCardSubmitted(Trigger):
    """The contact sent in a lead card of an advertisement (Twitter lead gen card).

    Attributes:
        card: What the card is called there.
    """

    word = "lead-card-submitted"
    shorthand = "card"

    card: ForeignName


class ApiCalled(Trigger):
    """A program called the goal by its name (``FunnelService.achieveGoal`` of old).

    Attributes:
        integration: Whose program it is.
        call: What it calls.
    """

    word = "api-called"

    integration: ApiName
    call: ApiName


class EmailOpened(Trigger):
    """The contact opened an email.

    Attributes:
        email: The email.
        in_: The sequences of this campaign of which one has to have sent it.
    """

    word = "email-opened"
    shorthand = "email"
    compared = ("in_",)

    email: Annotated[str, RefTo("email")]
    in_: Sequences | None = None


class EmailBounced(Trigger):
    """An email to the contact came back.

    Attributes:
        email: The email; any, when left out.
    """

    word = "email-bounced"
    shorthand = "email"

    email: Annotated[str, RefTo("email")] | None = None


class OptedOut(Trigger):
    """The contact refused to be reached by a channel that they had allowed (C13).

    Attributes:
        channel: The channel; any, when left out.
    """

    word = "opted-out"
    shorthand = "channel"

    channel: Channel | None = None


class PurchaseFailed(Trigger):
    """A payment of the contact was refused.

    Attributes:
        product: What they wanted to buy; anything, when left out.
    """

    word = "purchase-failed"
    shorthand = "product"

    product: Annotated[str, RefTo("product")] | None = None


class SubscriptionEnded(Trigger):
    """A subscription of the contact ended.

    Attributes:
        product: The product they had subscribed to; any, when left out.
    """

    word = "subscription-ended"
    shorthand = "product"

    product: Annotated[str, RefTo("product")] | None = None


class AppointmentBooked(Trigger):
    """The contact booked an appointment."""

    word = "appointment-booked"
    shorthand = "appointment"

    appointment: Annotated[str, RefTo("appointment")]


class AppointmentCancelled(Trigger):
    """The contact's appointment was called off, by whomever."""

    word = "appointment-cancelled"
    shorthand = "appointment"

    appointment: Annotated[str, RefTo("appointment")]


class FieldChanged(Trigger):
    """A contact's field got another value."""

    word = "field-changed"
    shorthand = "field"

    field: Annotated[str, RefTo("field")]


@dataclass(frozen=True)
class TriggerKind:
    """A row of the table.

    Attributes:
        model: What narrows the trigger; its `word` is the trigger's name.
        title: A few words for pictures and pages.
        feature: The account feature it needs, if any.
        saves: The attributes of its events that a goal's `save` can put into a contact's field; of
            a resource, what people call it.
    """

    model: type[Trigger]
    title: str
    feature: str | None = None
    saves: tuple[str, ...] = ()


TRIGGERS: Mapping[str, TriggerKind] = {
    row.model.word: row
    for row in (
        TriggerKind(TagApplied, "Tag applied", saves=("tag",)),
        TriggerKind(TagRemoved, "Tag removed", saves=("tag",)),
        TriggerKind(NoteApplied, "Note applied", "notes", ("note",)),
        TriggerKind(InternalFormSubmitted, "Internal form", "internal-forms", ("form",)),
        TriggerKind(TaskCompleted, "Task completed", "tasks", ("task", "outcome")),
        TriggerKind(
            OpportunityMoved, "Opportunity moved", "opportunities", ("stage", "from", "opportunity")
        ),
        TriggerKind(WebFormSubmitted, "Web form", "web-forms", ("form",)),
        TriggerKind(LandingPageSubmitted, "Landing page", "landing-pages", ("page",)),
        TriggerKind(LinkClicked, "Link clicked", "tracked-links", ("link",)),
        TriggerKind(LeadScoreReached, "Lead score", "lead-scores", ("score", "points")),
        TriggerKind(
            ProductPurchased,
            "Purchase",
            "ecommerce",
            ("product", "category", "quantity", "total", "order"),
        ),
        TriggerKind(SocialFormSubmitted, "Social form", "social-forms", ("form",)),
        TriggerKind(LeadCardSubmitted, "Lead card", "lead-cards", ("card",)),
        TriggerKind(FieldChanged, "Field changed", saves=("field",)),
        TriggerKind(ApiCalled, "API call", "api", ("integration", "call")),
        TriggerKind(EmailOpened, "Email opened", "email", ("email",)),
        TriggerKind(EmailBounced, "Email bounced", "email", ("email", "reason")),
        TriggerKind(OptedOut, "Opted out", saves=("channel",)),
        TriggerKind(
            PurchaseFailed, "Purchase failed", "ecommerce", ("product", "total", "order", "reason")
        ),
        TriggerKind(SubscriptionEnded, "Subscription ended", "ecommerce", ("product", "reason")),
        TriggerKind(
            AppointmentBooked, "Appointment booked", "appointments", ("appointment", "date")
        ),
        TriggerKind(
            AppointmentCancelled, "Appointment cancelled", "appointments", ("appointment", "date")
        ),
    )
}
"""Every trigger, by its word."""

if TYPE_CHECKING:
    AnyTrigger: TypeAlias = Trigger
else:
    AnyTrigger = any_of([row.model for row in TRIGGERS.values()], "trigger")
