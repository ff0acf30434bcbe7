"""Custom fields of contacts. Campaigns are about contacts, so there are no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from package_format.contact_fields import FieldType
from package_format.forms import FIELD_NAME
from package_format.kinds.model import Model, Text


class ContactField(Model):
    """A custom field of contacts.

    Attributes:
        name: Its name in merge fields, ``{{ contact.name }}``; the resource's key when left out. A
            field is recognised in an account by its name.
        title: What people see.
        type: What it holds.
        choices: The values of a field of type choice.
        description: What the field is for.
    """

    name: Annotated[str, StringConstraints(pattern=FIELD_NAME.pattern)]
    title: Text
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()
    description: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_of_contacts(cls, value: object) -> object:
        if not isinstance(value, Mapping) or "entity" not in value:
            return value
        if value["entity"] != "contact":
            raise ValueError(
                f"campaigns are about contacts, so fields are for contacts only: a field of "
                f"{value['entity']!s} cannot be in a package; leave out entity, or keep it "
                "in the account"
            )
        return {name: inner for name, inner in value.items() if name != "entity"}

    @model_validator(mode="after")
    def _choices_go_with_choice(self) -> Self:
        if (self.type is FieldType.CHOICE) != bool(self.choices):
            raise ValueError("a field of type choice, and no other, lists its choices")
        return self
