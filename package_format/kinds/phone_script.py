"""Phone scripts: what helps somebody who calls a contact."""

from __future__ import annotations

from package_format.kinds.model import MessageBody, MessageLine, Model


class PhoneScript(Model):
    """What the caller of a contact has before them.

    Attributes:
        title: What the call is about.
        body: What to ask and to say, in HTML, below the front matter.
    """

    title: MessageLine
    body: MessageBody
