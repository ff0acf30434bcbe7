"""Reporting: what somebody outside says happened, read as strictly as an author's words are.

An event of the engine is only a word and texts. Who reports one over the network gets told what is
missing, of the wrong kind or unknown, instead of an event that no goal will ever hear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from account_engine.errors import InvalidDataError, UnknownObjectError
from account_engine.events import Event
from account_engine.objects import StoredObject, number_of
from package_format.campaign.triggers import TRIGGERS, Trigger
from package_format.kinds.model import RefTo
from package_format.kinds.table import KINDS

DERIVED = {
    "field-changed": "change the contact's field instead",
    "lead-score-reached": "it follows from the points of what happens",
}
"""What the account notices by itself."""

_IN_MESSAGES = frozenset({"link-clicked", "email-opened"})


class Objects(Protocol):
    """Where resources are looked up."""

    def object(self, number: int) -> StoredObject | None:
        """Return an object."""
        ...


def read_event(objects: Objects, word: str, about: Mapping[str, str | tuple[str, ...]]) -> Event:
    """Read what somebody reports.

    Args:
        objects: Where resources are looked up.
        word: The trigger's word.
        about: What the event says, by name; resources as ``#12``.

    Raises:
        RefusedError: It is nothing that one can report, or not all of it, or names what is not
            there.
    """
    if word not in TRIGGERS:
        raise InvalidDataError(f"{word!r} is not an event; the events are {', '.join(TRIGGERS)}")
    if word in DERIVED:
        raise InvalidDataError(f"{word} is not reported by anybody: {DERIVED[word]}")
    row = TRIGGERS[word]
    kinds = kinds_said(word)
    allowed = {*kinds, *row.saves}
    event = Event(word, dict(about))
    for name in about:
        if name not in allowed:
            raise InvalidDataError(
                f"{word} says nothing of {name[:60]!r}; it can say {', '.join(sorted(allowed))}"
            )
        if kinds.get(name):
            for text in event.several(name):
                _verify_reference(objects, text, kinds[name], name)
    for name in _needed(row.model):
        if name not in about:
            raise InvalidDataError(f"{word} has to say which {name} it is about")
    return event


def kinds_said(word: str) -> dict[str, str]:
    """Return what an event can say by its trigger's own fields, and the kind that each names.

    Args:
        word: The trigger's word.
    """
    return dict(_kinds(TRIGGERS[word].model))


def _kinds(model: type[Trigger]) -> Iterator[tuple[str, str]]:
    for name, info in model.model_fields.items():
        if name in model.compared:
            continue
        refers = [mark.kind for mark in info.metadata if isinstance(mark, RefTo)]
        if not refers:
            args = getattr(info.annotation, "__args__", ())
            marks = (m for arg in args for m in getattr(arg, "__metadata__", ()))
            refers = [mark.kind for mark in marks if isinstance(mark, RefTo)]
        yield info.alias or name, refers[0] if refers else ""


def _needed(model: type[Trigger]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        if info.is_required() and name not in model.compared:
            yield info.alias or name


def _verify_reference(objects: Objects, text: str, kind: str, name: str) -> None:
    number = number_of(text)
    found = None if number is None else objects.object(number)
    if found is None or found.kind != kind:
        title = KINDS[kind].title
        raise UnknownObjectError(f"{name}: {text[:60]!r} is not the id of a {title}, such as '#12'")
