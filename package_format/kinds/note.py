"""Note templates: what is written down about a contact."""

from __future__ import annotations

from package_format.kinds.model import MessageLine, MessageText, Model


class Note(Model):
    """A template of a note; merge fields are filled in when the note is written.

    Attributes:
        title: What the note is about.
        text: What it says.
    """

    title: MessageLine
    text: MessageText | None = None
