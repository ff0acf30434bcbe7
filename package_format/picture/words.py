"""What a picture says: timers, conditions, triggers and actions in a few words each.

One row for each action and each trigger. What has no row is shown by its title in its own table, so
that a new action has a picture before anybody draws one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import Any, assert_never

from package_format.campaign.actions import (
    ACTIONS,
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
    PhoneCall,
    RemoveTag,
    SendEmail,
    SendFax,
    SendLetter,
    SetField,
    ToRole,
)
from package_format.campaign.conditions import (
    AllOf,
    AnyOf,
    Bought,
    BoughtCondition,
    CampaignCondition,
    Condition,
    ConsentCondition,
    Fact,
    FieldCondition,
    HasRole,
    Not,
    OwnerCondition,
    ScoreCondition,
    StageCondition,
    TagCondition,
)
from package_format.campaign.model import Node
from package_format.campaign.timers import WEEKDAYS, Duration, Wait, WaitDefaults
from package_format.campaign.triggers import (
    TRIGGERS,
    ApiCalled,
    AppointmentBooked,
    AppointmentCancelled,
    EmailBounced,
    EmailOpened,
    FieldChanged,
    InternalFormSubmitted,
    LandingPageSubmitted,
    LeadCardSubmitted,
    LeadScoreReached,
    LinkClicked,
    NoteApplied,
    OpportunityMoved,
    OptedOut,
    ProductPurchased,
    PurchaseFailed,
    SocialFormSubmitted,
    SubscriptionEnded,
    TagApplied,
    TagRemoved,
    TaskCompleted,
    Trigger,
    WebFormSubmitted,
)
from package_format.contact_fields import Channel

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
    """Return a time of day and weekdays, such as ``09:00 Mon, Wed``."""
    return " ".join(part for part in (at, _weekdays(weekdays)) if part)


def _weekdays(weekdays: tuple[str, ...] | None) -> str | None:
    if not weekdays or len(weekdays) == len(WEEKDAYS):
        return None
    names = [day.capitalize() for day in weekdays]
    numbers = [WEEKDAYS.index(day) for day in weekdays]
    if len(numbers) >= _NEXT_TO_EACH_OTHER and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{names[0]}–{names[-1]}"  # noqa: RUF001  a range has a dash
    return ", ".join(names)


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
    if wait.every is not None:
        field = f"{field}, every {wait.every}"
    if wait.offset is None or not wait.offset.count:
        return f"on {field}"
    side = "before" if wait.offset.count < 0 else "after"
    return f"{str(wait.offset).lstrip('-')} {side} {field}"


def _moment(moment: dt.datetime) -> str:
    day = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{day}, {moment:%H:%M}" if moment.hour or moment.minute else day


_OPERATORS = {
    "is": "is", "is-not": "is not", "one-of": "is", "contains": "contains",
    "is-before": "is before", "is-after": "is after", "at-least": "≥", "more-than": ">",
    "at-most": "≤", "less-than": "<",
}  # fmt: skip

_CHANNELS = {
    Channel.EMAIL: "email", Channel.LETTER: "letters", Channel.FAX: "faxes",
    Channel.PHONE: "calls",
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
        case Not(not_=part):
            return _negated(part, names)
        case _:
            return _fact_text(condition, names)


def _negated(condition: Condition, names: Names) -> str:
    """Say that a condition does not hold, as a person would."""
    match condition:
        case TagCondition(tag=tag):
            return f"has no tag {names('tag', tag)}"
        case FieldCondition(field=field, operator="is", operand=operand):
            return f"{names('field', field)} is not {_value(operand)}"
        case FieldCondition(field=field, operator="one-of", operand=operand):
            return f"{names('field', field)} is not {_value(operand)}"
        case BoughtCondition(bought=bought):
            return f"has not bought {_bought(bought, names)}"
        case StageCondition(stage=stage):
            return f"opportunity not in {names('stage', stage)}"
        case ConsentCondition(consent=channel):
            return f"does not allow {_CHANNELS[channel]}"
        case CampaignCondition(in_campaign=campaign):
            return f"is not in {names('campaign', campaign)}"
        case _:
            return f"not {_inner(condition, names)}"


def listed(parts: Many[str], word: str) -> str:
    """Return parts as one text: ``a, b or c``."""
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _fact_text(fact: Fact, names: Names) -> str:
    match fact:
        case BoughtCondition(bought=bought):
            return f"has bought {_bought(bought, names)}"
        case StageCondition(stage=stage):
            return f"opportunity in {names('stage', stage)}"
        case ScoreCondition(score=score, operator=operator, operand=operand):
            return f"{names('score', score)} {_OPERATORS[operator]} {operand}"
        case OwnerCondition(owner=owner):
            return _owner(owner, names)
        case ConsentCondition(consent=channel):
            return f"allows {_CHANNELS[channel]}"
        case CampaignCondition(in_campaign=campaign):
            return f"is in {names('campaign', campaign)}"
        case _:
            assert_never(fact)


def _bought(bought: Bought, names: Names) -> str:
    several = f"{bought.at_least} × " if bought.at_least > 1 else ""  # noqa: RUF001  times
    if bought.product is not None:
        return f"{several}{names('product', bought.product)}"
    return f"{several}something of {bought.category}"


def _owner(owner: str | HasRole, names: Names) -> str:
    if isinstance(owner, HasRole):
        return f"owner is {names('role', owner.role)}"
    return "has an owner" if owner == "somebody" else "has no owner"


def _inner(condition: Condition, names: Names) -> str:
    text = condition_text(condition, names)
    several = isinstance(condition, AllOf | AnyOf)
    return f"({text})" if several else text


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return listed([_value(part) for part in value], "or")
        case _:
            return str(value)


@dataclass(frozen=True)
class _Saying:
    """A row: the icon of an action or trigger, and what to say of it."""

    icon: str
    say: Callable[[Any, Names], str]


def _set_field(action: SetField, names: Names) -> str:
    field = names("field", action.field)
    if action.from_ is not None:
        value = names("field", action.from_)
    elif action.now:
        value = "today"
    else:
        value = field if action.value is None else _value(action.value)
    plus = "" if action.plus is None else f" + {action.plus}"
    return f"{field} = {value}{plus}".replace("+ -", "− ")  # noqa: RUF001  a minus


def _asked(name: str, to: str | ToRole, due: Duration | None, names: Names) -> str:
    whom = f", for {names('role', to.role)}" if isinstance(to, ToRole) else ""
    return f"{name}{whom}{'' if due is None else f', due in {due}'}"


def _purchased(trigger: ProductPurchased, names: Names) -> str:
    what = Bought(
        product=trigger.product, category=trigger.category, at_least=trigger.at_least or 1
    )
    return f"buys {_bought(what, names)}"


def _moved(trigger: OpportunityMoved, names: Names) -> str:
    origin = f" from {names('stage', trigger.from_)}" if trigger.from_ is not None else ""
    return f"opportunity moves{origin} to {names('stage', trigger.stage)}"


def _after(sequences: tuple[str, ...] | None) -> str:
    return f" in {' or '.join(map(spelled, sequences))}" if sequences else ""


def _any(kind: str, reference: str | None, names: Names, otherwise: str) -> str:
    return otherwise if reference is None else names(kind, reference)


_ACTIONS: Mapping[type[Action], _Saying] = {
    SendEmail: _Saying("email", lambda action, names: names("email", action.email)),
    SendLetter: _Saying("letter", lambda action, names: names("letter", action.letter)),
    SendFax: _Saying("fax", lambda action, names: names("fax", action.fax)),
    PhoneCall: _Saying(
        "call", lambda a, names: _asked(names("phone-script", a.script), a.to, a.due, names)
    ),
    ApplyTag: _Saying("tag-on", lambda action, names: names("tag", action.tag)),
    RemoveTag: _Saying("tag-off", lambda action, names: names("tag", action.tag)),
    AddNote: _Saying("note", lambda action, names: names("note", action.note)),
    CreateTask: _Saying("task", lambda a, names: _asked(names("task", a.task), a.to, a.due, names)),
    CompleteTask: _Saying("task", lambda action, names: f"{names('task', action.task)} is done"),
    AssignOwner: _Saying("people", lambda action, names: names("role", action.role)),
    CreateOpportunity: _Saying(
        "opportunity", lambda action, names: f"new in {names('stage', action.stage)}"
    ),
    MoveOpportunity: _Saying(
        "opportunity", lambda action, names: f"to {names('stage', action.stage)}"
    ),
    AddToFulfilmentList: _Saying(
        "fulfilment", lambda action, names: names("fulfilment-list", action.list)
    ),
    SetField: _Saying("field", _set_field),
    HttpPost: _Saying("post", lambda action, names: names("endpoint", action.endpoint)),
}

_TRIGGERS: Mapping[type[Trigger], _Saying] = {
    TagApplied: _Saying("tag", lambda t, names: f"gets tag {names('tag', t.tag)}"),
    TagRemoved: _Saying("tag-off", lambda t, names: f"loses tag {names('tag', t.tag)}"),
    NoteApplied: _Saying("note", lambda t, names: f"note {names('note', t.note)} is written"),
    InternalFormSubmitted: _Saying(
        "form", lambda t, names: f"{names('internal-form', t.form)} is filled in"
    ),
    TaskCompleted: _Saying("task", lambda t, names: f"task {names('task', t.task)} is done"),
    OpportunityMoved: _Saying("opportunity", _moved),
    WebFormSubmitted: _Saying("form", lambda t, names: f"submits {names('form', t.form)}"),
    LandingPageSubmitted: _Saying("page", lambda t, names: f"submits {names('page', t.page)}"),
    LinkClicked: _Saying("link", lambda t, names: f"clicks {names('link', t.link)}{_after(t.in_)}"),
    LeadScoreReached: _Saying(
        "score", lambda t, names: f"{names('score', t.score)} reaches {t.at_least}"
    ),
    ProductPurchased: _Saying("purchase", _purchased),
    SocialFormSubmitted: _Saying("form", lambda t, _: f"submits {t.form} on a social network"),
    LeadCardSubmitted: _Saying("form", lambda t, _: f"submits lead card {t.card}"),
    FieldChanged: _Saying("field", lambda t, names: f"{names('field', t.field)} changes"),
    ApiCalled: _Saying("api", lambda t, _: f"API call {t.integration}: {t.call}"),
    EmailOpened: _Saying(
        "email", lambda t, names: f"opens {names('email', t.email)}{_after(t.in_)}"
    ),
    EmailBounced: _Saying(
        "email", lambda t, names: f"{_any('email', t.email, names, 'an email')} bounces"
    ),
    OptedOut: _Saying(
        "opt-out",
        lambda t, _: f"opts out of {'anything' if t.channel is None else _CHANNELS[t.channel]}",
    ),
    PurchaseFailed: _Saying(
        "purchase",
        lambda t, names: f"payment fails for {_any('product', t.product, names, 'anything')}",
    ),
    SubscriptionEnded: _Saying(
        "purchase",
        lambda t, names: f"{_any('product', t.product, names, 'a')} subscription ends",
    ),
    AppointmentBooked: _Saying(
        "appointment", lambda t, names: f"books {names('appointment', t.appointment)}"
    ),
    AppointmentCancelled: _Saying(
        "appointment", lambda t, names: f"cancels {names('appointment', t.appointment)}"
    ),
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
