"""Composing: an email for one contact, with everything that is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from package_format.kinds.email import Email
from package_format.messages.parts import inlined, text_of
from package_format.templates import one_line, render


@dataclass(frozen=True)
class Composed:
    """An email to one contact.

    Attributes:
        subject: The subject line.
        preheader: The line that inboxes show beside it; empty if there is none.
        html: The HTML, styles inlined.
        text: The plain text beside it.
    """

    subject: str
    preheader: str
    html: str
    text: str


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

    def filled(text: str, *, html: bool = False) -> str:
        return render(text, contact, account=account, unsubscribe_url=unsubscribe_url, html=html)

    html = filled(email.body, html=True)
    return Composed(
        one_line(filled(email.subject)),
        one_line(filled(email.preheader or "")),
        inlined(html),
        filled(email.text) if email.text else text_of(html),
    )
