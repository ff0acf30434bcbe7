"""Rendering: the text of an effect at the moment of its delivery (C11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from email.utils import quote
from typing import Self, assert_never

from account_engine.contacts import Contact, Value
from account_engine.effects import EffectKind
from account_engine.language.actions import may_reach
from account_engine.objects import StoredObject
from account_engine.position import Instant
from account_engine.stores.port import Store
from account_engine.stores.records import RecordedEffect
from package_format.canonical import to_json
from package_format.contact_fields import Channel
from package_format.kinds.model import Json
from package_format.messages import put_together, text_of
from package_format.templates import TemplateError, one_line, render

_SPECIAL = re.compile(r'[\\()<>\[\]:;@,"]')
"""What means something in a sender's name unless that stands in quotation marks (RFC 5322)."""

UNSUBSCRIBE_URL = "#unsubscribe"
"""Where a contact opts out, as long as nothing is delivered outside."""

_IN_HTML = frozenset({EffectKind.EMAIL, EffectKind.LETTER, EffectKind.FAX, EffectKind.CALL})


@dataclass(frozen=True)
class Message:
    """Something to be delivered.

    Attributes:
        number: Under which it was recorded; counts up.
        identity: The key under which delivery is idempotent (C11).
        kind: What is to be done.
        contact: The contact's number.
        to: Where the contact is reached: an email address, a postal one, a number; for what is not
            sent to them, their name or address; for a post, where it goes.
        sender: For an email, from whom: an address, or ``Name <address>``.
        subject: The subject; for what has none, its title.
        preheader: For an email, the line that inboxes show beside the subject.
        body: What it says: HTML for messages and calls (styles inlined in an email), JSON for
            a post, else plain text.
        written: For an email, the plain text that its author wrote; empty if they wrote none.
        campaign: The title of the campaign that caused it.
        resource: The id (``#7``) of what it is made of.
        recorded: When it was recorded.
        due: For a task or a call, when it is to be done.
        person: For a task or a call, the address of who is to do it; empty for whoever owns the
            account.
        withheld: Why it is not delivered after all (C13); empty if it is.
    """

    number: int
    identity: str
    kind: EffectKind
    contact: int
    to: str
    sender: str
    subject: str
    preheader: str
    body: str
    written: str
    campaign: str
    resource: str
    recorded: Instant
    due: Instant | None
    person: str
    withheld: str

    @property
    def text(self) -> str:
        """What it says as plain text; of an email, the part that is sent beside the HTML."""
        return self.written or (text_of(self.body) if self.kind in _IN_HTML else self.body)


class Renderer:
    """Renders effects for the contacts of one account."""

    def __init__(
        self,
        fields: Iterable[StoredObject],
        account: Mapping[str, str],
        unsubscribe_url: str = UNSUBSCRIBE_URL,
    ) -> None:
        """Learn what messages can say.

        Args:
            fields: The account's custom fields.
            account: What can be said of the account.
            unsubscribe_url: Where the contact opts out.
        """
        self._account = account
        self._unsubscribe_url = unsubscribe_url
        self._names = {field.reference: str(field.data["name"]) for field in fields}

    @classmethod
    def of(cls, store: Store, unsubscribe_url: str = UNSUBSCRIBE_URL) -> Self:
        """Return a renderer of an account, within `Store.reading` or `Store.writing`."""
        identity = store.identity()
        account = {"name": identity.name, "address": identity.address}
        return cls(store.objects_of("field"), account, unsubscribe_url)

    def leading_to(self, unsubscribe_url: str) -> Self:
        """Return one for a contact who opts out there."""
        made = copy(self)
        made._unsubscribe_url = unsubscribe_url  # noqa: SLF001  it is one of these, too
        return made

    def render(self, recorded: RecordedEffect, contact: Contact, campaign: str) -> Message:
        """Render one effect with a contact's present values.

        One that cannot be rendered is withheld, and says why: it stops no other.
        """
        effect, text = recorded.effect, recorded.text
        values = self._values(contact)
        common = Message(
            number=recorded.number,
            identity=str(effect.identity),
            kind=effect.kind,
            contact=contact.id,
            to=one_line(str(values.get("email", ""))),
            sender="",
            subject="",
            preheader="",
            body="",
            written="",
            campaign=campaign,
            resource=effect.resource,
            recorded=effect.recorded,
            due=effect.due,
            person=effect.person,
            withheld="",
        )
        try:
            message = self._rendered(common, contact, text, values)
        except (TemplateError, KeyError) as error:
            title = text.get("subject", text.get("title", ""))
            why = f"its {error} is missing" if isinstance(error, KeyError) else str(error)
            return replace(common, subject=one_line(str(title)), withheld=why)
        return replace(message, subject=one_line(message.subject))

    def _rendered(
        self, common: Message, contact: Contact, text: Json, values: Mapping[str, Value]
    ) -> Message:
        match common.kind:
            case EffectKind.EMAIL:
                return self._email(common, contact, text, values)
            case EffectKind.LETTER:
                letter = self._message(common, contact, Channel.LETTER, text, values)
                return replace(letter, to=_postal(values))
            case EffectKind.FAX:
                fax = self._message(common, contact, Channel.FAX, text, values)
                return replace(fax, to=str(values.get("fax", "")))
            case EffectKind.CALL:
                call = self._message(common, contact, Channel.PHONE, text, values)
                title = self._filled(text["title"], values)
                return replace(call, to=str(values.get("phone", "")), subject=title)
            case EffectKind.TASK | EffectKind.NOTE:
                said = "notes" if common.kind is EffectKind.TASK else "text"
                return replace(
                    common,
                    to=_person(values) or common.to,
                    subject=self._filled(text["title"], values),
                    body=self._filled(text.get(said, ""), values),
                )
            case EffectKind.FULFILMENT:
                told = self._told(text, values)
                return replace(
                    common,
                    to=_person(values) or common.to,
                    subject=text["name"],
                    body="\n".join(f"{name}: {value}" for name, value in told.items()),
                )
            case EffectKind.POST:
                told = {"contact": contact.id, "email": common.to, **self._told(text, values)}
                url = str(text.get("url", ""))
                return replace(
                    common,
                    to=url,
                    subject=text["title"],
                    body=to_json(told).decode(),
                    withheld="" if url else "the endpoint has no address",
                )
            case _:
                assert_never(common.kind)

    def _email(
        self, common: Message, contact: Contact, text: Json, values: Mapping[str, Value]
    ) -> Message:
        """An email with all its parts, the same ones that a preview shows."""

        def filled(source: str, /, *, html: bool = False) -> str:
            return self._filled(source, values, html=html)

        parts = put_together(
            filled,
            subject=text["subject"],
            preheader=text.get("preheader") or "",
            body=text["body"],
            text=text.get("text") or "",
        )
        return replace(
            common,
            sender=_sender(text),
            subject=parts.subject,
            preheader=parts.preheader,
            body=parts.html,
            written=parts.written,
            withheld=_refusal(contact, Channel.EMAIL),
        )

    def _message(
        self,
        common: Message,
        contact: Contact,
        channel: Channel,
        text: Json,
        values: Mapping[str, Value],
    ) -> Message:
        """A message to the contact themselves; whether they allow it is asked once more (C13)."""
        return replace(
            common,
            subject=str(text.get("title", "")),
            body=self._filled(text["body"], values, html=True),
            withheld=_refusal(contact, channel),
        )

    def _told(self, text: Json, values: Mapping[str, Value]) -> dict[str, Value]:
        """The values of the fields that a list or an endpoint is told, by name."""
        names = (self._names.get(field, field) for field in text.get("fields", ()))
        return {name: values[name] for name in names if name in values}

    def _values(self, contact: Contact) -> dict[str, Value]:
        """A contact's values by the names that merge fields have."""
        named = ((self._names.get(key, key), value) for key, value in contact.values.items())
        return {name: value for name, value in named if not name.startswith("#")}

    def _filled(self, text: str, values: Mapping[str, Value], *, html: bool = False) -> str:
        return render(
            text, values, account=self._account, unsubscribe_url=self._unsubscribe_url, html=html
        )


def _refusal(contact: Contact, channel: Channel) -> str:
    """Why a message does not reach a contact (C13); empty if it does."""
    refusal = may_reach(contact, channel)
    return f"the contact {refusal}" if refusal else ""


def _sender(text: Mapping[str, Json]) -> str:
    address, name = one_line(str(text["from"])), one_line(str(text.get("from-name", "")))
    if _SPECIAL.search(name):  # the name might say that it is from another address
        name = f'"{quote(name)}"'
    return f"{name} <{address}>" if name else address


def _postal(values: Mapping[str, Value]) -> str:
    """The contact's name and postal address, a line each."""
    town = " ".join(str(values[name]) for name in ("postal_code", "city") if values.get(name))
    parts = (
        _person(values), values.get("company"), values.get("street"), town, values.get("country")
    )  # fmt: skip
    return "\n".join(str(part) for part in parts if part)


def _person(values: Mapping[str, Value]) -> str:
    """The contact's name, whom a task is about."""
    named = (values.get("first_name"), values.get("last_name"))
    return " ".join(str(part) for part in named if part)
