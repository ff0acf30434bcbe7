"""Roles: who of the account's people gets tasks and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from package_format.kinds.model import Model, Text


class Holder(Model):
    """Somebody who has a role.

    Attributes:
        user: The user, by address: ``[[ parameters.… ]]`` of the type user. Nobody, if that
            parameter was left empty.
    """

    user: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: object) -> object:
        return {"user": value} if isinstance(value, str) else value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str | Mapping) else value


class Role(Model):
    """What somebody does for contacts, such as coach or seller.

    Attributes:
        title: What people call it; a role is recognised in an account by its title.
        people: Who has it; of several, each contact gets one and keeps them.
    """

    title: Text
    people: Annotated[tuple[Holder, ...], BeforeValidator(_one_or_many), Field(min_length=1)]

    @property
    def users(self) -> tuple[str, ...]:
        """The people who have the role, in order and once each."""
        return tuple(dict.fromkeys(holder.user for holder in self.people if holder.user))
