"""Services: the methods of the old API, each a row of one table.

A method is given the account and the arguments after the key. What it may do is what a key with
its scope may; a method that only reads runs beside others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from account_engine.account import Account
from account_engine.contacts import Contact, Value
from account_engine.errors import UnknownObjectError
from account_engine.keys import Scope
from account_engine.server.desks import Access
from account_engine.server.goals import Outcome, call
from account_engine.server.xmlrpc.faults import Code, fault
from account_engine.server.xmlrpc.records import TABLES, Fields, Query, Record, contacts

_MOST = 1000


@dataclass(frozen=True)
class Method:
    """A row of the table.

    Attributes:
        run: Does it.
        takes: What each argument has to be.
        scope: What a key has to be good for.
        access: What it does to the account.
        optional: How many of the last arguments may be left out.
    """

    run: Callable[..., object]
    takes: tuple[type, ...]
    scope: Scope
    access: Access = Access.READ
    optional: int = 0

    def arguments(self, given: Sequence[object]) -> tuple[object, ...]:
        """Return arguments as the method takes them; numbers may be written as text.

        Raises:
            Fault: There are too many or too few, or one is of another type.
        """
        least = len(self.takes) - self.optional
        if not least <= len(given) <= len(self.takes):
            raise fault(
                Code.NO_SUCH_METHOD,
                f"No method matching arguments: it takes {least} after the key, not {len(given)}.",
            )
        return tuple(map(_as, self.takes, given))


def _as(wanted: type, given: object) -> object:
    if wanted is int and isinstance(given, str) and given.isascii() and given.isdecimal():
        given = int(given) if len(given) <= 18 else given  # noqa: PLR2004  what a column can hold
    if wanted is bool and isinstance(given, int):
        given = bool(given)
    if not isinstance(given, wanted) or (wanted is int and isinstance(given, bool)):
        raise fault(
            Code.INVALID_PARAMETER, f"{_brief(given)} has to be a {_WORDS.get(wanted, 'value')}."
        )
    return given


_WORDS = {int: "number", str: "text", list: "list", dict: "struct", bool: "boolean"}


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004  as much as one reads


def _texts(values: Sequence[object]) -> list[str]:
    return [str(_as(str, one)) for one in values]


# --- FunnelService


def achieve_goal(account: Account, integration: str, name: str, contact: int) -> list[Record]:
    """Call a goal for a contact; a struct for each goal that heard it."""
    outcomes = call(account, _known(account, contact).id, integration, name)
    if not outcomes:
        said = f"No goal listens for {integration} {name}"
        return [{"success": False, "msg": said, "flowStartResults": [], "flowStopResults": []}]
    return [_outcome(one) for one in outcomes]


def _outcome(one: Outcome) -> Record:
    return {
        "success": True,
        "msg": f"Goal {one.goal} of {one.title} was achieved",
        "goalId": one.number,
        "funnelId": one.campaign,
        "flowStartResults": [
            {"success": True, "msg": f"{name} was started", "flowId": number}
            for name, number in one.started
        ],
        "flowStopResults": [
            {"success": True, "msg": f"{name} was stopped", "flowId": number}
            for name, number in one.ended
        ],
    }


# --- ContactService


def add(account: Account, data: Mapping[str, object]) -> int:
    """Add a contact, whoever else there is."""
    return _added(account, Fields(account).values(data)).id


def _added(account: Account, values: Mapping[str, Value]) -> Contact:
    return account.add_contact({name: value for name, value in values.items() if value != ""})


_CHECKS: Mapping[str, tuple[str, ...]] = {
    "Email": ("email",),
    "EmailAndName": ("email", "first_name", "last_name"),
    "EmailAndNameAndCompany": ("email", "first_name", "last_name", "company"),
}


def add_with_dup_check(account: Account, data: Mapping[str, object], check: str) -> int:
    """Add a contact, or change the one who is alike."""
    if check not in _CHECKS:
        raise fault(Code.INVALID_PARAMETER, f"The checks are {', '.join(_CHECKS)}.")
    values = Fields(account).values(data)
    email = values.get("email")
    if not isinstance(email, str) or not email:
        raise fault(Code.INVALID_PARAMETER, "A duplicate check needs Email.")
    with account.together():
        for one in account.find_contacts(email=email):
            if all(_alike(one.values.get(f), values.get(f)) for f in _CHECKS[check]):
                _change(account, one.id, values)
                return one.id
        return _added(account, values).id


def _alike(one: object, other: object) -> bool:
    return str(one or "").strip().casefold() == str(other or "").strip().casefold()


def load(account: Account, contact: int, wanted: list[object]) -> Record:
    """Return some fields of a contact."""
    return Fields(account).record(_known(account, contact), _texts(wanted))


def update(account: Account, contact: int, data: Mapping[str, object]) -> int:
    """Change a contact; each value that differs is an event (C10)."""
    values = Fields(account).values(data)
    with account.at_once():
        _change(account, _known(account, contact).id, values)
    return contact


def _change(account: Account, contact: int, values: Mapping[str, Value]) -> None:
    for field, value in values.items():
        account.set_value(contact, field, value)


def find_by_email(account: Account, email: str, wanted: list[object]) -> list[Record]:
    """Return some fields of every contact with an address."""
    fields, names = Fields(account), _texts(wanted)
    return [fields.record(one, names) for one in account.find_contacts(email=email)]


def add_to_group(account: Account, contact: int, group: int) -> bool:
    """Put a tag on a contact; False if they had it."""
    who = _known(account, contact)
    _known_tag(account, group)
    account.apply_tag(who.id, group)
    return f"#{group}" not in who.tags


def remove_from_group(account: Account, contact: int, group: int) -> bool:
    """Take a tag off a contact; False if they had not had it."""
    who = _known(account, contact)
    _known_tag(account, group)
    account.remove_tag(who.id, group)
    return f"#{group}" in who.tags


def _known(account: Account, contact: int) -> Contact:
    try:
        return account.contact(contact)
    except UnknownObjectError:
        raise fault(Code.RECORD_NOT_FOUND, f"Record Not Found: Contact {contact}") from None


def _known_tag(account: Account, group: int) -> None:
    found = account.object(group)
    if found is None or found.kind != "tag":
        raise fault(Code.RECORD_NOT_FOUND, f"Record Not Found: ContactGroup {group}")


# --- DataService


def query(
    account: Account,
    table: str,
    limit: int,
    page: int,
    where: Mapping[str, object],
    wanted: list[object],
    order: str = "",
    ascending: bool = True,  # noqa: FBT001, FBT002  clients pass it by place
) -> list[Record]:
    """Return some fields of a page of a table's records."""
    if not 0 < limit <= _MOST or not 0 <= page < 2**31:
        raise fault(Code.INVALID_PARAMETER, f"A page has from 1 to {_MOST} records.")
    if not wanted:
        raise fault(Code.NO_FIELDS, "No fields were asked for.")
    asked = Query(where, _texts(wanted), order, ascending, page * limit, limit)
    if table == "Contact":
        return contacts(account, asked)
    if table not in TABLES:
        raise fault(Code.NO_TABLE_FOUND, f"No such table: {table[:60]}")
    return TABLES[table].answer(account, table, asked)


METHODS: Mapping[str, Method] = {
    "FunnelService.achieveGoal": Method(achieve_goal, (str, str, int), Scope.EVENTS, Access.WRITE),
    "ContactService.add": Method(add, (dict,), Scope.CONTACTS, Access.WRITE),
    "ContactService.addWithDupCheck": Method(
        add_with_dup_check, (dict, str), Scope.CONTACTS, Access.WRITE
    ),
    "ContactService.load": Method(load, (int, list), Scope.READ),
    "ContactService.update": Method(update, (int, dict), Scope.CONTACTS, Access.WRITE),
    "ContactService.findByEmail": Method(find_by_email, (str, list), Scope.READ),
    "ContactService.addToGroup": Method(add_to_group, (int, int), Scope.CONTACTS, Access.WRITE),
    "ContactService.removeFromGroup": Method(
        remove_from_group, (int, int), Scope.CONTACTS, Access.WRITE
    ),
    "DataService.query": Method(
        query, (str, int, int, dict, list, str, bool), Scope.READ, optional=2
    ),
}
"""Every method, by the name in calls."""


def arguments_of(name: str, arguments: Sequence[Any]) -> tuple[Method, str, tuple[object, ...]]:
    """Return the method that a call means, the key's token in it, and its arguments.

    Raises:
        Fault: There is no such method, or the arguments do not fit.
    """
    method = METHODS.get(name)
    if method is None:
        raise fault(Code.NO_SUCH_METHOD, f"No such handler: {name[:100]}")
    if not arguments or not isinstance(arguments[0], str):
        raise fault(Code.INVALID_KEY, "Invalid Key")
    return method, arguments[0], method.arguments(arguments[1:])
