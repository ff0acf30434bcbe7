"""Web forms: what a contact fills in on a page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from package_format.kinds.model import Model, RefTo, Text


class FormField(Model):
    """One field of a form.

    Attributes:
        field: A built-in field's name or a reference to a custom field.
        label: What stands beside it; the field's own title when left out.
        required: Whether the form can be sent without it.
    """

    field: Annotated[str, RefTo("field")]
    label: Text | None = None
    required: bool = False


class Form(Model):
    """A form that a contact fills in on a page.

    Attributes:
        title: What stands above it; a form is recognised in an account by its title.
        fields: What it asks, in order.
        button: What the button says.
        thanks: What is shown once it was sent.
    """

    title: Text
    fields: Annotated[tuple[FormField, ...], Field(min_length=1)]
    button: Text = "Send"
    thanks: Text | None = None
