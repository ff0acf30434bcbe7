"""Internal forms: what somebody of the account fills in about a contact."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from package_format.kinds.form import FormField
from package_format.kinds.model import Model, Text


class InternalForm(Model):
    """A form about a contact that the account's own people fill in.

    Attributes:
        title: What stands above it; it is recognised in an account by its title.
        fields: What it asks, in order.
        button: What the button says.
    """

    title: Text
    fields: Annotated[tuple[FormField, ...], Field(min_length=1)]
    button: Text = "Save"
