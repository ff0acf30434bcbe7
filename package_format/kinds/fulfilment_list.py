"""Fulfilment lists: contacts for whom somebody has something to pack or to print."""

from __future__ import annotations

from typing import Annotated

from package_format.kinds.model import Model, RefTo, Text


class FulfilmentList(Model):
    """A list that whoever fulfils it gets from time to time.

    Attributes:
        name: What people see; a list is recognised in an account by its name.
        fields: What it says of each contact: built-in fields' names, references to custom ones.
        description: What is to be done for who is on it.
    """

    name: Text
    fields: tuple[Annotated[str, RefTo("field")], ...] = ()
    description: Text | None = None
