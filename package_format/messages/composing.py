"""Composing: an email for one contact, with everything that is sent.

An account's delivery and a preview (`cpt show emails/KEY.html`) both come through here, so that
what an author looks at is what a contact gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from package_format.kinds.email import Email
from package_format.messages.parts import inlined, text_of
from package_format.templates import one_line, render


class Filling(Protocol):
    """How the merge fields of a text are filled in."""

    def __call__(self, text: str, /, *, html: bool = False) -> str:
        """Return the text with its values; escaped if it is HTML."""


@dataclass(frozen=True)
class Composed:
    """An email to one contact.

    Attributes:
        subject: The subject line.
        preheader: The line that inboxes show beside it; empty if there is none.
        html: The HTML, styles inlined.
        written: The plain text that the author wrote; empty if they wrote none.
    """

    subject: str
    preheader: str
    html: str
    written: str

    @property
    def text(self) -> str:
        """The plain text beside the HTML: what was written, or else what is made of the HTML."""
        return self.written or text_of(self.html)


def composed(
    email: Email,
    contact: Mapping[str, object],
    *,
    account: Mapping[str, object] | None = None,
    unsubscribe_url: str = "",
) -> Composed:
    """Return an email as a contact gets it.

    Args:
        email: The email, parameters filled in.
        contact: The contact's values by the names of their fields.
        account: The account's values.
        unsubscribe_url: Where the contact opts out.

    Raises:
        TemplateError: A text of it cannot be filled in.
    """

    def filled(text: str, /, *, html: bool = False) -> str:
        return render(text, contact, account=account, unsubscribe_url=unsubscribe_url, html=html)

    return put_together(
        filled,
        subject=email.subject,
        preheader=email.preheader or "",
        body=email.body,
        text=email.text or "",
    )


def put_together(
    filled: Filling, *, subject: str, preheader: str, body: str, text: str
) -> Composed:
    """Return an email of its texts, as an account or a package holds them.

    Args:
        filled: Fills in a text.
        subject: The subject line.
        preheader: The line beside it; may be empty.
        body: The HTML.
        text: The plain text, if one was written.
    """
    return Composed(
        one_line(filled(subject)),
        one_line(filled(preheader)),
        inlined(filled(body, html=True)),
        filled(text),
    )
