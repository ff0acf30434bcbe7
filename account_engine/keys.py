"""API keys: who may ask an account over HTTP, and for what.

A token is ``cpt_ID_SECRET``: the id is public and finds the key, the secret is random and shown
once. The account keeps a digest of the whole token. Somebody's password would want a slow hash;
256 random bits cannot be guessed, however fast each guess is.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from account_engine.position import Instant

_TOKEN = re.compile(r"cpt_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


class Scope(StrEnum):
    """What a key is good for."""

    READ = "read"
    CONTACTS = "contacts"
    EVENTS = "events"
    RESOURCES = "resources"
    INSTALL = "install"


SCOPES: dict[Scope, str] = {
    Scope.READ: "ask for everything that the account holds",
    Scope.CONTACTS: "add contacts, change, merge and delete them, and see whom that was",
    Scope.EVENTS: "say what happened to contacts, and call goals",
    Scope.RESOURCES: "make, edit and delete resources, and publish campaigns",
    Scope.INSTALL: "apply change sets, which is how packages are installed",
}
"""What each scope lets one do, to be read by people."""


@dataclass(frozen=True)
class ApiKey:
    """A key, without its secret.

    Attributes:
        id: What it is called in lists, and what a token says openly.
        title: What it is for, in its owner's words.
        scopes: What it is good for.
        digest: Of its token.
        created: When it was made.
        revoked: Since when it is good for nothing; None if it is good.
    """

    id: str
    title: str
    scopes: frozenset[Scope]
    digest: str
    created: Instant
    revoked: Instant | None = None


def token_of(key: str, secret: str) -> str:
    """Return a key's token.

    Args:
        key: The key's id, 12 hexadecimal digits.
        secret: 32 random bytes in URL-safe base 64.
    """
    return f"cpt_{key}_{secret}"


def new_key(token: str, title: str, scopes: Iterable[Scope], now: Instant) -> ApiKey:
    """Return the key of a new token.

    Args:
        token: The token (`token_of`).
        title: What it is for.
        scopes: What it is good for.
        now: The present moment.
    """
    return ApiKey(key_id(token) or "", title, frozenset(scopes), digest_of(token), now)


def key_id(token: str) -> str | None:
    """Return the id of the key whose token this could be; None if it could be nobody's."""
    match = _TOKEN.fullmatch(token)
    return match[1] if match else None


def digest_of(token: str) -> str:
    """Return what the account keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def fits(key: ApiKey, token: str) -> bool:
    """Whether a token is a key's, and the key is good."""
    return key.revoked is None and hmac.compare_digest(key.digest, digest_of(token))
