"""The fields that every contact has, whatever account they are in.

Custom fields are resources (`kinds.field`); these are not, and a package's own fields may not take
their names. They are written in conditions, timers and merge fields by the same plain name.
"""

from __future__ import annotations

from enum import StrEnum


class FieldType(StrEnum):
    """What a contact's field holds; the engine compares values by this type."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    BOOLEAN = "boolean"


class Channel(StrEnum):
    """A way to reach a contact; consent is given and withdrawn for each of them (C13)."""

    EMAIL = "email"
    LETTER = "letter"
    FAX = "fax"
    PHONE = "phone"


BUILT_IN: dict[str, FieldType] = {
    "first_name": FieldType.TEXT,
    "last_name": FieldType.TEXT,
    "email": FieldType.TEXT,
    "phone": FieldType.TEXT,
    "fax": FieldType.TEXT,
    "company": FieldType.TEXT,
    "street": FieldType.TEXT,
    "postal_code": FieldType.TEXT,
    "city": FieldType.TEXT,
    "country": FieldType.TEXT,
    "language": FieldType.TEXT,
    "time_zone": FieldType.TEXT,
    "birthday": FieldType.DATE,
}
"""Every built-in field and its type; ``time_zone`` holds an IANA name such as Europe/Oslo."""
