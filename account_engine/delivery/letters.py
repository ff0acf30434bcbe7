"""Letters: an email as it goes to a mail server: both parts, and the headers that it needs.

Pure. What an email says is `account_engine.outgoing.rendering`; what stands here is its envelope.
No value of a contact and no text of an author can add a header: lines end only where we end them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime, parseaddr, quote
from html import escape
from typing import Any, cast

from account_engine.outgoing.parcels import Parcel
from account_engine.position import Instant
from package_format.email_address import is_email_address
from package_format.templates import one_line

_HIDDEN = (
    '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all" aria-hidden="true">'
    "{text}</div>"
)


_LONGEST_WORD = 70
"""How many characters without a space stand in a header unencoded; encoded ones can be parted."""


class _Text(UnstructuredHeader):
    """A header of text, word for word.

    The library's own headers read what they are given, and decode what looks encoded (RFC 2047):
    a name that is an encoded line end, then ``Bcc:``, would become two headers.
    """

    name: str  # the registry joins it with BaseHeader

    @classmethod
    def parse(cls, value: Any, kwds: dict[str, Any]) -> None:  # noqa: ANN401  as the base has it
        kwds.update(parse_tree=None, decoded=str(value), given=value)

    def init(self, name: str, *, given: object, **kwds: Any) -> None:  # noqa: ANN401  likewise
        cast("BaseHeader", super()).init(name, **kwds)
        self._given = given

    def fold(self, *, policy: Policy) -> str:
        return self._folded(policy, [str(self)])

    def _folded(self, policy: Policy, parts: Sequence[str]) -> str:
        written = Header(header_name=self.name)
        for part in parts:
            written.append(part, "us-ascii" if _is_plain(part) else "utf-8")
        return f"{self.name}: {written.encode(linesep=policy.linesep)}{policy.linesep}"


class _Mailbox(_Text):
    """A header of one address, and whose it is."""

    _given: Address

    def fold(self, *, policy: Policy) -> str:
        name, spec = self._given.display_name, self._given.addr_spec
        if not name:
            return self._folded(policy, [spec])
        return self._folded(policy, [f'"{quote(name)}"' if _is_plain(name) else name, f"<{spec}>"])


class _Unfolded(_Text):
    """A header of addresses of the web: never broken into lines or encoded, however long."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _is_plain(text: str) -> bool:
    """Whether a text stands in a header as it is: it fits, and nobody reads it as encoded."""
    fits = all(len(word) <= _LONGEST_WORD for word in text.split(" "))
    return fits and text.isascii() and "=?" not in text


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


_OWN: Mapping[str, type[_Text]] = {
    "From": _Mailbox,
    "To": _Mailbox,
    "Subject": _Text,
    "List-Unsubscribe": _Unfolded,
    "Message-ID": _Unfolded,
}
"""The headers that we write ourselves: all that say what somebody wrote."""


def _policy() -> EmailPolicy[EmailMessage]:
    registry = _Registry()
    for name, kind in _OWN.items():
        registry.map_to_type(name.lower(), cast("type[BaseHeader]", kind))
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
    user, _, domain = one_line(text).rpartition("@")
    if not user.isascii():  # few mail servers have SMTPUTF8, and none can be asked for the others
        raise ValueError(f"{text!r} has letters before the @ that many mail servers cannot read")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"{domain!r} is not the name of a mail domain") from error
    spec = f"{user}@{ascii_domain}"
    if not is_email_address(spec):  # IDNA makes other characters of some
        raise ValueError(f"{text!r} is not an address")
    made: Any = Address(one_line(name), addr_spec=spec)
    return Address(made.display_name, made.username, made.domain)


def _with_preheader(html: str, preheader: str) -> str:
    """Return the HTML with the line that inboxes show before it, which the message hides."""
    if not preheader:
        return html
    hidden = _HIDDEN.format(text=escape(preheader))
    start = html.lower().find("<body")
    at = html.find(">", start) + 1 if start >= 0 else 0
    return f"{html[:at]}{hidden}{html[at:]}"
