"""Actions: everything a step can do. One row an action.

An action's model holds what it needs to know; what doing it means for a contact is the engine's
business (`account_engine.actions`). Adding an action is adding a model and a row here, and its
meaning there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

from pydantic import model_validator

from package_format.campaign.conditions import Scalar
from package_format.campaign.timers import Duration
from package_format.kinds.model import Named, RefTo, any_of


class Action(Named):
    """The base of all actions."""


class SendEmail(Action):
    """Send the contact an email, if they consent to it (C13)."""

    word = "send-email"
    shorthand = "email"

    email: Annotated[str, RefTo("email")]


class ApplyTag(Action):
    """Put a tag on the contact."""

    word = "apply-tag"
    shorthand = "tag"

    tag: Annotated[str, RefTo("tag")]


class RemoveTag(Action):
    """Take a tag off the contact."""

    word = "remove-tag"
    shorthand = "tag"

    tag: Annotated[str, RefTo("tag")]


class SetField(Action):
    """Set a contact's field to a literal value, or to the present moment.

    Attributes:
        field: The field.
        value: A literal; never a template.
        now: True for the present date instead of a literal.
    """

    word = "set-field"

    field: Annotated[str, RefTo("field")]
    value: Scalar | None = None
    now: Literal[True] | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.value is None) == (self.now is None):
            raise ValueError("set-field has exactly one of value and now")
        return self


class CreateTask(Action):
    """Give the contact's owner something to do.

    Attributes:
        task: The task's template.
        due: How long after its creation the task is due.
    """

    word = "create-task"
    shorthand = "task"

    task: Annotated[str, RefTo("task")]
    due: Duration | None = None


@dataclass(frozen=True)
class ActionKind:
    """A row of the table.

    Attributes:
        model: What the action needs to know; its `word` is the action's name.
        title: A few words for pictures and pages.
        causes: The words of the triggers whose events it causes (C10).
        feature: The account feature it needs, if any.
    """

    model: type[Action]
    title: str
    causes: tuple[str, ...] = ()
    feature: str | None = None


ACTIONS: Mapping[str, ActionKind] = {
    row.model.word: row
    for row in (
        ActionKind(SendEmail, "Send email", feature="email"),
        ActionKind(ApplyTag, "Apply tag", causes=("tag-applied",)),
        ActionKind(RemoveTag, "Remove tag", causes=("tag-removed",)),
        ActionKind(SetField, "Set field", causes=("field-changed",)),
        ActionKind(CreateTask, "Create task", feature="tasks"),
    )
}
"""Every action, by its word."""

if TYPE_CHECKING:
    AnyAction: TypeAlias = Action
else:
    AnyAction = any_of([row.model for row in ACTIONS.values()], "action")
