"""Triggers: everything a campaign's goals can listen for. One row a trigger.

A trigger's model holds what narrows it. An event has the trigger's word and *attributes*; a trigger
is met when every attribute that its model names is equal to the event's. Adding a trigger is adding
a model and a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import StringConstraints

from package_format.kinds.model import Named, RefTo, any_of

ApiName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


class Trigger(Named):
    """The base of all triggers."""


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


class WebFormSubmitted(Trigger):
    """The contact sent in a web form."""

    word = "web-form-submitted"
    shorthand = "form"

    form: Annotated[str, RefTo("form")]


class ProductPurchased(Trigger):
    """The contact bought a product; one order is one event."""

    word = "product-purchased"
    shorthand = "product"

    product: Annotated[str, RefTo("product")]


class FieldChanged(Trigger):
    """A contact's field got another value."""

    word = "field-changed"
    shorthand = "field"

    field: Annotated[str, RefTo("field")]


class ApiCalled(Trigger):
    """A program called the goal by its name (``FunnelService.achieveGoal`` of old)."""

    word = "api-called"

    integration: ApiName
    call: ApiName


@dataclass(frozen=True)
class TriggerKind:
    """A row of the table.

    Attributes:
        model: What narrows the trigger; its `word` is the trigger's name.
        title: A few words for pictures and pages.
        feature: The account feature it needs, if any.
    """

    model: type[Trigger]
    title: str
    feature: str | None = None


TRIGGERS: Mapping[str, TriggerKind] = {
    row.model.word: row
    for row in (
        TriggerKind(TagApplied, "Tag applied"),
        TriggerKind(TagRemoved, "Tag removed"),
        TriggerKind(WebFormSubmitted, "Web form", "web-forms"),
        TriggerKind(ProductPurchased, "Purchase", "ecommerce"),
        TriggerKind(FieldChanged, "Field changed"),
        TriggerKind(ApiCalled, "API call", "api"),
    )
}
"""Every trigger, by its word."""

if TYPE_CHECKING:
    AnyTrigger: TypeAlias = Trigger
else:
    AnyTrigger = any_of([row.model for row in TRIGGERS.values()], "trigger")
