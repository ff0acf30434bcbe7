"""Contacts and resources as people name them on the command line."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from account_engine.contacts import Contact
from account_engine.objects import StoredObject, number_of
from cpt.cli.reading import read_text
from cpt.errors import BadInputError, UsageError
from cpt.installer.record.snapshot import record_of
from package_format.kinds.table import KINDS
from package_format.placeholders import in_brackets
from package_format.references import Address, InvalidReferenceError
from package_format.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from cpt.cli.places import AnyAccount

_DIGITS = 18
"""Of how many digits a contact's number may be; there are not so many people."""

_LOOKED_THROUGH = 10_000
"""Among how many contacts to look for somebody whose address is like one that nobody has."""


@dataclass(frozen=True)
class Person:
    """Somebody named on the command line or in a file.

    Attributes:
        who: An address or a number.
        values: What stands beside them in the file: values by field name.
        number: Their number, if the account has just said it.
    """

    who: str
    values: Mapping[str, str] = field(default_factory=dict)
    number: int | None = None


def one_contact(account: AnyAccount, who: str) -> Contact:
    """Return the contact with an address, or a number (``#12``, ``12``).

    Raises:
        BadInputError: There is none, or several have the address.
    """
    found = contacts_named(account, who)
    if not found:
        raise BadInputError(
            f"there is no contact {who} in this account", *_close_addresses(account, who)
        )
    if len(found) > 1:
        numbers = ", ".join(f"#{contact.id}" for contact in found)
        raise BadInputError(f"several contacts have the address {who}", f"name one: {numbers}")
    return found[0]


def contacts_named(account: AnyAccount, who: str) -> tuple[Contact, ...]:
    """Return the contacts with an address, or the one with a number; none if there are none."""
    number = who.removeprefix("#")
    if number.isdecimal():
        return (account.contact(int(number)),) if len(number) <= _DIGITS else ()
    return account.find_contacts(email=who)


def _close_addresses(account: AnyAccount, who: str) -> Iterator[str]:
    some = account.contacts(limit=_LOOKED_THROUGH)
    addresses = [str(contact.values.get("email", "")) for contact in some]
    hint = did_you_mean(who, addresses)
    if hint:
        yield hint


def people(account: AnyAccount, who: str) -> tuple[Person, ...]:
    """Return everybody whom one word on the command line means.

    It is an address or a number; ``everyone``; ``tagged:NAME``; ``@FILE`` with one address a line,
    or a CSV file with the column ``email``; or ``-`` for the same on standard input.

    Raises:
        UsageError: It is none of these.
        BadInputError: The file cannot be read.
    """
    if who == "-":
        return _listed(_standard_input(), "standard input")
    if who.startswith("@") and len(who) > 1:
        return _listed(read_text(Path(who[1:])), who[1:])
    if who == "everyone":
        return tuple(Person(f"#{one.id}", number=one.id) for one in account.contacts())
    if who.startswith("tagged:"):
        tag = find_object(account, "tag", who.removeprefix("tagged:"))
        carrying = (c for c in account.contacts() if tag.reference in c.tags)
        return tuple(Person(f"#{one.id}", number=one.id) for one in carrying)
    if "@" in who or who.removeprefix("#").isdecimal():
        return (Person(who),)
    raise UsageError(
        f"{who!r} names nobody",
        "write an address, @FILE.csv, - for standard input, tagged:NAME or everyone",
    )


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError("standard input is not a text in UTF-8") from error


def _listed(text: str, source: str) -> tuple[Person, ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadInputError(f"{source} names nobody")
    if "@" in lines[0]:
        return tuple(Person(line) for line in lines)
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise BadInputError(f"{source} cannot be read: {error}") from error
    if not rows or "email" not in rows[0]:
        raise BadInputError(
            f"{source} has no column email", "its first line names fields, among them email"
        )
    return tuple(
        Person(
            str(row["email"]),
            {str(k): str(v) for k, v in row.items() if k not in ("email", "tags") and v},
        )
        for row in rows
    )


def find_object(account: AnyAccount, kind: str, text: str) -> StoredObject:
    """Return the resource of a kind that people mean by a text.

    They may write its name, its id (``#12``), or, if a package manages it, its key.

    Raises:
        BadInputError: There is none, or there are several.
    """
    number = number_of(text)
    if number is not None:
        found = account.object(number)
        if found is not None and found.kind == kind:
            return found
    candidates = list(_managed(account, kind, text))
    if not candidates:
        candidates = list(account.find(kind, text))
    title = KINDS[kind].title
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        ids = ", ".join(f"{c.reference} ({in_brackets(c.label)})" for c in candidates)
        raise BadInputError(f"{text} could be several: {ids}", "name one by its id, such as #12")
    known = {stored.label: stored for stored in account.objects_of(kind)}
    keys = [address.key for address, _ in _addresses(account) if address.kind == kind]
    close = [word for word in (*known, *keys) if text.casefold() in word.casefold()]
    close = close or nearest(text, [*known, *keys], likeness=0.5)
    there = f"there is: {', '.join(map(in_brackets, known))}" if known else "it has none"
    raise BadInputError(
        f"there is no {title} {text} in this account",
        f"did you mean {in_brackets(close[0])}?" if close else there,
    )


def _addresses(account: AnyAccount) -> Iterator[tuple[Address, int]]:
    """Yield the address and id of everything that packages manage."""
    for text, managed in record_of(account.record()).objects.items():
        number = number_of(managed.object)
        if number is not None:
            yield Address.parse(text), number


def _managed(account: AnyAccount, kind: str, text: str) -> Iterator[StoredObject]:
    """Yield what packages manage under a key, ``package:key`` or ``publisher/package:key``."""
    package, _, key = text.rpartition(":")
    for address, number in _addresses(account):
        fits = not package or package in (address.package, address.package.partition("/")[2])
        if fits and (address.kind, address.key) == (kind, key):
            stored = account.object(number)
            if stored is not None:
                yield stored


def packaged_beside(
    account: AnyAccount, stored: StoredObject
) -> Iterator[tuple[str, StoredObject]]:
    """Yield what the package of a resource manages of the same kind besides, with its key."""
    own = address_of(account, stored)
    for address, number in _addresses(account):
        is_beside = own is not None and number != stored.id and address.package == own.package
        found = account.object(number) if is_beside and address.kind == stored.kind else None
        if found is not None:
            yield address.key, found


def find_resource(account: AnyAccount, text: str) -> StoredObject:
    """Return the resource that an address (``email/confirmed``) or an id (``#12``) means.

    Raises:
        BadInputError: There is none, or there are several.
        UsageError: It is neither an address nor an id.
    """
    number = number_of(text)
    if number is not None:
        found = account.object(number)
        if found is None:
            raise BadInputError(f"there is no resource {text} in this account")
        return found
    try:
        address = Address.parse(text)
        kind, name = address.kind, f"{address.package}:{address.key}".removeprefix(":")
    except InvalidReferenceError as error:
        kind, _, name = text.partition("/")
        if not name or kind not in KINDS:
            raise UsageError(
                f"{text!r} names no resource",
                "write an address such as email/confirmed, a name such as tag/Newsletter, "
                "or an id such as '#12'",
            ) from error
    if kind not in KINDS:
        raise UsageError(f"there is no kind {kind}", f"the kinds are {', '.join(KINDS)}")
    return find_object(account, kind, name)


def address_of(account: AnyAccount, stored: StoredObject) -> Address | None:
    """Return the address of a resource that a package manages; None for the owner's own."""
    return next((a for a, number in _addresses(account) if number == stored.id), None)
