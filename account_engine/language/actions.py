"""Actions: what each step's action does to a contact. One row an action.

What an action needs to know is said in `package_format.campaign.actions`; here stands what doing it
means: the contact after it, the events it causes (C10), and what is left for others to do (C11). An
action that changes nothing causes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from account_engine.catalogue import NOTHING, Catalogue
from account_engine.contacts import Contact, Value
from account_engine.effects import EffectKind
from account_engine.events import Event
from account_engine.language.conditions import is_missing, read_date
from account_engine.language.facts import moved
from account_engine.language.timers import later, shifted, today, written, zone_of
from account_engine.position import Instant
from package_format.campaign.actions import (
    Action,
    AddNote,
    AddToFulfilmentList,
    ApplyTag,
    AssignOwner,
    CompleteTask,
    CreateOpportunity,
    CreateTask,
    HttpPost,
    MoveOpportunity,
    Person,
    PhoneCall,
    RemoveTag,
    SendEmail,
    SendFax,
    SendLetter,
    SetField,
    ToRole,
)
from package_format.campaign.timers import Duration
from package_format.contact_fields import Channel
from package_format.email_address import is_email_address

_NEEDED: Mapping[Channel, tuple[tuple[str, ...], str]] = {
    Channel.EMAIL: (("email",), "email address"),
    Channel.LETTER: (("street", "city"), "postal address"),
    Channel.FAX: (("fax",), "fax number"),
    Channel.PHONE: (("phone",), "phone number"),
}
"""The fields without which nobody can be reached by a channel, and what they are together."""


@dataclass(frozen=True)
class Order:
    """Something to be done by others, before it has an identity."""

    kind: EffectKind
    resource: str
    due: Instant | None = None
    person: str = ""


@dataclass(frozen=True)
class Done:
    """What an action came to.

    Attributes:
        contact: The contact after it.
        why: What was done, in words; or, if it was passed over, the reason.
        events: What it caused, in order.
        order: What is left for others to do.
        skipped: Whether it was passed over.
    """

    contact: Contact
    why: str
    events: tuple[Event, ...] = ()
    order: Order | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Scene:
    """Where and when an action is done.

    Attributes:
        now: The moment.
        zone: The account's time zone.
        catalogue: What is known of the account's resources.
        node: The id of the node whose step it is.
    """

    now: Instant
    zone: str
    catalogue: Catalogue = NOTHING
    node: int = 0


def perform(action: Action, contact: Contact, scene: Scene) -> Done:
    """Do an action.

    Args:
        action: The action; references in it are ids.
        contact: Whose step it is.
        scene: Where and when.
    """
    return MEANINGS[action.word](action, contact, scene)


def may_reach(contact: Contact, channel: Channel) -> str | None:
    """Return why a contact may not be reached by a channel; None if they may (C13)."""
    if channel in contact.refused:
        return f"opted out of {channel} (C13)"
    fields, called = _NEEDED[channel]
    if any(is_missing(contact.values.get(field)) for field in fields):
        return f"has no {called} (C13)"
    if channel is Channel.EMAIL and not is_email_address(str(contact.values["email"])):
        return "has no valid email address (C13)"
    return None


def with_value(contact: Contact, field: str, value: Value | None) -> Contact | None:
    """Return the contact with another value in a field; None if it is an equal one (C10)."""
    old = contact.values.get(field)
    if (is_missing(old) and is_missing(value)) or (old == value and type(old) is type(value)):
        return None
    values = {name: kept for name, kept in contact.values.items() if name != field}
    if value is not None and not is_missing(value):
        values[field] = value
    return replace(contact, values=values)


# --- messages ---------------------------------------------------------------------------------


def _message(contact: Contact, channel: Channel, order: Order) -> Done:
    kind = order.kind
    if (reason := may_reach(contact, channel)) is not None:
        return Done(contact, f"no {kind} {order.resource}: the contact {reason}", skipped=True)
    return Done(contact, f"sent {kind} {order.resource}", order=order)


def _send_email(action: SendEmail, contact: Contact, _scene: Scene) -> Done:
    return _message(contact, Channel.EMAIL, Order(EffectKind.EMAIL, action.email))


def _send_letter(action: SendLetter, contact: Contact, _scene: Scene) -> Done:
    return _message(contact, Channel.LETTER, Order(EffectKind.LETTER, action.letter))


def _send_fax(action: SendFax, contact: Contact, _scene: Scene) -> Done:
    return _message(contact, Channel.FAX, Order(EffectKind.FAX, action.fax))


def _phone_call(action: PhoneCall, contact: Contact, scene: Scene) -> Done:
    if (reason := may_reach(contact, Channel.PHONE)) is not None:
        return Done(contact, f"no call {action.script}: the contact {reason}", skipped=True)
    order, said = _asked(EffectKind.CALL, action.script, action.to, action.due, contact, scene)
    return Done(contact, f"asked for call {action.script}{said}", order=order)


def _http_post(action: HttpPost, contact: Contact, _scene: Scene) -> Done:
    order = Order(EffectKind.POST, action.endpoint)
    return Done(contact, f"posted to {action.endpoint}", order=order)


def _add_to_list(action: AddToFulfilmentList, contact: Contact, _scene: Scene) -> Done:
    order = Order(EffectKind.FULFILMENT, action.list)
    return Done(contact, f"put on fulfilment list {action.list}", order=order)


# --- tags, notes and fields -------------------------------------------------------------------


def _apply_tag(action: ApplyTag, contact: Contact, _scene: Scene) -> Done:
    if action.tag in contact.tags:
        return Done(contact, f"had tag {action.tag} already")
    tagged = replace(contact, tags=contact.tags | {action.tag})
    return Done(tagged, f"applied tag {action.tag}", (Event("tag-applied", {"tag": action.tag}),))


def _remove_tag(action: RemoveTag, contact: Contact, _scene: Scene) -> Done:
    if action.tag not in contact.tags:
        return Done(contact, f"had no tag {action.tag}")
    untagged = replace(contact, tags=contact.tags - {action.tag})
    return Done(untagged, f"removed tag {action.tag}", (Event("tag-removed", {"tag": action.tag}),))


def _add_note(action: AddNote, contact: Contact, _scene: Scene) -> Done:
    event = Event("note-applied", {"note": action.note})
    return Done(contact, f"wrote note {action.note}", (event,), Order(EffectKind.NOTE, action.note))


def _set_field(action: SetField, contact: Contact, scene: Scene) -> Done:
    value = action.value
    if action.now is not None:
        value = today(contact, scene.now, scene.zone).format_iso()
    elif value is None:
        value = contact.values.get(action.from_ or action.field)
    if action.plus is not None:
        date = read_date(value)
        moved_on = None if date is None else shifted(date, action.plus)
        if moved_on is None:
            why = f"no date to which {action.plus} can be added"
            return Done(contact, f"field {action.field} stays: {why}", skipped=True)
        value = moved_on.format_iso()
    changed = with_value(contact, action.field, value)
    if changed is None:
        return Done(contact, f"field {action.field} was {value} already")
    event = Event("field-changed", {"field": action.field})
    return Done(changed, f"set field {action.field} to {value}", (event,))


# --- tasks, owners and opportunities ----------------------------------------------------------


def _create_task(action: CreateTask, contact: Contact, scene: Scene) -> Done:
    order, said = _asked(EffectKind.TASK, action.task, action.to, action.due, contact, scene)
    tasks = {**contact.tasks, action.task: contact.tasks.get(action.task, 0) + 1}
    return Done(replace(contact, tasks=tasks), f"created task {action.task}{said}", order=order)


def _complete_task(action: CompleteTask, contact: Contact, _scene: Scene) -> Done:
    if action.task not in contact.tasks:
        return Done(contact, f"had no open task {action.task}")
    tasks = {task: count for task, count in contact.tasks.items() if task != action.task}
    event = Event("task-completed", {"task": action.task})
    return Done(replace(contact, tasks=tasks), f"completed task {action.task}", (event,))


def _assign_owner(action: AssignOwner, contact: Contact, scene: Scene) -> Done:
    person = scene.catalogue.one_of(action.role, contact.id, scene.node)
    if person is None:
        return Done(contact, f"nobody has role {action.role}", skipped=True)
    if person == contact.owner:
        return Done(contact, f"had owner {person} already")
    return Done(replace(contact, owner=person), f"assigned owner {person}")


def _create_opportunity(action: CreateOpportunity, contact: Contact, _scene: Scene) -> Done:
    opened = replace(contact, opportunities=(*contact.opportunities, action.stage))
    event = Event("opportunity-moved", {"stage": action.stage})
    return Done(opened, f"created opportunity in {action.stage}", (event,))


def _move_opportunity(action: MoveOpportunity, contact: Contact, scene: Scene) -> Done:
    gone = moved(contact, action.stage, scene.catalogue)
    if gone is None:
        return Done(contact, f"no opportunity to move to {action.stage}", skipped=True)
    after, origin = gone
    if origin == action.stage:
        return Done(contact, f"opportunity was in {action.stage} already")
    event = Event("opportunity-moved", {"stage": action.stage, "from": origin})
    return Done(after, f"moved opportunity from {origin} to {action.stage}", (event,))


def _asked(
    kind: EffectKind,
    resource: str,
    to: Person,
    after: Duration | None,
    contact: Contact,
    scene: Scene,
) -> tuple[Order, str]:
    """Return what a person is asked to do, and how the story says for whom and until when."""
    own = zone_of(contact, scene.zone)
    due = None if after is None else later(scene.now, after, own)
    person = contact.owner
    if isinstance(to, ToRole):
        person = scene.catalogue.one_of(to.role, contact.id, scene.node)
    whom = f" for {person}" if person else ""
    said = "" if due is None else f", due {written(due, own)}"
    return Order(kind, resource, due, person or ""), f"{whom}{said}"


Meaning: TypeAlias = Callable[[Any, Contact, Scene], Done]

MEANINGS: Mapping[str, Meaning] = {
    SendEmail.word: _send_email,
    SendLetter.word: _send_letter,
    SendFax.word: _send_fax,
    PhoneCall.word: _phone_call,
    ApplyTag.word: _apply_tag,
    RemoveTag.word: _remove_tag,
    AddNote.word: _add_note,
    CreateTask.word: _create_task,
    CompleteTask.word: _complete_task,
    AssignOwner.word: _assign_owner,
    CreateOpportunity.word: _create_opportunity,
    MoveOpportunity.word: _move_opportunity,
    AddToFulfilmentList.word: _add_to_list,
    SetField.word: _set_field,
    HttpPost.word: _http_post,
}
"""What every action means, by its word."""
