"""Contacts: read, added and changed over HTTP, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

from account_engine.account import Account
from account_engine.contacts import Contact
from account_engine.errors import UnknownObjectError
from account_engine.keys import Scope
from account_engine.objects import digest, number_of
from account_engine.position import Instant, Position
from account_engine.server.api.contact_shapes import (
    Added,
    ContactAdding,
    ContactAsked,
    ContactChange,
    ContactGone,
    ContactList,
    ContactMerge,
    ContactsAsked,
    ContactShape,
    ContactStanding,
    ContactTag,
    FoundContacts,
    HappeningShape,
    NewContact,
    PositionShape,
    Timeline,
    TimelineAsked,
)
from account_engine.server.api.shapes import Numbers, moment, moment_if
from account_engine.server.desks import Access
from account_engine.server.operations import LARGE, Answer, Nothing, Operation
from account_engine.server.problems import ProblemError


def field_names(account: Account) -> dict[str, str]:
    """Return the names of the account's custom fields by id (``#12``)."""
    return {field.reference: str(field.data["name"]) for field in account.objects_of("field")}


def known_contact(account: Account, number: int) -> Contact:
    """Return the contact that a path names, or whom they were merged into.

    Raises:
        ProblemError: There is none.
    """
    try:
        return account.contact(number)
    except UnknownObjectError as error:
        detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise ProblemError(HTTPStatus.NOT_FOUND, "no-such-contact", detail) from error


def _facts(contact: Contact, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": contact.id,
        "fields": {names.get(name, name): value for name, value in contact.values.items()},
        "tags": sorted(_numbers(contact.tags)),
        "refused": sorted(contact.refused),
        "owner": contact.owner,
        "purchases": _numbered(contact.purchases),
        "opportunities": _numbers(contact.opportunities),
        "tasks": _numbered(contact.tasks),
        "scores": _numbered({score: had.points for score, had in contact.scores.items()}),
    }


def _digest(contact: Contact) -> str:
    """What changes when what is known of a contact does; scores do that by themselves."""
    said = {name: fact for name, fact in _facts(contact, {}).items() if name != "scores"}
    return digest({**said, "since": {score: had.since for score, had in contact.scores.items()}})


def _demand(contact: Contact, expected: str | None) -> None:
    """Refuse what was asked of a contact who is another by now.

    Raises:
        ProblemError: The contact has not the digest that whoever asks has seen.
    """
    if expected is not None and expected != _digest(contact):
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "edited",
            f"Contact {contact.id} has changed meanwhile; read them again.",
        )


def _numbered(counts: Mapping[str, int]) -> dict[int, int]:
    return dict(zip(_numbers(counts), counts.values(), strict=True))


def _numbers(references: Iterable[str]) -> list[int]:
    return [number_of(text) or 0 for text in references]


def position_shape(position: Position) -> PositionShape:
    """Return a position as JSON has it."""
    return PositionShape(
        campaign=position.campaign,
        version=position.version,
        node=position.node,
        step=position.step,
        status=str(position.status),
        due=moment_if(position.due),
    )


def _standing(
    account: Account, contact: Contact, names: Mapping[str, str] | None = None
) -> ContactStanding:
    return ContactStanding.model_validate(
        {
            **_facts(contact, field_names(account) if names is None else names),
            "positions": [position_shape(one) for one in account.positions(contact.id)],
            "digest": _digest(contact),
        }
    )


def list_contacts(account: Account, asked: ContactsAsked, _: None, _now: Instant) -> Answer:
    """List contacts by number, a page at a time, or find those with an address."""
    if asked.email is None:
        found: Sequence[Contact] = account.contacts(after=asked.after, limit=asked.limit + 1)
    else:
        everyone = account.find_contacts(email=asked.email)
        found = [one for one in everyone if one.id > asked.after][: asked.limit + 1]
    shown, names = found[: asked.limit], field_names(account)
    return Answer(
        ContactList(
            contacts=[ContactShape.model_validate(_facts(one, names)) for one in shown],
            next=shown[-1].id if len(found) > len(shown) else None,
        )
    )


def find_contacts(account: Account, _: Nothing, sent: Numbers, _now: Instant) -> Answer:
    """Return those of these contacts that there are, and where they stand."""
    found: dict[int, Contact] = {}
    for number in sorted(set(sent.numbers)):
        with suppress(UnknownObjectError):
            contact = account.contact(number)
            found[contact.id] = contact
    names = field_names(account)
    return Answer(
        FoundContacts(contacts=[_standing(account, one, names) for one in found.values()])
    )


def read_contact(account: Account, asked: ContactAsked, _: None, _now: Instant) -> Answer:
    """Return a contact and where they stand."""
    return Answer(_standing(account, known_contact(account, asked.contact)))


def add_contact(account: Account, asked: ContactAdding, sent: NewContact, _: Instant) -> Answer:
    """Add a contact; with `unless=email` it is safe to send it again."""
    email = sent.fields.get("email")
    # Whoever asks whether somebody is there keeps others from adding them meanwhile.
    with account.together() if asked.unless else account.at_once():
        if asked.unless and isinstance(email, str):
            known = account.find_contacts(email=email)
            if known:
                return Answer(_standing(account, known[0]))
        added = _add(account, sent)
    path = f"/api/v1/contacts/{added.id}"
    return Answer(_standing(account, added), 201, {"Location": path})


def _add(account: Account, sent: NewContact) -> Contact:
    values = {name: value for name, value in sent.fields.items() if value is not None}
    return account.add_contact(values, tags=sent.tags)


def add_contacts(account: Account, _: Nothing, sent: Sequence[NewContact], _now: Instant) -> Answer:
    """Add a contact for each line (NDJSON): all of them or none."""
    numbers = []
    with account.at_once():
        for line, one in enumerate(sent, 1):
            try:
                numbers.append(_add(account, one).id)
            except UnknownObjectError as error:
                raise UnknownObjectError(f"line {line}: {error}") from error
    first, last = (numbers[0], numbers[-1]) if numbers else (None, None)
    return Answer(Added(count=len(numbers), first=first, last=last), 201)


def change_contact(
    account: Account, asked: ContactAsked, sent: ContactChange, _: Instant
) -> Answer:
    """Change a contact: all of it or nothing; what is so already is no event (C10)."""
    who = known_contact(account, asked.contact).id
    with account.at_once():
        for name, value in sent.fields.items():
            account.set_value(who, name, "" if value is None else value)
        for tag in sent.apply_tags:
            account.apply_tag(who, tag)
        for tag in sent.remove_tags:
            account.remove_tag(who, tag)
        for channel in sent.refuse:
            account.opt_out(who, channel)
        for channel in sent.allow:
            account.opt_in(who, channel)
        if sent.owner is not None:
            account.assign_owner(who, sent.owner or None)
    return Answer(_standing(account, account.contact(who)))


def merge_contacts(account: Account, asked: ContactAsked, sent: ContactMerge, _: Instant) -> Answer:
    """Let a contact be whom two contacts were; it is no event (C12), and nothing is sent twice.

    Their values stay, the duplicate's fill the gaps; the stricter consent wins (C13). They stand
    where either stood, once each (C6). To merge the same two again changes nothing.
    """
    with account.at_once():
        expected = {asked.contact: sent.digest, sent.duplicate: sent.duplicate_digest}
        found = {number: known_contact(account, number) for number in sorted(expected)}
        if len({contact.id for contact in found.values()}) > 1:  # else they are one already
            for number, contact in found.items():
                _demand(contact, expected[number])
        merged = account.merge(asked.contact, sent.duplicate)
    return Answer(_standing(account, merged))


def delete_contact(account: Account, asked: ContactGone, _: None, _now: Instant) -> Answer:
    """Forget a contact for good: all that is known of them, their timeline, and their messages.

    What was yet to be sent to them does not go. What stays is that somebody had this number.
    """
    with account.at_once():
        _demand(known_contact(account, asked.contact), asked.digest)
        account.delete_contact(asked.contact)
    return Answer(status=204)


def apply_tag(account: Account, asked: ContactTag, _: None, _now: Instant) -> Answer:
    """Put a tag on a contact; one that was there is no event (C10)."""
    account.apply_tag(known_contact(account, asked.contact).id, asked.tag)
    return Answer(status=204)


def remove_tag(account: Account, asked: ContactTag, _: None, _now: Instant) -> Answer:
    """Take a tag off a contact; one that was not there is no event (C10)."""
    account.remove_tag(known_contact(account, asked.contact).id, asked.tag)
    return Answer(status=204)


def read_timeline(account: Account, asked: TimelineAsked, _: None, _now: Instant) -> Answer:
    """Return what happened to a contact and why, oldest first; or the latest part of it."""
    who = known_contact(account, asked.contact).id
    happenings, earlier = account.timeline_before(who, asked.before, limit=asked.limit)
    return Answer(
        Timeline(
            happenings=[
                HappeningShape(
                    at=moment(one.at),
                    what=one.what,
                    campaign=one.campaign,
                    node=one.node,
                    why=one.why,
                )
                for one in happenings
            ],
            earlier=earlier,
        )
    )


ONE = "/contacts/{contact}"
CONTACTS = (
    Operation(
        "listContacts",
        "GET",
        "/contacts",
        "List contacts",
        Scope.READ,
        list_contacts,
        {200: ContactList},
        asks=ContactsAsked,
    ),
    Operation(
        "addContact",
        "POST",
        "/contacts",
        "Add a contact",
        Scope.CONTACTS,
        add_contact,
        {200: ContactStanding, 201: ContactStanding},
        asks=ContactAdding,
        sends=NewContact,
        access=Access.WRITE,
    ),
    Operation(
        "addContacts",
        "POST",
        "/contacts/bulk",
        "Add many contacts",
        Scope.CONTACTS,
        add_contacts,
        {201: Added},
        sends=NewContact,
        access=Access.WRITE,
        lines=True,
        limit=LARGE,
    ),
    Operation(
        "findContacts",
        "POST",
        "/contacts/lookup",
        "Find contacts by their numbers",
        Scope.READ,
        find_contacts,
        {200: FoundContacts},
        sends=Numbers,
    ),
    Operation(
        "readContact",
        "GET",
        ONE,
        "Read a contact",
        Scope.READ,
        read_contact,
        {200: ContactStanding},
        asks=ContactAsked,
    ),
    Operation(
        "changeContact",
        "PATCH",
        ONE,
        "Change a contact",
        Scope.CONTACTS,
        change_contact,
        {200: ContactStanding},
        asks=ContactAsked,
        sends=ContactChange,
        access=Access.WRITE,
    ),
    Operation(
        "deleteContact",
        "DELETE",
        ONE,
        "Delete a contact",
        Scope.CONTACTS,
        delete_contact,
        {204: None},
        asks=ContactGone,
        access=Access.WRITE,
        refuses=(409,),
    ),
    Operation(
        "mergeContacts",
        "POST",
        f"{ONE}/merge",
        "Merge a contact into another",
        Scope.CONTACTS,
        merge_contacts,
        {200: ContactStanding},
        asks=ContactAsked,
        sends=ContactMerge,
        access=Access.WRITE,
        refuses=(409,),
    ),
    Operation(
        "readTimeline",
        "GET",
        f"{ONE}/timeline",
        "Read a contact's timeline",
        Scope.READ,
        read_timeline,
        {200: Timeline},
        asks=TimelineAsked,
    ),
    Operation(
        "applyTag",
        "PUT",
        f"{ONE}/tags/{{tag}}",
        "Put a tag on a contact",
        Scope.CONTACTS,
        apply_tag,
        {204: None},
        asks=ContactTag,
        access=Access.WRITE,
    ),
    Operation(
        "removeTag",
        "DELETE",
        f"{ONE}/tags/{{tag}}",
        "Take a tag off a contact",
        Scope.CONTACTS,
        remove_tag,
        {204: None},
        asks=ContactTag,
        access=Access.WRITE,
    ),
)
