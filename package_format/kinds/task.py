"""Task templates: what the owner of a contact is asked to do."""

from __future__ import annotations

from package_format.kinds.model import MessageLine, Model


class Task(Model):
    """A template of a task; merge fields are filled in when the task is handed out.

    Attributes:
        title: What is to be done.
        notes: What helps doing it.
    """

    title: MessageLine
    notes: MessageLine | None = None
