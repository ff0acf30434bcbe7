"""Contacts, as REST v2 has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from account_engine.account import Account
from account_engine.contacts import Contact, Value
from account_engine.errors import UnknownObjectError
from account_engine.keys import Scope
from account_engine.objects import number_of, reference
from account_engine.server.desks import Access
from account_engine.server.operations import Shape
from account_engine.server.rest_v2.asking import Call, Route, bad, meets, missing, whole
from account_engine.server.rest_v2.tags import tag_shape
from package_format.contact_fields import Channel
from package_format.kinds.model import Json

Text = Annotated[str, Field(max_length=20_000)]

_NAMES: Mapping[str, str] = {
    "given_name": "first_name",
    "family_name": "last_name",
    "birth_date": "birthday",
    "preferred_locale": "language",
    "time_zone": "time_zone",
}
_ADDRESS: Mapping[str, str] = {
    "line1": "street",
    "locality": "city",
    "postal_code": "postal_code",
    "country": "country",
}
_CHECKS: Mapping[str, tuple[str, ...]] = {
    "Email": ("email",),
    "EmailAndName": ("email", "first_name", "last_name"),
    "EmailAndNameAndCompany": ("email", "first_name", "last_name", "company"),
}
_FARTHEST = 100_000
_WALK = 1000


class EmailSent(Shape):
    """An address."""

    email: Text
    field: Literal["EMAIL1"] = "EMAIL1"
    opt_in_reason: Text | None = None


class PhoneSent(Shape):
    """A number."""

    number: Text
    field: Literal["PHONE1"] = "PHONE1"


class FaxSent(Shape):
    """A fax number."""

    number: Text
    field: Literal["FAX1"] = "FAX1"


class AddressSent(Shape):
    """A postal address."""

    field: Literal["BILLING"] = "BILLING"
    line1: Text | None = None
    locality: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class CompanySent(Shape):
    """A company."""

    company_name: Text | None = None


class ValueSent(Shape):
    """A custom field's value."""

    id: str
    content: str | int | float | bool | None = None


class MergeSent(Shape):
    """Which contact is merged into which."""

    contact_id: Text
    duplicate_contact_id: Text


class ContactSent(Shape):
    """A contact to be made or changed; what is left out stays as it is."""

    given_name: Text | None = None
    family_name: Text | None = None
    birth_date: Text | None = None
    preferred_locale: Text | None = None
    time_zone: Text | None = None
    owner_id: Text | None = None
    company: CompanySent | None = None
    email_addresses: Annotated[list[EmailSent], Field(max_length=1)] | None = None
    phone_numbers: Annotated[list[PhoneSent], Field(max_length=1)] | None = None
    fax_numbers: Annotated[list[FaxSent], Field(max_length=1)] | None = None
    addresses: Annotated[list[AddressSent], Field(max_length=1)] | None = None
    custom_fields: Annotated[list[ValueSent], Field(max_length=500)] | None = None


def _values(account: Account, sent: ContactSent) -> dict[str, Value]:
    """What is sent, by fields as contacts have them; an empty text clears one."""
    found: dict[str, Value] = {}
    for name, field in _NAMES.items():
        if (value := getattr(sent, name)) is not None:
            found[field] = value
    if sent.company is not None and sent.company.company_name is not None:
        found["company"] = sent.company.company_name
    for email in sent.email_addresses or ():
        found["email"] = email.email
    for phone in sent.phone_numbers or ():
        found["phone"] = phone.number
    for fax in sent.fax_numbers or ():
        found["fax"] = fax.number
    for address in sent.addresses or ():
        for name, field in _ADDRESS.items():
            if (value := getattr(address, name)) is not None:
                found[field] = value
    for custom in sent.custom_fields or ():
        number = whole(custom.id)
        stored = account.object(number) if number else None
        if stored is None or stored.kind != "field":
            raise bad(f"There is no custom field {custom.id[:60]}.")
        found[stored.reference] = "" if custom.content is None else custom.content
    return found


def contact_shape(contact: Contact, wanted: tuple[str, ...] = ()) -> Json:
    """Return a contact as REST v2 has them, or only what is wanted of them."""
    values = contact.values
    opted = not contact.opted_out
    shape: dict[str, Json] = {
        "id": str(contact.id),
        **{name: values.get(field) for name, field in _NAMES.items()},
        "owner_id": contact.owner,
        "company": {"company_name": values["company"]} if "company" in values else None,
        "email_addresses": [
            {
                "email": values["email"],
                "field": "EMAIL1",
                "is_opt_in": opted,
                "email_opt_status": "UNENGAGED_MARKETABLE" if opted else "LIST_UNSUBSCRIBE",
            }
        ]
        if "email" in values
        else [],
        "phone_numbers": [{"number": values["phone"], "field": "PHONE1"}]
        if "phone" in values
        else [],
        "fax_numbers": [{"number": values["fax"], "field": "FAX1"}] if "fax" in values else [],
        "addresses": list(_address(values)),
        "tag_ids": [str(n) for n in sorted(number_of(tag) or 0 for tag in contact.tags)],
        "custom_fields": [
            {"id": str(number), "content": value}
            for name, value in sorted(values.items())
            if (number := number_of(name))
        ],
    }
    return {
        name: value
        for name, value in shape.items()
        if value is not None and (not wanted or name in wanted)
    }


def _address(values: Mapping[str, Value]) -> Iterator[Json]:
    there = {name: values[field] for name, field in _ADDRESS.items() if field in values}
    if there:
        yield {"field": "BILLING", **there}


def known_contact(account: Account, call: Call) -> Contact:
    """Return the contact that a path names.

    Raises:
        ProblemError: There is none.
    """
    return _known(account, call.number("contact_id", "contact"))


def _known(account: Account, number: int) -> Contact:
    try:
        return account.contact(number)
    except UnknownObjectError:
        raise missing("contact", number) from None


_FILTERS = {
    "email": lambda one: one.values.get("email"),
    "given_name": lambda one: one.values.get("first_name"),
    "family_name": lambda one: one.values.get("last_name"),
    "city": lambda one: one.values.get("city"),
    "phone_number": lambda one: one.values.get("phone"),
    "contact_id": lambda one: one.id,
    "contact_ids": lambda one: one.id,
    "ids": lambda one: one.id,
}


def list_contacts(account: Account, call: Call) -> tuple[int, Json]:
    """List contacts by id, a page at a time."""
    if call.one("order_by").strip() not in {"", "id", "id asc"}:
        raise bad("Contacts are listed by id, ascending.")
    size, wanted = call.size, call.several("fields")
    found: list[Contact] = []
    for contact in _candidates(account, call):
        if meets(call, contact, _FILTERS):
            found.append(contact)
            if len(found) > size:
                break
    more = {"next_page_token": str(found[size - 1].id)} if len(found) > size else {}
    return 200, {"contacts": [contact_shape(one, wanted) for one in found[:size]], **more}


def _candidates(account: Account, call: Call) -> Iterator[Contact]:
    """Yield those who may be meant, from the page's beginning on: by an index, or everybody."""
    for name, operator, wanted in call.conditions:
        if name == "email" and operator == "==" and not wanted.endswith("*") and wanted != "NONE":
            every = account.find_contacts(email=wanted)
            yield from (one for one in every if one.id > call.token)
            return
    after, seen = call.token, 0
    while page := account.contacts(after=after, limit=min(_WALK, call.size + 1)):
        yield from page
        after, seen = page[-1].id, seen + len(page)
        if seen >= _FARTHEST:
            raise bad(f"{_FARTHEST:,} contacts were looked through; ask for an email.")


def read_contact(account: Account, call: Call) -> tuple[int, Json]:
    """Return a contact."""
    return 200, contact_shape(known_contact(account, call), call.several("fields"))


def create_contact(account: Account, call: Call) -> tuple[int, Json]:
    """Add a contact, or change the one who is alike if that is asked for."""
    sent = call.read(ContactSent)
    check = call.one("duplicate_option")
    if check and check not in _CHECKS:
        raise bad(f"duplicate_option is one of {', '.join(_CHECKS)}.")
    if not (sent.email_addresses or sent.phone_numbers or sent.addresses):
        raise bad("A contact has at least one of email_addresses, phone_numbers and addresses.")
    # Whoever asks whether somebody is there keeps others from adding them meanwhile.
    with account.together() if check else account.at_once():
        values = _values(account, sent)
        email = values.get("email")
        for one in account.find_contacts(email=str(email)) if check and email else ():
            if all(_alike(one.values.get(f), values.get(f)) for f in _CHECKS[check]):
                _change(account, one.id, values, sent)
                return 200, contact_shape(account.contact(one.id), call.several("fields"))
        added = account.add_contact({k: v for k, v in values.items() if v != ""})
        if sent.owner_id:
            account.assign_owner(added.id, sent.owner_id)
    return 201, contact_shape(account.contact(added.id), call.several("fields"))


def _alike(one: object, other: object) -> bool:
    return str(one or "").strip().casefold() == str(other or "").strip().casefold()


def update_contact(account: Account, call: Call) -> tuple[int, Json]:
    """Change a contact; each value that differs is an event (C10)."""
    sent = call.read(ContactSent)
    mask = call.several("update_mask")
    if mask:
        fields = ContactSent.model_fields
        sent = ContactSent(**{name: getattr(sent, name) for name in fields if name in mask})
    with account.at_once():
        who = known_contact(account, call).id
        _change(account, who, _values(account, sent), sent)
    return 200, contact_shape(account.contact(who), call.several("fields"))


def _change(account: Account, who: int, values: Mapping[str, Value], sent: ContactSent) -> None:
    for field, value in values.items():
        account.set_value(who, field, value)
    if sent.owner_id is not None:
        account.assign_owner(who, sent.owner_id or None)
    if any(email.opt_in_reason for email in sent.email_addresses or ()):
        account.opt_in(who, Channel.EMAIL)


def merge_contacts(account: Account, call: Call) -> tuple[int, Json]:
    """Merge the duplicate into the other contact; to do it again changes nothing."""
    sent = call.read(MergeSent)
    who, other = (
        _there(account, whole(text), text) for text in (sent.contact_id, sent.duplicate_contact_id)
    )
    return 200, contact_shape(account.merge(who, other), call.several("fields"))


def _there(account: Account, number: int | None, text: str) -> int:
    if number is None:
        raise missing("contact", text)
    _known(account, number)
    return number


def delete_contact(account: Account, call: Call) -> tuple[int, Json]:
    """Forget a contact, for good."""
    known_contact(account, call)
    account.delete_contact(call.number("contact_id", "contact"))
    return 204, None


def list_tags_of(account: Account, call: Call) -> tuple[int, Json]:
    """List the tags that a contact carries."""
    who = known_contact(account, call)
    numbers = sorted(number_of(tag) or 0 for tag in who.tags)
    tags = [one for n in numbers if (one := account.object(n)) and reference(n) in who.tags]
    return 200, {"tags": [{"tag": tag_shape(one, {})} for one in tags]}


_ONE = "/contacts/{contact_id}"
CONTACTS = (
    Route("GET", "/contacts", Scope.READ, list_contacts),
    Route("POST", "/contacts", Scope.CONTACTS, create_contact, Access.WRITE),
    Route("GET", _ONE, Scope.READ, read_contact),
    Route("PATCH", _ONE, Scope.CONTACTS, update_contact, Access.WRITE),
    Route("DELETE", _ONE, Scope.CONTACTS, delete_contact, Access.WRITE),
    Route("POST", "/contacts:merge", Scope.CONTACTS, merge_contacts, Access.WRITE),
    Route("GET", f"{_ONE}/tags", Scope.READ, list_tags_of),
)
