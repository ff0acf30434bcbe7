"""Facts: what an event from outside says of a contact, noted before anybody hears of it.

Only what an event says by itself stands here. A tag or a field is changed by whoever submits the
event, since without a change there is no event (C10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from account_engine.catalogue import Catalogue
from account_engine.contacts import Contact
from account_engine.events import Event
from account_engine.language.matching import lines
from package_format.contact_fields import Channel


def noted(contact: Contact, event: Event, catalogue: Catalogue) -> Contact:
    """Return the contact as they are after an event from outside."""
    match event.word:
        case "product-purchased":
            purchases = dict(contact.purchases)
            for line in lines(event, catalogue):
                if line.product:
                    purchases[line.product] = purchases.get(line.product, 0) + line.quantity
            return replace(contact, purchases=purchases)
        case "task-completed":
            return replace(contact, tasks=counted_down(contact.tasks, event.several("task")))
        case "opted-out":
            return replace(contact, refused=contact.refused | {*map(Channel, _channels(event))})
        case "opportunity-moved":
            for stage in event.several("stage"):
                contact = _in_stage(contact, stage, event.several("from"), catalogue)
            return contact
        case _:
            return contact


def changed(contact: Contact, event: Event) -> Contact | None:
    """Return the contact as whoever reports an event has changed them; `noted` does the rest.

    None if the event says nothing that was not so before: then it is none (C10).
    """
    match event.word:
        case "tag-applied":
            tags = contact.tags.union(event.several("tag"))
            return replace(contact, tags=tags) if tags != contact.tags else None
        case "tag-removed":
            tags = contact.tags.difference(event.several("tag"))
            return replace(contact, tags=tags) if tags != contact.tags else None
        case "opted-out":
            return None if contact.refused.issuperset(_channels(event)) else contact
        case "task-completed":
            return contact if contact.tasks.keys() & set(event.several("task")) else None
        case _:
            return contact


def moved(contact: Contact, stage: str, catalogue: Catalogue) -> tuple[Contact, str] | None:
    """Move the contact's newest opportunity of the stage's pipeline there.

    Returns:
        The contact after it, and the stage that it came from; None if there is no opportunity.
    """
    pipeline = catalogue.pipelines.get(stage)
    for index in reversed(range(len(contact.opportunities))):
        origin = contact.opportunities[index]
        if catalogue.pipelines.get(origin) == pipeline:
            return _put(contact, index, stage), origin
    return None


def counted_down(counts: Mapping[str, int], which: tuple[str, ...]) -> dict[str, int]:
    """Return counts with one less of some; what is down to none is left out."""
    less = {one: counts[one] - 1 if one in which else counts[one] for one in counts}
    return {one: count for one, count in less.items() if count > 0}


def _channels(event: Event) -> tuple[str, ...]:
    return event.several("channel") or (Channel.EMAIL,)


def _in_stage(
    contact: Contact, stage: str, origins: tuple[str, ...], catalogue: Catalogue
) -> Contact:
    for index in reversed(range(len(contact.opportunities))):
        if contact.opportunities[index] in origins:
            return _put(contact, index, stage)
    gone = moved(contact, stage, catalogue)
    if gone is not None:
        return gone[0]
    return replace(contact, opportunities=(*contact.opportunities, stage))


def _put(contact: Contact, index: int, stage: str) -> Contact:
    stages = contact.opportunities
    return replace(contact, opportunities=(*stages[:index], stage, *stages[index + 1 :]))
