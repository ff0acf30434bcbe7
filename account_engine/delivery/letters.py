"""Letters: an email as it goes to a mail server: both parts, and the headers that it needs.

Pure. What an email says is `account_engine.rendering`; what stands here is its envelope. No value
of a contact and no text of an author can add a header: lines end only where we end them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Any, cast

from account_engine.parcels import Parcel
from account_engine.position import Instant
from package_format.templates import one_line

_HIDDEN = (
    '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all" aria-hidden="true">'
    "{text}</div>"
)


class _Unfolded(UnstructuredHeader):
    """A header of addresses of the web: never broken into lines or encoded, however long."""

    name: str  # the registry joins it with BaseHeader

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Registry(HeaderRegistry):
    """The registry of headers; it makes each header's class once, not for each header."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = super().__getitem__(name)
        return made


def _policy() -> EmailPolicy[EmailMessage]:
    registry = _Registry()
    for name in ("List-Unsubscribe", "Message-ID"):
        registry.map_to_type(name.lower(), cast("type[BaseHeader]", _Unfolded))
    return SMTP.clone(header_factory=registry)


_POLICY = _policy()


@dataclass(frozen=True)
class Letter:
    """An email and its envelope.

    Attributes:
        sender: Where it comes back to.
        recipient: To whom it goes.
        message: What goes there.
    """

    sender: str
    recipient: str
    message: EmailMessage


def letter(parcel: Parcel, now: Instant, *, bounces: str | None = None) -> Letter:
    """Return the email of a parcel.

    Args:
        parcel: The parcel.
        now: When it goes.
        bounces: Where it comes back to; to its sender, when left out.

    Raises:
        ValueError: An address of it is none.
    """
    said = parcel.message
    name, address = parseaddr(said.sender)
    sender = _address(address, name)
    recipient = _address(said.to, "")
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = said.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    message["Message-ID"] = f"<{parcel.key}@{sender.domain}>"
    if parcel.unsubscribe_url:  # RFC 8058
        message["List-Unsubscribe"] = f"<{parcel.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(said.text)
    message.add_alternative(_with_preheader(said.body, said.preheader), subtype="html")
    return Letter(bounces or sender.addr_spec, recipient.addr_spec, message)


def _address(text: str, name: str) -> Address:
    """Return an address whose domain is written in ASCII.

    Raises:
        ValueError: It is none.
    """
    user, at, domain = one_line(text).rpartition("@")
    if not (user and at and domain):
        raise ValueError(f"{text!r} is not an address")
    if not user.isascii():  # few mail servers have SMTPUTF8, and none can be asked for the others
        raise ValueError(f"{text!r} has letters before the @ that many mail servers cannot read")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"{domain!r} is not the name of a mail domain") from error
    made: Any = Address(one_line(name), addr_spec=f"{user}@{ascii_domain}")
    return Address(made.display_name, made.username, made.domain)


def _with_preheader(html: str, preheader: str) -> str:
    """Return the HTML with the line that inboxes show before it, which the message hides."""
    if not preheader:
        return html
    hidden = _HIDDEN.format(text=escape(preheader))
    start = html.lower().find("<body")
    at = html.find(">", start) + 1 if start >= 0 else 0
    return f"{html[:at]}{hidden}{html[at:]}"
