"""Letters and faxes: messages on paper, front matter and then the body in HTML."""

from __future__ import annotations

from package_format.kinds.model import MessageBody, Model, Text


class Letter(Model):
    """A letter to a contact's postal address.

    Attributes:
        title: What people call it; it is not printed.
        body: The HTML that stands below the front matter and is printed.
    """

    title: Text
    body: MessageBody


class Fax(Model):
    """A fax to a contact's fax number.

    Attributes:
        title: What people call it; it is not printed.
        body: The HTML that stands below the front matter and is printed.
    """

    title: Text
    body: MessageBody
