"""HTTP endpoints: programs elsewhere that are told of a contact."""

from __future__ import annotations

from typing import Annotated

from package_format.kinds.model import Model, RefTo, Text, Url


class Endpoint(Model):
    """Where ``http-post`` sends what is known of a contact.

    Attributes:
        title: What people call it; an endpoint is recognised in an account by its title.
        url: The address, normally ``[[ parameters.… ]]``; nothing is sent to one without any.
        secret: What requests are signed with: ``[[ parameters.… ]]`` of the type secret.
        fields: What is sent of the contact besides their number and address: built-in fields'
            names, references to custom ones.
    """

    title: Text
    url: Url | None = None
    secret: Text | None = None
    fields: tuple[Annotated[str, RefTo("field")], ...] = ()
