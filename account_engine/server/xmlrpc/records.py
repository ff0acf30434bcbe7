"""Records: the tables of the old API, their fields, and what each is in an account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from account_engine.account import Account
from account_engine.contacts import Contact, Value
from account_engine.objects import StoredObject, number_of
from account_engine.server.xmlrpc.faults import Code, fault

Record: TypeAlias = dict[str, object]

CONTACT: Mapping[str, str] = {
    "FirstName": "first_name",
    "LastName": "last_name",
    "Email": "email",
    "Phone1": "phone",
    "Fax1": "fax",
    "Company": "company",
    "StreetAddress1": "street",
    "PostalCode": "postal_code",
    "City": "city",
    "Country": "country",
    "Language": "language",
    "TimeZone": "time_zone",
    "Birthday": "birthday",
}
"""The old names of built-in fields; custom fields begin with an underscore."""

_SAFE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WALK = 1000
_FARTHEST = 100_000
"""How many contacts are looked through for what no index finds."""

NULL = "~null~"


class Fields:
    """The fields of contacts in one account, by their old names."""

    def __init__(self, account: Account) -> None:
        """Learn the custom fields."""
        custom = account.objects_of("field")
        self._keys = {str(one.data["name"]): one.reference for one in custom}

    def key(self, name: str) -> str:
        """Return a field as contacts have it.

        Raises:
            Fault: There is no such field.
        """
        if name in CONTACT:
            return CONTACT[name]
        if name.startswith("_"):
            for spelling in (name[1:], _SAFE.sub("_", name[1:]).lower()):
                if spelling in self._keys:
                    return self._keys[spelling]
        raise fault(Code.NO_FIELD_FOUND, f"No such field: Contact.{name}")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a contact's record has."""
        return ("Id", *CONTACT, "OwnerEmail", "Groups", *(f"_{name}" for name in self._keys))

    def value(self, contact: Contact, name: str) -> object:
        """Return what a contact's record has under a name; None for nothing."""
        match name:
            case "Id":
                return contact.id
            case "Groups":
                return ",".join(str(n) for n in sorted(number_of(t) or 0 for t in contact.tags))
            case "OwnerEmail":
                return contact.owner
            case _:
                return contact.values.get(self.key(name))

    def record(self, contact: Contact, wanted: Sequence[str]) -> Record:
        """Return a contact's record; fields without a value are left out, as they always were."""
        found = ((name, self.value(contact, name)) for name in wanted)
        return {name: value for name, value in found if value not in (None, "")}

    def values(self, data: Mapping[str, object]) -> dict[str, Value]:
        """Return what a client wants a contact to have, by fields as contacts have them.

        Raises:
            Fault: A field is unknown, or cannot be written.
        """
        found: dict[str, Value] = {}
        for name, value in data.items():
            if name in ("Id", "Groups", "OwnerEmail"):
                raise fault(Code.NO_FIELD_ACCESS, f"No access to field Contact.{name}")
            if value is not None and not isinstance(value, str | int | float | bool):
                raise fault(Code.INVALID_PARAMETER, f"Contact.{name} is one value.")
            found[self.key(name)] = "" if value is None else value
        return found


@dataclass(frozen=True)
class Query:
    """What `DataService.query` asks of a table.

    Attributes:
        where: Values by field; `%` stands for anything, ``~null~`` for nothing, a list for any.
        wanted: The fields to answer.
        order: The field to order by; the id if it is empty.
        ascending: Which way.
        start: How many records to leave out.
        limit: How many to answer.
    """

    where: Mapping[str, object]
    wanted: Sequence[str]
    order: str
    ascending: bool
    start: int
    limit: int

    def meets(self, record: Mapping[str, object]) -> bool:
        """Whether a record is one that is asked for."""
        return all(_meets(record.get(name), wanted) for name, wanted in self.where.items())


def _meets(value: object, wanted: object) -> bool:
    if isinstance(wanted, list):
        return any(_meets(value, one) for one in wanted)
    if wanted == NULL:
        return value in (None, "")
    pattern = str(wanted)
    if "%" not in pattern:
        return str("" if value is None else value).casefold() == pattern.casefold()
    return _is_like(str("" if value is None else value).casefold(), pattern.casefold())


def _is_like(text: str, pattern: str) -> bool:
    """Whether a text is what a pattern says, in which `%` stands for anything."""
    first, *between, last = pattern.split("%")
    if not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in between:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def contacts(account: Account, query: Query) -> list[Record]:
    """Answer a query for contacts."""
    fields = Fields(account)
    for name in (*query.where, *query.wanted, *filter(None, [query.order])):
        if name not in ("Id", "Groups", "OwnerEmail"):
            fields.key(name)
    needed = [*dict.fromkeys((*query.where, *query.wanted, query.order or "Id"))]
    found: list[Record] = []
    for contact in _candidates(account, fields, query):
        record = {name: fields.value(contact, name) for name in needed}
        if query.meets(record):
            found.append(record)
            if not query.order and query.ascending and len(found) >= query.start + query.limit:
                break
    return _page(found, query)


def _candidates(account: Account, fields: Fields, query: Query) -> Iterator[Contact]:
    """Yield those who may be meant: by an index if there is one, else everybody."""
    for name, wanted in query.where.items():
        if isinstance(wanted, list) or wanted == NULL or "%" in str(wanted):
            continue
        if name == "Id":
            text = str(wanted)
            if text.isdecimal() and len(text) <= 18:  # noqa: PLR2004  what a column can hold
                yield from account.contacts(after=int(text) - 1, limit=1) if int(text) else ()
            return
        if name not in ("Groups", "OwnerEmail"):
            yield from account.contacts_with(fields.key(name), str(wanted), limit=_FARTHEST)
            return
    after = seen = 0
    while page := account.contacts(after=after, limit=_WALK):
        yield from page
        after, seen = page[-1].id, seen + len(page)
        if seen >= _FARTHEST:
            raise fault(
                Code.INVALID_PARAMETER,
                f"{_FARTHEST:,} contacts were looked through; ask for an exact value of a field.",
            )


def _page(found: list[Record], query: Query) -> list[Record]:
    if query.order or not query.ascending:
        by = query.order or "Id"
        found.sort(key=lambda record: _sortable(record.get(by)), reverse=not query.ascending)
    shown = found[query.start : query.start + query.limit]
    return [
        {name: one[name] for name in query.wanted if one.get(name) not in (None, "")}
        for one in shown
    ]


def _sortable(value: object) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (0, 0.0, "") if value is None else (2, 0.0, str(value).casefold())


@dataclass(frozen=True)
class Table:
    """A table other than that of contacts; it is small, and looked through.

    Attributes:
        fields: Its fields.
        rows: Its records.
    """

    fields: tuple[str, ...]
    rows: Callable[[Account], Iterator[Record]]

    def answer(self, account: Account, name: str, query: Query) -> list[Record]:
        """Answer a query.

        Raises:
            Fault: A field is unknown.
        """
        for field in (*query.where, *query.wanted, *filter(None, [query.order])):
            if field not in self.fields:
                raise fault(Code.NO_FIELD_FOUND, f"No such field: {name}.{field}")
        return _page([row for row in self.rows(account) if query.meets(row)], query)


def _of_kind(
    kind: str, record: Callable[[StoredObject], Record]
) -> Callable[[Account], Iterator[Record]]:
    def rows(account: Account) -> Iterator[Record]:
        for stored in account.objects_of(kind):
            yield {"Id": stored.id, **record(stored)}

    return rows


def _tag(stored: StoredObject) -> Record:
    data = stored.data
    return {"GroupName": data["name"], "GroupDescription": data.get("description")}


def _product(stored: StoredObject) -> Record:
    data = stored.data
    price, sku = float(str(data["price"])), data.get("sku")
    return {"ProductName": data["name"], "ProductPrice": price, "Sku": sku}


def _field(stored: StoredObject) -> Record:
    data = stored.data
    return {"Name": data["name"], "Label": data["title"], "FormId": -1, "DataType": _type(data)}


_TYPES = {"text": 15, "number": 12, "date": 13, "choice": 21, "boolean": 6}


def _type(data: Mapping[str, object]) -> int:
    return _TYPES[str(data.get("type", "text"))]


def _assignments(account: Account) -> Iterator[Record]:
    labels = {tag.reference: tag.label for tag in account.objects_of("tag")}
    after = seen = 0
    while (page := account.contacts(after=after, limit=_WALK)) and seen < _FARTHEST:
        for contact in page:
            for tag in sorted(contact.tags, key=lambda text: number_of(text) or 0):
                yield {
                    "Id": contact.id,
                    "ContactId": contact.id,
                    "GroupId": number_of(tag),
                    "ContactGroup": labels.get(tag, tag),
                }
        after, seen = page[-1].id, seen + len(page)


TABLES: Mapping[str, Table] = {
    "ContactGroup": Table(("Id", "GroupName", "GroupDescription"), _of_kind("tag", _tag)),
    "ContactGroupAssign": Table(("Id", "ContactId", "GroupId", "ContactGroup"), _assignments),
    "Product": Table(("Id", "ProductName", "ProductPrice", "Sku"), _of_kind("product", _product)),
    "DataFormField": Table(
        ("Id", "Name", "Label", "FormId", "DataType"), _of_kind("field", _field)
    ),
    "Campaign": Table(("Id", "Name"), _of_kind("campaign", lambda stored: {"Name": stored.label})),
}
"""The tables that can be asked besides `Contact`, by their old names."""
