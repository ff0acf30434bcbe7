"""Actions: everything a step can do. One row an action.

An action's model holds what it needs to know; what doing it means for a contact is the engine's
business (`account_engine.language.actions`). Adding an action is adding a model and a row here, and
its meaning there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

from pydantic import model_validator

from package_format.campaign.conditions import Scalar
from package_format.campaign.timers import Duration
from package_format.kinds.model import Model, Named, RefTo, any_of


class ToRole(Model):
    """One of the people who have a role; the same one for a contact each time at that node.

    Attributes:
        role: The role.
    """

    role: Annotated[str, RefTo("role")]


Person: TypeAlias = Literal["owner"] | ToRole
"""Who is asked to do something: the contact's owner, or somebody who has a role."""


class Action(Named):
    """The base of all actions."""


class SendEmail(Action):
    """Send the contact an email, if they consent to it (C13)."""

    word = "send-email"
    shorthand = "email"

    email: Annotated[str, RefTo("email")]


class SendLetter(Action):
    """Send the contact a letter, if they consent to it (C13)."""

    word = "send-letter"
    shorthand = "letter"

    letter: Annotated[str, RefTo("letter")]


class SendFax(Action):
    """Send the contact a fax, if they consent to it (C13)."""

    word = "send-fax"
    shorthand = "fax"

    fax: Annotated[str, RefTo("fax")]


class PhoneCall(Action):
    """Ask somebody to call the contact, if they consent to it (C13).

    Attributes:
        script: What the caller has before them.
        to: Who calls.
        due: How long after the step the call is due.
    """

    word = "phone-call"
    shorthand = "script"

    script: Annotated[str, RefTo("phone-script")]
    to: Person = "owner"
    due: Duration | None = None


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


class AddNote(Action):
    """Write a note about the contact."""

    word = "add-note"
    shorthand = "note"

    note: Annotated[str, RefTo("note")]


class CreateTask(Action):
    """Give somebody something to do for the contact.

    Attributes:
        task: The task's template.
        to: Who is to do it.
        due: How long after its creation the task is due.
    """

    word = "create-task"
    shorthand = "task"

    task: Annotated[str, RefTo("task")]
    to: Person = "owner"
    due: Duration | None = None


class CompleteTask(Action):
    """Tick off the contact's open tasks that were made from a template."""

    word = "complete-task"
    shorthand = "task"

    task: Annotated[str, RefTo("task")]


class AssignOwner(Action):
    """Make somebody who has a role the contact's owner."""

    word = "assign-owner"
    shorthand = "role"

    role: Annotated[str, RefTo("role")]


class CreateOpportunity(Action):
    """Open an opportunity of the contact.

    Attributes:
        stage: The stage in which it begins.
    """

    word = "create-opportunity"
    shorthand = "stage"

    stage: Annotated[str, RefTo("stage")]


class MoveOpportunity(Action):
    """Move the contact's newest opportunity of a pipeline to another of its stages.

    Attributes:
        stage: The stage that it goes to.
    """

    word = "move-opportunity"
    shorthand = "stage"

    stage: Annotated[str, RefTo("stage")]


class AddToFulfilmentList(Action):
    """Put the contact on a fulfilment list."""

    word = "add-to-fulfilment-list"
    shorthand = "list"

    list: Annotated[str, RefTo("fulfilment-list")]


class SetField(Action):
    """Set a contact's field: to a literal, to another field's value, or to today.

    Attributes:
        field: The field.
        value: A literal; never a template.
        from_: The field whose value is copied.
        now: True for the present date.
        plus: Added to the date that is set; alone, to the date that the field has.
    """

    word = "set-field"

    field: Annotated[str, RefTo("field")]
    value: Scalar | None = None
    from_: Annotated[str, RefTo("field")] | None = None
    now: Literal[True] | None = None
    plus: Duration | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        sources = [x for x in (self.value, self.from_, self.now) if x is not None]
        if len(sources) > 1 or not (sources or self.plus):
            raise ValueError("set-field has exactly one of value, from and now, or plus")
        if self.plus is not None and self.value is not None:
            raise ValueError("plus goes with from or now, or stands alone; write the sum as value")
        if self.plus is not None and self.plus.unit in ("minute", "hour"):
            raise ValueError("a field holds a date; plus counts in days or longer")
        return self


class HttpPost(Action):
    """Tell a program elsewhere of the contact."""

    word = "http-post"
    shorthand = "endpoint"

    endpoint: Annotated[str, RefTo("endpoint")]


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
        ActionKind(SendLetter, "Send letter", feature="letters"),
        ActionKind(SendFax, "Send fax", feature="faxes"),
        ActionKind(PhoneCall, "Make phone call", feature="calls"),
        ActionKind(ApplyTag, "Apply tag", causes=("tag-applied",)),
        ActionKind(RemoveTag, "Remove tag", causes=("tag-removed",)),
        ActionKind(AddNote, "Add note", causes=("note-applied",), feature="notes"),
        ActionKind(CreateTask, "Create task", feature="tasks"),
        ActionKind(CompleteTask, "Complete task", causes=("task-completed",), feature="tasks"),
        ActionKind(AssignOwner, "Assign owner"),
        ActionKind(
            CreateOpportunity,
            "Create opportunity",
            causes=("opportunity-moved",),
            feature="opportunities",
        ),
        ActionKind(
            MoveOpportunity,
            "Move opportunity",
            causes=("opportunity-moved",),
            feature="opportunities",
        ),
        ActionKind(AddToFulfilmentList, "Add to fulfilment list", feature="fulfilment"),
        ActionKind(SetField, "Set field", causes=("field-changed",)),
        ActionKind(HttpPost, "Send HTTP POST", feature="http-posts"),
    )
}
"""Every action, by its word."""

if TYPE_CHECKING:
    AnyAction: TypeAlias = Action
else:
    AnyAction = any_of([row.model for row in ACTIONS.values()], "action")
