"""Tags: labels on contacts."""

from __future__ import annotations

from package_format.kinds.model import Model, Text


class Tag(Model):
    """A label on a contact.

    Attributes:
        name: What people see; a tag is recognised in an account by its name.
        category: The group that the account lists it under.
        description: What the tag stands for.
    """

    name: Text
    category: Text | None = None
    description: Text | None = None
