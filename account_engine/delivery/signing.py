"""Signing: how an endpoint knows that a post is the account's, and of when.

As the Standard Webhooks specification has it (standardwebhooks.com), which has libraries for those
who receive: the id, the time and the body are signed, and an id that was seen before is a repeat.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from account_engine.position import Instant

_PREFIX = "whsec_"


def signed(key: str, body: bytes, now: Instant, secret: str) -> dict[str, str]:
    """Return the headers that sign a post.

    Args:
        key: What the world knows it by.
        body: What it says.
        now: When it goes.
        secret: What the endpoint knows as well: ``whsec_`` and base64, or any text.
    """
    said = b".".join((key.encode(), str(now).encode(), body))
    signature = hmac.new(_bytes(secret), said, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def _bytes(secret: str) -> bytes:
    try:
        return (
            base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
            if (secret.startswith(_PREFIX))
            else secret.encode()
        )
    except binascii.Error:
        return secret.encode()
