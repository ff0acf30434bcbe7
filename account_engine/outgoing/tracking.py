"""Tracking: links in an email that tell who followed them, which nobody can make but the account.

A token names the contact, the link and the message, never an address: where it leads is what the
account's own resource says, so that nobody can be sent anywhere else by it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape

_PATTERN = re.compile(
    r"([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-([\w-]{22})", re.ASCII
)
_HREF = re.compile(r"""(<a\b[^<>]*?\bhref\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)
_SIGNED_BYTES = 16


@dataclass(frozen=True)
class Tracked:
    """Whose link it is.

    Attributes:
        contact: The contact's number.
        link: The link's number.
        message: The number of the message that it is in.
    """

    contact: int
    link: int
    message: int


def token(tracked: Tracked, account: str, key: str) -> str:
    """Return what a link says; the same for ever.

    Args:
        tracked: Whose link it is.
        account: The account's id.
        key: What the account signs with.
    """
    said = f"{tracked.contact}-{tracked.link}-{tracked.message}"
    return f"{said}-{_signature(said, account, key)}"


def read(text: str, account: str, key: str) -> Tracked | None:
    """Return whose link a token is; None if it is not one of ours."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    said = f"{match[1]}-{match[2]}-{match[3]}"
    if not hmac.compare_digest(match[4], _signature(said, account, key)):
        return None
    return Tracked(int(match[1]), int(match[2]), int(match[3]))


def with_links(html: str, links: Mapping[str, int], address: Callable[[int], str]) -> str:
    """Return a message's HTML in which its tracked links lead by the account.

    Args:
        html: The HTML.
        links: The numbers of the account's links by where they lead.
        address: Says where a link, by its number, is to lead instead.
    """

    def led(match: re.Match[str]) -> str:
        number = links.get(unescape(match[2][1:-1]).strip())
        return match[0] if number is None else f'{match[1]}"{escape(address(number))}"'

    return _HREF.sub(led, html)


def _signature(said: str, account: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"link\n{account}\n{said}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_SIGNED_BYTES]).decode().rstrip("=")
