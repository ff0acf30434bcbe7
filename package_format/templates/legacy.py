"""The older form of merge fields, ``~Contact.FirstName~``, to and from the present one.

What people bring along from older accounts is full of it, and some systems still want it. A merge
field with nothing but a name has an older form; filters and conditions have none, and stay as they
are. Names that begin with an underscore in the older form are custom fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from package_format.contact_fields import BUILT_IN

_OLDER: Mapping[str, str] = {
    "contact.first_name": "Contact.FirstName",
    "contact.last_name": "Contact.LastName",
    "contact.email": "Contact.Email",
    "contact.phone": "Contact.Phone1",
    "contact.company": "Contact.Company",
    "contact.city": "Contact.City",
    "contact.country": "Contact.Country",
    "contact.language": "Contact.Language",
    "contact.time_zone": "Contact.TimeZone",
    "contact.birthday": "Contact.Birthday",
    "account.name": "Company.Company",
    "account.address": "Company.HTMLCanSpamAddressBlock",
    "unsubscribe_url": "OptOut.Link",
}
_NEWER = {older: newer for newer, older in _OLDER.items()}
_FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*\}\}")
_MARK = re.compile(r"~([A-Za-z]+\.[A-Za-z0-9_]+)~")
_CUSTOM = re.compile(r"Contact\._([A-Za-z][A-Za-z0-9_]*)")


def to_legacy(text: str) -> str:
    """Return a message with ``~Contact.FirstName~`` for ``{{ contact.first_name }}``.

    Args:
        text: The message. What has no older form stays as it is.
    """
    return _FIELD.sub(lambda match: _older(match[1]) or match[0], text)


def from_legacy(text: str) -> str:
    """Return a message with ``{{ contact.first_name }}`` for ``~Contact.FirstName~``.

    Args:
        text: The message. Tildes that mark no field that is known stay as they are.
    """
    return _MARK.sub(lambda match: _newer(match[1]) or match[0], text)


def _older(name: str) -> str | None:
    if name in _OLDER:
        return f"~{_OLDER[name]}~"
    root, _, field = name.partition(".")
    if root != "contact" or not field or field in BUILT_IN:
        return None
    return f"~Contact._{field}~"


def _newer(mark: str) -> str | None:
    if mark in _NEWER:
        return f"{{{{ {_NEWER[mark]} }}}}"
    custom = _CUSTOM.fullmatch(mark)
    if custom is None:
        return None
    field = _snake(custom[1])
    return None if field in BUILT_IN else f"{{{{ contact.{field} }}}}"


def _snake(name: str) -> str:
    """Return a name as fields have it: ``WebinarDate`` is ``webinar_date``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
