"""Unsubscribing: links that opt a contact out, which nobody can make but the account (C13)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_PATTERN = re.compile(r"([1-9][0-9]{0,18})-([A-Za-z0-9_-]{22})")
_SIGNED_BYTES = 16


def token(contact: int, account: str, key: str) -> str:
    """Return what a link says of whom it opts out of emails; the same for ever.

    Args:
        contact: The contact's number.
        account: The account's id.
        key: What the account signs with.
    """
    return f"{contact}-{_signature(contact, account, key)}"


def contact_of(text: str, account: str, key: str) -> int | None:
    """Return whom a token, or a link that ends in one, opts out; None if it is not one of ours."""
    match = _PATTERN.fullmatch(text.rstrip("/").rpartition("/")[2])
    if match is None:
        return None
    contact = int(match[1])
    genuine = hmac.compare_digest(match[2], _signature(contact, account, key))
    return contact if genuine else None


def _signature(contact: int, account: str, key: str) -> str:
    said = f"unsubscribe\n{account}\n{contact}".encode()
    digest = hmac.new(key.encode(), said, hashlib.sha256).digest()[:_SIGNED_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
