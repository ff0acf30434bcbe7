"""Actions: what each step's action does to a contact. One row an action.

What an action needs to know is said in `package_format.campaign.actions`; here stands what doing it
means: the contact after it, the events it causes (C10), and what is left for others to do (C11). An
action that changes nothing causes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from account_engine.conditions import is_missing
from account_engine.contacts import Contact, Value
from account_engine.effects import EffectKind
from account_engine.events import Event
from account_engine.position import Instant
from account_engine.timers import later, today, written, zone_of
from package_format.campaign.actions import (
    Action,
    ApplyTag,
    CreateTask,
    RemoveTag,
    SendEmail,
    SetField,
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True)
class Order:
    """Something to be done by others, before it has an identity."""

    kind: EffectKind
    resource: str
    due: Instant | None = None


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


def perform(action: Action, contact: Contact, now: Instant, zone: str) -> Done:
    """Do an action.

    Args:
        action: The action; references in it are ids.
        contact: Whose step it is.
        now: The moment.
        zone: The account's time zone.
    """
    return MEANINGS[action.word](action, contact, now, zone)


def may_email(contact: Contact) -> str | None:
    """Return why a contact may not be sent an email; None if they may (C13)."""
    if contact.opted_out:
        return "opted out of email (C13)"
    address = contact.values.get("email")
    if is_missing(address):
        return "has no email address (C13)"
    if not _EMAIL.fullmatch(str(address)):
        return "has no valid email address (C13)"
    return None


def _send_email(action: SendEmail, contact: Contact, _now: Instant, _zone: str) -> Done:
    if (reason := may_email(contact)) is not None:
        return Done(contact, f"no email {action.email}: the contact {reason}", skipped=True)
    order = Order(EffectKind.EMAIL, action.email)
    return Done(contact, f"sent email {action.email}", order=order)


def _apply_tag(action: ApplyTag, contact: Contact, _now: Instant, _zone: str) -> Done:
    if action.tag in contact.tags:
        return Done(contact, f"had tag {action.tag} already")
    tagged = replace(contact, tags=contact.tags | {action.tag})
    return Done(tagged, f"applied tag {action.tag}", (Event("tag-applied", {"tag": action.tag}),))


def _remove_tag(action: RemoveTag, contact: Contact, _now: Instant, _zone: str) -> Done:
    if action.tag not in contact.tags:
        return Done(contact, f"had no tag {action.tag}")
    untagged = replace(contact, tags=contact.tags - {action.tag})
    return Done(untagged, f"removed tag {action.tag}", (Event("tag-removed", {"tag": action.tag}),))


def _set_field(action: SetField, contact: Contact, now: Instant, zone: str) -> Done:
    value: Value | None = action.value
    if value is None:
        value = today(contact, now, zone).format_iso()
    old = contact.values.get(action.field)
    if (is_missing(old) and is_missing(value)) or (old == value and type(old) is type(value)):
        return Done(contact, f"field {action.field} was {value} already")
    values = {name: kept for name, kept in contact.values.items() if name != action.field}
    if not is_missing(value):
        values[action.field] = value
    return Done(
        replace(contact, values=values),
        f"set field {action.field} to {value}",
        (Event("field-changed", {"field": action.field}),),
    )


def _create_task(action: CreateTask, contact: Contact, now: Instant, zone: str) -> Done:
    own = zone_of(contact, zone)
    due = None if action.due is None else later(now, action.due, own)
    by = "" if due is None else f", due {written(due, own)}"
    order = Order(EffectKind.TASK, action.task, due)
    return Done(contact, f"created task {action.task}{by}", order=order)


Meaning: TypeAlias = Callable[[Any, Contact, Instant, str], Done]

MEANINGS: Mapping[str, Meaning] = {
    SendEmail.word: _send_email,
    ApplyTag.word: _apply_tag,
    RemoveTag.word: _remove_tag,
    SetField.word: _set_field,
    CreateTask.word: _create_task,
}
"""What every action means, by its word."""
