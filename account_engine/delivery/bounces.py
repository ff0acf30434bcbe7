"""Bounces: what mail servers send back about an email that they could not deliver (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default

from account_engine.effects import Identity

_KEY = re.compile(
    r"<?(?P<contact>\d{1,18})-(?P<campaign>\d{1,18})-(?P<step>\d{1,18})-(?P<entry>\d{1,18})"
    r"-[0-9a-f]{1,16}\.(?P<account>[^@\s>]{1,100})(@[^\s>]*)?>?"
)


@dataclass(frozen=True)
class Bounce:
    """One email that came back for good.

    Attributes:
        account: The id of the account that sent it.
        identity: Which one it was.
        said: Why, as the mail server says it.
    """

    account: str
    identity: Identity
    said: str


def read_key(text: str) -> tuple[str, Identity] | None:
    """Return the account and the identity that a Message-ID (`outgoing.parcels`) names."""
    match = _KEY.fullmatch(text.strip())
    if match is None:
        return None
    parts = (int(match[name]) for name in ("contact", "campaign", "step", "entry"))
    return match["account"], Identity(*parts)


def read_bounce(data: bytes) -> Bounce | None:
    """Read a report; None if it is none, tells of a delay only, or is of another's mail."""
    report = message_from_bytes(data, policy=default)
    failed, said, original = False, "", ""
    for part in report.walk():
        match part.get_content_type():
            case "message/delivery-status":
                failed, said = _status(part)
            case "message/rfc822" | "text/rfc822-headers":
                original = original or _message_id(part)
            case _:
                pass
    key = read_key(original)
    if not failed or key is None:
        return None
    return Bounce(*key, said or "the mail server could not deliver it")


def _status(part: Message) -> tuple[bool, str]:
    """Whether it failed for good, and what the mail server said."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            said = str(block.get("Diagnostic-Code") or block.get("Status") or "")
            return True, said.partition(";")[2].strip() or said
    return False, ""


def _message_id(part: Message) -> str:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return str(inner[0].get("Message-ID", ""))
    match = re.search(r"^Message-ID:\s*(\S+)", str(inner), re.IGNORECASE | re.MULTILINE)
    return match[1] if match else ""
