"""Rendering: the text of an effect at the moment of its delivery (C11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from account_engine.actions import may_email
from account_engine.contacts import Contact, Value
from account_engine.effects import EffectKind
from account_engine.objects import StoredObject
from account_engine.position import Instant
from account_engine.stores.port import RecordedEffect
from package_format.kinds.model import Json
from package_format.templates import render

UNSUBSCRIBE_URL = "#unsubscribe"
"""Where a contact opts out, as long as nothing is delivered outside."""


@dataclass(frozen=True)
class Message:
    """Something to be delivered.

    Attributes:
        number: Under which it was recorded; counts up.
        identity: The key under which delivery is idempotent (C11).
        kind: What is to be done.
        contact: The contact's number.
        to: The contact's address; for a task, the contact's name or address.
        sender: For an email, from whom: an address, or ``Name <address>``.
        subject: The subject; for a task, its title.
        body: For an email its HTML; for a task its notes.
        campaign: The title of the campaign that caused it.
        resource: The id (``#7``) of the email or task template.
        recorded: When it was recorded.
        due: For a task, when it is to be done.
        withheld: Why it is not delivered after all (C13); empty if it is.
    """

    number: int
    identity: str
    kind: EffectKind
    contact: int
    to: str
    sender: str
    subject: str
    body: str
    campaign: str
    resource: str
    recorded: Instant
    due: Instant | None
    withheld: str


class Renderer:
    """Renders effects for the contacts of one account."""

    def __init__(self, fields: Iterable[StoredObject], account: Mapping[str, str]) -> None:
        """Learn the names of the account's custom fields, and what messages can say of it."""
        self._account = account
        self._names = {field.reference: str(field.data["name"]) for field in fields}

    def render(self, recorded: RecordedEffect, contact: Contact, campaign: str) -> Message:
        """Render one effect with a contact's present values."""
        effect, text = recorded.effect, recorded.text
        values = self._values(contact)
        common = Message(
            number=recorded.number,
            identity=str(effect.identity),
            kind=effect.kind,
            contact=contact.id,
            to=str(values.get("email", "")),
            sender="",
            subject="",
            body="",
            campaign=campaign,
            resource=effect.resource,
            recorded=effect.recorded,
            due=effect.due,
            withheld="",
        )
        match effect.kind:
            case EffectKind.EMAIL:
                refusal = may_email(contact)
                return replace(
                    common,
                    sender=_sender(text),
                    subject=self._filled(text["subject"], values),
                    body=self._filled(text["body"], values, html=True),
                    withheld=f"the contact {refusal}" if refusal else "",
                )
            case EffectKind.TASK:
                return replace(
                    common,
                    to=_person(values) or common.to,
                    subject=self._filled(text["title"], values),
                    body=self._filled(text.get("notes", ""), values),
                )
            case _:
                assert_never(effect.kind)

    def _values(self, contact: Contact) -> dict[str, Value]:
        """A contact's values by the names that merge fields have."""
        named = ((self._names.get(key, key), value) for key, value in contact.values.items())
        return {name: value for name, value in named if not name.startswith("#")}

    def _filled(self, text: str, values: Mapping[str, Value], *, html: bool = False) -> str:
        return render(
            text, values, account=self._account, unsubscribe_url=UNSUBSCRIBE_URL, html=html
        )


def _sender(text: Mapping[str, Json]) -> str:
    name = text.get("from-name")
    return f"{name} <{text['from']}>" if name else str(text["from"])


def _person(values: Mapping[str, Value]) -> str:
    """The contact's name, whom a task is about."""
    named = (values.get("first_name"), values.get("last_name"))
    return " ".join(str(part) for part in named if part)
