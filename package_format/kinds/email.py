"""Emails: one file each, YAML front matter and then the body in HTML."""

from __future__ import annotations

from package_format.kinds.model import MessageBody, MessageLine, MessageText, Model, Text


class Email(Model):
    """An email to a contact.

    Attributes:
        subject: The subject line.
        from_: The sender's address; normally ``[[ parameters.… ]]``.
        from_name: The sender's name.
        preheader: The line that inboxes show beside the subject.
        text: The plain text beside the HTML; made of it when left out.
        body: The HTML that stands below the front matter.
    """

    subject: MessageLine
    from_: Text
    from_name: Text | None = None
    preheader: MessageLine | None = None
    text: MessageText | None = None
    body: MessageBody
