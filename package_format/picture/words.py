"""What a picture says: timers, conditions, triggers and actions in a few words each.

One row for each action and each trigger. What has no row is shown by its title in its own table, so
that a new action has a picture before anybody draws one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from package_format.campaign.actions import (
    ACTIONS,
    Action,
    ApplyTag,
    CreateTask,
    RemoveTag,
    SendEmail,
    SetField,
)
from package_format.campaign.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FieldCondition,
    Not,
    TagCondition,
)
from package_format.campaign.model import Node
from package_format.campaign.timers import WEEKDAYS, Wait, WaitDefaults
from package_format.campaign.triggers import (
    TRIGGERS,
    ApiCalled,
    FieldChanged,
    ProductPurchased,
    TagApplied,
    TagRemoved,
    Trigger,
    WebFormSubmitted,
)

Names = Callable[[str, str], str]
"""From a kind and a reference to what people call it."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEXT_TO_EACH_OTHER = 3
"""From so many days in a row on, they are written as a range."""


@dataclass(frozen=True)
class Phrase:
    """A few words, and the icon that stands before them."""

    icon: str
    text: str


def by_key(kind: str, reference: str) -> str:  # noqa: ARG001  the kind tells nothing here
    """Call a thing by its key: the names that are known without a package."""
    return reference.rpartition(":")[2]


def title_of(key: str, node: Node) -> str:
    """Return a node's title, or else its key as a person would write it."""
    return node.title or spelled(key)


def spelled(key: str) -> str:
    """Return a key as a person would write it: ``pitch-pro`` as ``Pitch pro``."""
    words = key.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def when_text(at: str | None, weekdays: tuple[str, ...] | None) -> str:
    """Return a time of day and weekdays, such as ``09:00 mon, wed``."""
    return " ".join(part for part in (at, _weekdays(weekdays)) if part)


def _weekdays(weekdays: tuple[str, ...] | None) -> str | None:
    if not weekdays or len(weekdays) == len(WEEKDAYS):
        return None
    numbers = [WEEKDAYS.index(day) for day in weekdays]
    if len(numbers) >= _NEXT_TO_EACH_OTHER and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{weekdays[0]}–{weekdays[-1]}"  # noqa: RUF001  a range has a dash
    return ", ".join(weekdays)


def wait_text(wait: Wait, defaults: WaitDefaults, names: Names) -> str:
    """Say how long a timer waits; what it shares with the campaign's defaults is not repeated."""
    at = None if wait.at == defaults.at else wait.at
    weekdays = None if wait.weekdays == defaults.weekdays else wait.weekdays
    return ", ".join(part for part in (_how_long(wait, names), when_text(at, weekdays)) if part)


def _how_long(wait: Wait, names: Names) -> str:
    if wait.for_ is not None:
        return str(wait.for_)
    if wait.until is not None:
        return f"until {_moment(wait.until)}"
    field = names("field", wait.until_field or "")
    if wait.offset is None or not wait.offset.count:
        return f"on {field}"
    side = "before" if wait.offset.count < 0 else "after"
    return f"{str(wait.offset).lstrip('-')} {side} {field}"


def _moment(moment: dt.datetime) -> str:
    day = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{day}, {moment:%H:%M}" if moment.hour or moment.minute else day


_OPERATORS = {
    "is": "is", "is-not": "is not", "one-of": "is one of", "contains": "contains",
    "is-before": "is before", "is-after": "is after", "at-least": "≥", "more-than": ">",
    "at-most": "≤", "less-than": "<",
}  # fmt: skip


def condition_text(condition: Condition, names: Names) -> str:
    """Say a condition in one line."""
    match condition:
        case FieldCondition(field=field, operator="is-set", operand=operand):
            return f"{names('field', field)} is {'known' if operand else 'empty'}"
        case FieldCondition(field=field, operator=operator, operand=operand):
            return f"{names('field', field)} {_OPERATORS[operator]} {_value(operand)}"
        case TagCondition(tag=tag):
            return f"has tag {names('tag', tag)}"
        case AllOf(all=parts):
            return " and ".join(_inner(part, names) for part in parts) or "always"
        case AnyOf(any=parts):
            return " or ".join(_inner(part, names) for part in parts) or "never"
        case Not(not_=TagCondition(tag=tag)):
            return f"has no tag {names('tag', tag)}"
        case Not(not_=part):
            return f"not {_inner(part, names)}"
        case _:
            assert_never(condition)


def _inner(condition: Condition, names: Names) -> str:
    text = condition_text(condition, names)
    several = isinstance(condition, AllOf | AnyOf)
    return f"({text})" if several else text


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(_value(part) for part in value)
        case _:
            return str(value)


@dataclass(frozen=True)
class _Saying:
    """A row: the icon of an action or trigger, and what to say of it."""

    icon: str
    say: Callable[[Any, Names], str]


def _set_field(action: SetField, names: Names) -> str:
    return f"{names('field', action.field)} = {'today' if action.now else _value(action.value)}"


def _create_task(action: CreateTask, names: Names) -> str:
    due = f", due in {action.due}" if action.due is not None else ""
    return f"{names('task', action.task)}{due}"


_ACTIONS: Mapping[type[Action], _Saying] = {
    SendEmail: _Saying("email", lambda action, names: names("email", action.email)),
    ApplyTag: _Saying("tag-on", lambda action, names: names("tag", action.tag)),
    RemoveTag: _Saying("tag-off", lambda action, names: names("tag", action.tag)),
    SetField: _Saying("field", _set_field),
    CreateTask: _Saying("task", _create_task),
}

_TRIGGERS: Mapping[type[Trigger], _Saying] = {
    TagApplied: _Saying("tag", lambda t, names: f"gets tag {names('tag', t.tag)}"),
    TagRemoved: _Saying("tag-off", lambda t, names: f"loses tag {names('tag', t.tag)}"),
    WebFormSubmitted: _Saying("form", lambda t, names: f"submits {names('form', t.form)}"),
    ProductPurchased: _Saying("purchase", lambda t, names: f"buys {names('product', t.product)}"),
    FieldChanged: _Saying("field", lambda t, names: f"{names('field', t.field)} changes"),
    ApiCalled: _Saying("api", lambda t, _: f"API call {t.integration}: {t.call}"),
}


def action_phrase(action: Action, names: Names) -> Phrase:
    """Say what an action does, in the words of who reads a picture."""
    saying = _ACTIONS.get(type(action))
    if saying is None:
        return Phrase("other", ACTIONS[action.word].title)
    return Phrase(saying.icon, saying.say(action, names))


def action_verb(action: Action) -> str:
    """Return what kind of thing an action does: ``Send email``."""
    return ACTIONS[action.word].title


def trigger_phrase(trigger: Trigger, names: Names) -> Phrase:
    """Say what a goal listens for, as something that a contact does."""
    saying = _TRIGGERS.get(type(trigger))
    if saying is None:
        return Phrase("other", TRIGGERS[trigger.word].title)
    return Phrase(saying.icon, saying.say(trigger, names))
